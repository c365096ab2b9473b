"""Who does a deed. Every write takes one; there is no nobody."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The four sorts of actor."""

    PERSON = "person"
    MEMBER = "member"
    VISITOR = "visitor"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does a deed.

    Attributes:
        kind: a person works here, a member has an account, a visitor has none, a machine has a name of its own.
        key: the person's or account's id as a decimal string, a visitor's salted key, a machine's name.
    """

    kind: ActorKind
    key: str

    @classmethod
    def person(cls, person_id: int) -> "Actor":
        """Return the actor for one who works here."""
        return cls(kind=ActorKind.PERSON, key=str(person_id))

    @classmethod
    def member(cls, account_id: int) -> "Actor":
        """Return the actor for one who has an account."""
        return cls(kind=ActorKind.MEMBER, key=str(account_id))

    @classmethod
    def visitor(cls, key: str) -> "Actor":
        """Return the actor for one without an account."""
        return cls(kind=ActorKind.VISITOR, key=key)

    @classmethod
    def machine(cls, name: str) -> "Actor":
        """Return the actor for a part of the house, named."""
        return cls(kind=ActorKind.MACHINE, key=name)

    @property
    def person_id(self) -> int | None:
        """The person's id, or None for anyone else."""
        return int(self.key) if self.kind is ActorKind.PERSON else None

    @property
    def member_id(self) -> int | None:
        """The account's id, or None for anyone else."""
        return int(self.key) if self.kind is ActorKind.MEMBER else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


#: The house's own hands.
CLOCK = Actor.machine("clock")
IMPORTER = Actor.machine("importer")
SETUP = Actor.machine("setup")
WATCH = Actor.machine("watch")
