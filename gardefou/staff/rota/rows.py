"""What a file of a rota asks for: shifts, each for somebody named, and what is wrong, line by line."""

from dataclasses import dataclass, field

from gardefou.errors import BadInputError

#: So many shifts at once: sixty people for two months.
MOST = 4_000


class RotaError(BadInputError):
    """The rota cannot be read."""

    code = "rota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One shift that a file asks for.

    Attributes:
        where: the line, or the event, it stands in.
        who: the name, number or address of the person.
        starts: when it begins.
        ends: when it ends.
        told: what was decided about its times.
    """

    where: str
    who: str
    starts: int
    ends: int
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A line or an event that cannot be used, and why."""

    where: str
    words: str


@dataclass(slots=True)
class Rows:
    """What a file says."""

    wanted: list[Wanted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    told: list[Fault] = field(default_factory=list)
