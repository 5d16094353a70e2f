"""How a mail server is spoken to."""
