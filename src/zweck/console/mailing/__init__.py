"""Staff pages of the lists and campaigns."""
