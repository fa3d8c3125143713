"""What importing the whole directory costs, and how fast it is searched."""
