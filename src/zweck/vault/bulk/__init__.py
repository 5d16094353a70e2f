"""Many permissions at once: read or amended by one statement, each judged by itself."""
