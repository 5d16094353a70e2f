"""What the vault proves of itself, each proof with the violations it must catch."""
