"""A small witness that outsiders run: it co-signs a log's heads as long as each begins with the one before.

It knows nothing of a house: no database, no settings, no people. It has a folder of its own with its key, what it
watches, and the last head of each log that it signed.
"""
