"""People who work here: who they are, what binds them, when they are on duty, their roles and their sessions.

Upholds promise 2 (one row is one human), promise 4 (facts are read for an instant, never remembered) and promise 6
(what ends with an engagement ends in the same transaction). The verbs here are set-up verbs: their callers are
`init`, the demonstration and the imports. Once orders guard people and roles, an order's effect is their only caller.
"""
