"""Staff pages of trials: how far each is, in each place, and one trial with whose it is."""
