"""Claims about the guard: one decision under 200 µs, a proof under 2 s, of sixty rules under 5 s.

A decision is pure: facts in, a verdict out; what is measured is the processor's time for one of many in a row, under
the shipped rulebook. A proof is measured as a program of its own, so that loading Z3 counts. The sixty rules are made
up, of thirty sorts of clauses; roles are a fixed list of five, so that there cannot be thirty of those.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.harness import FULL, below_limit, report, seconds
from gardefou.guard.decide import decide
from gardefou.guard.facts import ROLES, SILENCING
from gardefou.guard.rules import load
from tests.factories.guard import HOUR, MINUTE, NOW, SHIPPED_TEXT, asked, clocks, person
from tests.factories.rulebooks import BACK, HEAD, rule

ROUNDS = 20 if FULL else 7
DECISIONS = 2_000
SORTS = 30
RULES = 60

_PROVE = """
import sys
from gardefou.guard.prove import Proof, prove
from gardefou.guard.reading import read
sys.exit(not isinstance(prove(read(open(sys.argv[1], encoding="utf-8").read())), Proof))
"""


def one_decision() -> float:
    """Return the microseconds of processor time for an order on a critical account with its quorum met."""
    book = load(SHIPPED_TEXT)
    what = asked(tier="critical")
    people = (person("2"), person("3", "duty manager", team="South"))
    at = clocks(held_from=NOW - HOUR, execute_by=NOW + MINUTE)
    proposer = person("1")
    begun = time.process_time()
    for _ in range(DECISIONS):
        decide(book, asked=what, proposer=proposer, approvers=people, clocks=at, now=NOW)
    return (time.process_time() - begun) / DECISIONS * 1_000_000


def sixty_rules() -> str:
    """Return a rulebook of sixty rules, with thirty sorts of clauses, under which nobody is enough alone."""
    kinds = sorted(SILENCING)
    rules = [rule(f"base-{place}", kind, approve='{ n = 1, role = "reviewer" }') for place, kind in enumerate(kinds)]
    sorts = [
        f'{{ n = {n}, role = "{role}", other = "{other}" }}'
        for n in (1, 2, 3)
        for role in ROLES
        for other in ("team", "employer")
    ][:SORTS]
    for number in range(RULES - len(rules) - BACK.count("[[rule]]")):
        when = f"followers >= {1000 * number} and (office or duration_minutes < {number + 1})"
        clause = sorts[number % len(sorts)]
        rules.append(rule(f"more-{number}", kinds[number % len(kinds)], when, propose=" \n", approve=clause))
    return HEAD + BACK + "".join(rules)


def proof(text: str) -> Callable[[], float]:
    """Return what measures the seconds of a program that proves one rulebook and ends."""
    path = Path(tempfile.mkdtemp(prefix="gardefou-bench-")) / "rulebook.toml"
    path.write_text(text, "utf-8")
    return lambda: seconds(lambda: subprocess.run([sys.executable, "-c", _PROVE, str(path)], check=True))


def main() -> None:
    """Measure all three."""
    shipped, sixty = proof(SHIPPED_TEXT), proof(sixty_rules())
    report(
        "deciding",
        [
            below_limit(
                "one decision, shipped rulebook", [one_decision() for _ in range(ROUNDS)], unit="µs", limit=200
            ),
            below_limit("proof of the shipped rulebook", [shipped() for _ in range(ROUNDS)], unit="s", limit=2),
            below_limit("proof of sixty rules", [sixty() for _ in range(ROUNDS)], unit="s", limit=5),
        ],
    )


if __name__ == "__main__":
    main()
