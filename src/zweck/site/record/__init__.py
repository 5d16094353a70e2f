"""What stands on record, as pages: evidence, editions, and changes of state."""
