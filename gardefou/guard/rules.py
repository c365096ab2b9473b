"""The front door of rulebooks: `load` one, ask its `tier_of` an account, and the `plan` of a request."""

from functools import lru_cache

from gardefou.guard.errors import RulebookError
from gardefou.guard.reading import read
from gardefou.guard.rulebook import Clause, Need, Place, Plan, Rule, Rulebook, plan, tier_of
from gardefou.guard.shape import check_shape

__all__ = [
    "Clause",
    "Need",
    "Place",
    "Plan",
    "Rule",
    "Rulebook",
    "RulebookError",
    "UnsafeUnprovedRulebook",
    "load",
    "plan",
    "tier_of",
]


# One text is one rulebook, which nobody changes: every page and every audit that rests on it asks for the same again.
@lru_cache(maxsize=16)
def load(text: str) -> Rulebook:
    """Read a rulebook that was proved when it came into force; what is wrong at a glance is refused.

    Whoever brings one into force calls `gardefou.guard.prove.load_proved` instead, which needs the solver.

    Args:
        text: TOML, as DESIGN §5 and `docs/howto/write-a-rulebook.md` describe it.

    Returns:
        The rulebook, with the SHA-256 digest of its text.

    Raises:
        RulebookError: it cannot be read, or on a plain day one person would be enough; names the key and why.
    """
    rulebook = read(text)
    check_shape(rulebook)
    return rulebook


class UnsafeUnprovedRulebook:
    """DANGER: loads a rulebook that nobody has checked, under which one person may silence anyone.

    Only a replay of what happened, and tests, may use it, in databases that are thrown away.
    """

    @staticmethod
    def load(text: str) -> Rulebook:
        """Read a rulebook without asking how many people it takes.

        Raises:
            RulebookError: it cannot be read.
        """
        return read(text)
