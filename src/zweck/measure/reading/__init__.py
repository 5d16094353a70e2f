"""Reading figures: reports of a span, the last minutes, and what of them may be published."""
