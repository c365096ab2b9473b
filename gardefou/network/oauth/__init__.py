"""Programs that members let in: registered once, let in by their owner's yes, let out by anybody concerned.

Authlib holds the protocol (`server`, `grants`); what is kept and when it ends is decided in the verbs here. Of secrets,
codes and tokens the database has hashes alone.
"""
