"""What a change from one declaration to the next weighs. `policy.diff` is the door."""
