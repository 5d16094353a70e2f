"""What staff and outsiders see of the figures: pages, exports, the API, shared links."""
