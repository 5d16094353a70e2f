"""What the room of enquiries promises."""
