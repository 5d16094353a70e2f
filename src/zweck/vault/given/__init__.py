"""What is given is looked at before it is stored."""
