"""Trials: asked for by a form, confirmed by mail, set up in a data centre, ended and forgotten."""
