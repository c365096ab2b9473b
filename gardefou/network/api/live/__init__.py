"""Live streams of the client API: one reader for all of a process, that asks the database for many at a time."""
