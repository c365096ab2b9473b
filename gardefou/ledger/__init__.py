"""The tamper-evident record: what happened, in order, in a tree whose head gives away any change.

`tree`, `entry` and `commitment` are pure; `store` keeps them in the database. Nothing here knows what an order is.
"""
