"""What the room of eye promises."""
