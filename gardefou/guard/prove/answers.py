"""What the prover answers: a proof with everything it rests on, or a counterexample as a numbered story."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final

from gardefou.guard.facts import Value
from gardefou.guard.prove.story import Step

#: Part of every proof's digest: a prover that proves something else has another number.
VERSION: Final = 2

#: What is claimed, in the order in which it is tried.
CLAIMS: Final[Mapping[str, str]] = {
    "silence": "No sequence of orders silences a protected account, but for the two things promise 12 allows.",
    "rules": "No sequence of orders brings another rulebook, or another setting that a promise rests on, into force.",
    "rights": "No sequence of orders enrols, engages or ends anyone, gives or takes a role, or changes a rota.",
    "restore": "Any agent, reviewer or duty manager restores alone, at once; with one more what two hid as grave.",
    "lift": "What was set to end is lifted when its end has passed: by the clock alone, at once, whatever else is so.",
    "lower": "Lowering what protects an account takes at least the people and the hold that hiding it takes.",
}

#: What every proof rests on.
ASSUMPTIONS: Final = (
    "The facts are true: they are read again in the transaction in which the effect takes place.",
    "One human is one record: that two records are one human is for whoever enrols people to see.",
    "Only orders change anything: the database lets nothing else through.",
    "Nobody but the attackers agrees to anything, and nobody vetoes.",
    "Attackers hold any roles in any team, are on shift, in the middle of their engagement, with reason and evidence.",
    "Whoever is enrolled on the way has no role until a role is granted, and is in any team.",
    "Machines propose whatever a rule lets them propose, at any time.",
    "Nobody proposes or approves what would widen their own rights.",
    "Whoever may deploy code, or is superuser of the database, is outside the rules.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Every claim holds for so many humans, from every start; `depth` is how many orders add anything at all."""

    rulebook: str
    humans: int
    claims: tuple[str, ...]
    depth: int
    assumptions: tuple[str, ...] = ASSUMPTIONS

    @property
    def digest(self) -> str:
        """The SHA-256 of what is proved and what it rests on; the same whenever and wherever it is proved."""
        treaty = {
            "rulebook": self.rulebook,
            "humans": self.humans,
            "claims": list(self.claims),
            "assumptions": list(self.assumptions),
            "prover": VERSION,
        }
        written = json.dumps(treaty, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(written.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {"proved": True, **_dict(asdict(self)), "prover": VERSION, "digest": self.digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that needs less than it did: what, under which facts, and what it needed and needs."""

    kind: str
    what: str
    was: str
    now: str
    facts: Mapping[str, Value]

    def to_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return _dict(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """A claim that does not hold, and the way in, step by step."""

    rulebook: str
    humans: int
    claim: str
    steps: tuple[Step, ...]
    words: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {"proved": False, **_dict(asdict(self)), "prover": VERSION}


def _dict(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _listed(inner) for key, inner in value.items()}


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _dict(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_listed(inner) for inner in value]
    return value
