"""What it costs to turn received invoices into bills."""
