"""What the room of proof promises."""
