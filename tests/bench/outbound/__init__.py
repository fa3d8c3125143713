"""What it costs to send: making documents, depositing them, keeping many in memory."""
