"""New master keys and indexes in place of old ones."""
