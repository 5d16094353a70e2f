"""How the site is used, counted without knowing anybody."""
