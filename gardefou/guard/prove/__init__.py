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

from gardefou.guard.prove.answers import CLAIMS, Counterexample, Difference, Proof
from gardefou.guard.prove.claims import lowering, restoring, sequence, smallest, symbolic
from gardefou.guard.prove.reach import reach
from gardefou.guard.rulebook import Rulebook

__all__ = ["CLAIMS", "Counterexample", "Difference", "Proof", "prove", "smallest"]

MOST_HUMANS = 9


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
    broken = restoring(rulebook, humans) or lowering(rulebook, humans)
    if broken is not None:
        return broken
    depth = 0 if reached is None else reached.depth
    return Proof(rulebook=rulebook.digest.hex(), humans=humans, claims=tuple(CLAIMS.values()), depth=depth)
