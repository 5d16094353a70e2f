"""Checks of marketing lists: who gets on, who gets mail, and how one gets off."""
