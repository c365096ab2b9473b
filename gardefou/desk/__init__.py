"""The staff's live dashboard: handlers, presenters, the live stream, and their pages. Decides nothing; verbs do."""
