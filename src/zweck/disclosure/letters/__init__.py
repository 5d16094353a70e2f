"""How a mail looks, and how it is written as bytes."""
