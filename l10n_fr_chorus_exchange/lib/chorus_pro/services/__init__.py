"""One function per operation of the portal; the client always comes first."""
