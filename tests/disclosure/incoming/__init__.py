"""What incoming mail promises."""
