"""What the demo's builders share while they build."""

import random
from dataclasses import dataclass, field

from gardefou.app.house import House
from gardefou.events import Actor


@dataclass(slots=True, kw_only=True)
class Stage:
    """The demo under construction.

    Attributes:
        house: the house it is built in.
        now: the instant everything is counted from.
        staff: name → person.
        accounts: handle → account.
        posts: handle → posts, oldest first: id, text, posted at.
        chance: the same throws every time.
    """

    house: House
    now: int
    staff: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    posts: dict[str, list[tuple[int, str, int]]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(20171102))  # noqa: S311  # scenery, not secrets

    def person(self, name: str) -> Actor:
        """Return one of the cast as an actor."""
        return Actor.person(self.staff[name])
