"""Single entries under a grant that lives on: files are attached, what is over is dropped."""
