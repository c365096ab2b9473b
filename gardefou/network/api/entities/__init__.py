"""What the API answers with: rows as the entities that clients of the Mastodon API read, whole ones, many at a time."""
