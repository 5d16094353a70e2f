"""Enquiries: somebody asks, staff answer, and it goes when it is over."""
