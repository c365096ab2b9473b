"""Reports, the cases they gather in, and the queue in which people take them.

Upholds promise 17 (a report is answered for only once it is durable: `file_report` runs in the caller's transaction,
which commits before anyone is told; a case never vanishes with its agent, since a hold ends by itself) and promise 18
(a storm on one account is one case; its place in the queue comes from the gravest complaint and the time, never from
the number). What a case leads to, an order, is decided elsewhere.
"""
