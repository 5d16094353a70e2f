"""What lies sealed under a grant."""
