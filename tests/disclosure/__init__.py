"""What the room of disclosure promises."""
