"""The marketing lists: how people come onto them, what is sent to them, and how they leave."""
