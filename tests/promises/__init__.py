"""What the room of promises promises."""
