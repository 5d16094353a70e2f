"""A mail server for demonstrations: takes everything, passes nothing on, forgets at its end."""
