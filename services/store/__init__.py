"""Store: writes tagged articles and failures to PostgreSQL."""
