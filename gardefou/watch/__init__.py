"""Is the world as the record says it is? `audit` checks everything from the first entry, `reconcile` the platforms.

Writes nothing: what it finds it says, and whoever asked decides.
"""
