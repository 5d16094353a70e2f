"""What the statement says of the visitor's consent, and of what lies on the device."""
