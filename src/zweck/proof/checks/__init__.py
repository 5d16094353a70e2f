"""The checks of this room, by what they look at."""
