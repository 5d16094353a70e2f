"""The sections of a statement: each file says, from a policy, the sentences of one section and their tables."""
