"""Whether mail of ours has a chance to arrive: what the DNS and the mail server say."""
