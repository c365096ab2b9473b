"""Accounts as we know them, whatever their platform: handle, reach, roster, assigned tier.

Upholds promise 3 (the version changes on rename, tier, roster and standing, never on posts or counters) and keeps the
facts from which the guard computes a tier: they rise by themselves and never fall by an import. Standing itself lives
with the platform. The verbs here are called by the platform's connector, by `init`, the demonstration and the
imports; once orders guard roster and tier, an order's effect is the only caller of `enter_roster` and `assign_tier`.
"""
