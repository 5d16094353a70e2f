"""The places' databases, seen from below: whether each can be used at the moment."""
