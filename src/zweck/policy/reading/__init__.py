"""How a policy file becomes a policy, or a list of all that is wrong with it. `policy.load` is the door."""
