"""What a person sees: Block Kit drawn from domain values, and the forms read back. No queries, no sending."""
