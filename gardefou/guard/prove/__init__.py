"""Whether a rulebook keeps its promises, over every staff and every sequence of orders; or the shortest way in.

Only this package imports z3, and nothing that a server loads at its start imports this package.

    translate  the guard language as the solver reads it
    openings   every least set of rules that can match together
    reach      how far k humans get, from every start
    story      the way in, step by step
    claims     what is claimed, one by one
    against    what needs less than under another rulebook
    mistakes   rules that can never apply, or never be met
    answers    proof and counterexample
    words      both in plain English
"""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import ParamSpec, TypeVar

from gardefou.guard.errors import RulebookError
from gardefou.guard.prove import against as differences
from gardefou.guard.prove import claims, mistakes
from gardefou.guard.prove.answers import CLAIMS, Counterexample, Difference, Proof
from gardefou.guard.prove.claims import lifting, lowering, restoring, sequence, symbolic
from gardefou.guard.prove.reach import reach
from gardefou.guard.reading import read
from gardefou.guard.rulebook import Rulebook

__all__ = [
    "CLAIMS",
    "MOST_HUMANS",
    "Counterexample",
    "Difference",
    "Proof",
    "against",
    "check",
    "equivalent",
    "load_proved",
    "needs_less",
    "prove",
    "smallest",
]

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
#: The solver keeps one state for the whole process, so it is asked one thing at a time.
_SOLVER = RLock()


def _alone(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    @wraps(function)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        with _SOLVER:
            return function(*args, **kwargs)

    return asked


against = _alone(differences.against)
equivalent = _alone(differences.equivalent)
needs_less = _alone(differences.needs_less)
smallest = _alone(claims.smallest)
check = _alone(mistakes.check)

#: More are not asked about: no rule asks for more people than these.
MOST_HUMANS = 9


def load_proved(text: str) -> tuple[Rulebook, Proof]:
    """Read a rulebook that may come into force, with the proof that it may.

    Args:
        text: TOML, as `docs/howto/write-a-rulebook.md` describes it.

    Raises:
        RulebookError: it cannot be read, a rule in it cannot apply or be met, or one human is enough.
    """
    rulebook = read(text)
    check(rulebook)
    found = prove(rulebook)
    if isinstance(found, Counterexample):
        raise RulebookError("not proved", f"{CLAIMS[found.claim]} But: {' '.join(found.words)}")
    return rulebook, found


@_alone
def prove(rulebook: Rulebook, *, humans: int = 1) -> Proof | Counterexample:
    """Prove every claim for so many humans, with any number of logins each; or return the first that fails.

    Args:
        rulebook: the rules.
        humans: how many act together, from 1 to 9.

    Raises:
        ProverError: the prover contradicts itself, and nothing is proved.
    """
    reached = reach(rulebook, humans) if symbolic(humans) else None
    for claim in ("silence", "rules", "rights"):
        broken = sequence(rulebook, claim, humans, reached)
        if broken is not None:
            return broken
    broken = restoring(rulebook, humans) or lifting(rulebook, humans) or lowering(rulebook, humans)
    if broken is not None:
        return broken
    depth = 0 if reached is None else reached.depth
    return Proof(rulebook=rulebook.digest.hex(), humans=humans, claims=tuple(CLAIMS.values()), depth=depth)
