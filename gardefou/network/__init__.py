"""The embedded social network: members, posts, follows, and the pages where they are read.

A guest in this house: it knows none of the rooms above it. What it has to tell them it says through `ports.Neighbours`;
what they decide about an account it reads from `standing`. Who sees what is decided in `visibility` alone.
"""
