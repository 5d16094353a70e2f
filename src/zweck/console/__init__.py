"""Staff pages and accounts."""
