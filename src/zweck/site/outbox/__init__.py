"""What the catcher of a demonstration took, as pages."""
