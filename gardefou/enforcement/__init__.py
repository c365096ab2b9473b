"""What orders do to accounts and posts: the standing they set on a platform, and how a person puts it back."""
