"""What an IP address tells, and no more of it than that. Pure: it cannot log, store or connect."""
