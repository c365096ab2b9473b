"""Ask the guard again, on the facts an entry records (promise 14: every quorum is replayed). Pure."""

from collections.abc import Mapping
from typing import Any

from gardefou.guard.decide import decide
from gardefou.guard.facts import Asked, Clocks, Extra, Machine, Person
from gardefou.guard.rules import Rulebook
from gardefou.guard.verdict import Verdict

Facts = Mapping[str, Any]


def replay(book: Rulebook, facts: Facts) -> Verdict:
    """Return the guard's answer to recorded facts.

    Raises:
        KeyError, TypeError, ValueError, GardefouError: the facts are not written as we write them.
    """
    asked, clocks = facts["asked"], facts["clocks"]
    return decide(
        book,
        asked=Asked(
            kind=asked["kind"],
            values=dict(asked["values"]),
            reason=asked["reason"],
            evidence=asked["evidence"],
            clause=asked["clause"],
            concerns=asked["concerns"],
        ),
        proposer=_proposer(facts["proposer"]),
        approvers=[_person(written) for written in facts["approvers"]],
        clocks=Clocks(
            proposed_at=int(clocks["proposed_at"]),
            approve_by=_instant(clocks["approve_by"]),
            held_from=_instant(clocks["held_from"]),
            not_before=_instant(clocks["not_before"]),
            execute_by=_instant(clocks["execute_by"]),
            notices=clocks["notices"],
            # Entries of before a rule could ask for a witness say nothing of one.
            witnessed_at=_instant(clocks.get("witnessed_at")),
        ),
        extras=[Extra(because=extra["because"], outside=frozenset(extra["outside"])) for extra in facts["extras"]],
        now=int(facts["now"]),
    )


def _instant(written: str | None) -> int | None:
    return None if written is None else int(written)


def _proposer(written: Facts) -> Person | Machine:
    return Machine(name=written["machine"]) if "machine" in written else _person(written)


def _person(written: Facts) -> Person:
    return Person(**{**written, "roles": frozenset(written["roles"])})


def proposer_of(facts: Facts) -> str:
    """Return who proposed, as an entry names its actor."""
    written = facts["proposer"]
    return f"machine:{written['machine']}" if "machine" in written else str(written["id"])


def people_in(facts: Facts) -> dict[str, str]:
    """Return every commitment to a person that the facts hold, and where it stands."""
    found = {str(person["id"]): "approvers" for person in facts["approvers"]}
    found |= {str(one): "extras" for extra in facts["extras"] for one in extra["outside"]}
    if facts["asked"]["concerns"]:
        found[str(facts["asked"]["concerns"])] = "concerns"
    if "id" in facts["proposer"]:
        found[str(facts["proposer"]["id"])] = "proposer"
    return found
