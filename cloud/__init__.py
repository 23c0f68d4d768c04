"""The cloud service: every business, in PostgreSQL."""
