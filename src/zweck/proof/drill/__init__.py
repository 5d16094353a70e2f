"""A scratch instance of the very service, the visitors who use it, and the ways to plant a violation between them."""
