"""What a proof is, and the register of all of them."""
