"""How the room asks its databases."""
