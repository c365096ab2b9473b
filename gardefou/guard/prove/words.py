"""Steps and differences in plain English, as errors of rulebooks are; the desk and the commands frame them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gardefou.guard.facts import Value
from gardefou.guard.prove.answers import Difference
from gardefou.guard.prove.story import Hand, Step

_DOING: Final[Mapping[str, str]] = {
    "account.hide": "hiding",
    "account.limit": "limiting",
    "account.freeze": "freezing",
    "account.rename": "renaming",
    "account.block": "blocking others for",
    "account.unfollow": "removing followers of",
    "account.contact": "changing the contact of",
    "account.credentials": "changing the ways of signing in of",
    "account.speak": "speaking as",
    "account.restore": "restoring",
    "account.lift": "lifting what was done to",
    "post.hide": "hiding a post of",
    "post.delete": "deleting a post of",
    "post.restore": "restoring a post of",
    "post.lift": "lifting what was done to a post of",
    "tier.assign": "assigning a tier to",
    "roster.enter": "changing the roster line of",
    "roster.remove": "removing the roster line of",
}
_ELSE: Final[Mapping[str, str]] = {
    "person.enrol": "enrolling a person",
    "person.engage": "engaging a person",
    "person.notice": "recording a notice",
    "person.end": "ending an engagement",
    "person.search": "reading what one person did in the record",
    "person.erase": "erasing who a person was",
    "person.offer": "saying what cases somebody is offered",
    "role.grant": "granting a role",
    "role.take": "taking a role",
    "shift.add": "adding a shift",
    "shift.remove": "removing a shift",
    "rota.enter": "entering a rota",
    "rulebook.replace": "replacing the rulebook",
    "setting.change": "changing a setting that a promise rests on",
    "token.issue": "issuing a machine its token",
    "token.end": "ending a machine's token",
    "statement.publish": "publishing a statement",
}
_ARTICLES: Final = {"ordinary": "an ordinary account", "notable": "a notable account", "critical": "a critical account"}
_GAINS: Final[Mapping[str, str]] = {
    "puppets": "From now on there are as many more people in name as they want.",
    "lowered": "From now on the account is not protected any more.",
    "replaced": "From now on the rules are theirs.",
    "slow": "Restoring must take one person and no wait.",
    "less": "Hiding the same account takes more.",
    "endless": "A brief freeze would never end: the clock must lift it alone, at once, with nothing else asked.",
    "endless post": "A post hidden until a set end would stay so: the clock must lift it alone, at once.",
}


def doing(kind: str, facts: Mapping[str, Value]) -> str:
    """Return what an order does, as `hiding a notable account`."""
    if kind in _ELSE:
        return _ELSE[kind]
    return f"{_DOING.get(kind, kind)} {_ARTICLES.get(str(facts.get('tier', '')), 'an account')}"


def when(facts: Mapping[str, Value]) -> str:
    """Return the facts that matter, as `when followers is 0 and office is true`."""
    said = [f"{name} is {_value(value)}" for name, value in facts.items() if name != "tier"]
    return f", when {' and '.join(said)}" if said else ""


def _value(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:,}" if isinstance(value, int) else f"'{value}'"


def step(number: int, one: Step) -> str:
    """Return one step of a story as a sentence or three."""
    if one.gains in {"slow", "less", "endless", "endless post"}:
        return f"{number}. {doing(one.kind, one.facts).capitalize()}{when(one.facts)}: {_GAINS[one.gains]}"
    if not one.rules:
        return f"{number}. Under rules of their own, A does it: {doing(one.kind, one.facts)}."
    agree = f"; {_and([_hand(hand) for hand in one.approvers])} agrees" if one.approvers else ", and that is enough"
    if len(one.approvers) > 1:
        agree = agree.replace(" agrees", " agree")
    act = doing(one.kind, one.facts)
    line = f"{number}. {_hand(one.proposer)} proposes {act}{when(one.facts)}{agree}. Rules: {', '.join(one.rules)}."
    return f"{line} {_gained(one.gains)}".strip()


def _gained(gains: str) -> str:
    role = gains.removeprefix("role ")
    return _GAINS.get(gains, "") if role == gains else f"From now on puppets are {role}."


def story(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return a story, one numbered line for each step."""
    return tuple(step(number, one) for number, one in enumerate(steps, 1))


def differences(found: Iterable[Difference], *, more: bool = False) -> tuple[str, ...]:
    """Return differences in words, one line for all the acts that differ alike.

    Args:
        found: what needs less under one rulebook than under another.
        more: say it the other way round, as what needs more under the other.
    """
    alike: dict[tuple[str, ...], list[Difference]] = {}
    for one in found:
        alike.setdefault((one.what, one.was, one.now, str(dict(one.facts))), []).append(one)
    return tuple(_alike(group, more=more) for group in alike.values())


def _alike(group: Sequence[Difference], *, more: bool) -> str:
    one = group[0]
    was, now = (one.now, one.was) if more else (one.was, one.now)
    if one.what == "veto":
        return f"a veto could come from {was}, now from {now}"
    if one.what == "extra":
        return f"a veto was overridden by {was}, now by {now}"
    whose = _ARTICLES.get(str(one.facts.get("tier")), "an account")
    acts = [_act(other.kind, whose) for other in group]
    about = [act.removesuffix(f" {whose}") for act in acts if act.endswith(f" {whose}")]
    others = [act for act in acts if not act.endswith(f" {whose}")]
    subject = _and([*others, *([f"{_and(about)} {whose}"] if about else [])])
    said = _refusing(one) if more and one.what in {"allowed", "propose"} else _less(one.what, was, now)
    return f"{subject}: {said}{when(one.facts)}"


def _refusing(one: Difference) -> str:
    if one.what == "allowed":
        return "was allowed, now it is refused"
    return f"could be proposed by {one.now}, now it cannot"


def _act(kind: str, whose: str) -> str:
    return _ELSE.get(kind) or f"{_DOING.get(kind, kind)} {whose}"


def _less(what: str, was: str, now: str) -> str:
    match what:
        case "allowed":
            return "was refused, now it is allowed"
        case "people":
            return f"needed {was} {'person' if was == '1' else 'people'}, now {now}"
        case "hold":
            return f"waited {was}, now {now}"
        case "lift":
            return f"happened {was} at the set end, now {now}"
        case "propose":
            return f"could not be proposed by {now}, now it can"
        case "place" | "need":
            return f"needed {was}, now {now}"
        case "approve_within":
            return f"was void without approvals after {was}, now {now}"
    return f"was void without execution after {was}, now {now}"


def _hand(hand: Hand) -> str:
    name = hand.name[0].upper() + hand.name[1:]
    return f"{name} ({' and '.join(hand.roles)})" if hand.roles else name


def _and(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def length(micros: int) -> str:
    """Return a length of time as rulebooks write it."""
    for unit, size in (("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000)):
        if micros and micros % size == 0:
            return f"{micros // size} {unit}"
    return "none" if not micros else f"{micros} µs"
