"""What it costs to know where many sent invoices stand."""
