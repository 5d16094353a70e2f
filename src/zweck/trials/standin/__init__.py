"""A stand-in for a data centre: a process of its own, for demonstrations and tests. It keeps everything in memory."""
