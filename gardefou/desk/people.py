"""Names for those who did something: colleagues by role and number, machines by what they are."""

from collections.abc import Iterable, Mapping

from gardefou.events import Actor
from gardefou.events.actor import ActorKind
from gardefou.staff.colleague import Colleague
from gardefou.staff.erased import name_of
from gardefou.staff.queries import colleagues, person_row
from gardefou.storage import Tx
from gardefou.words import gettext as _

Known = Mapping[int, Colleague]


def known(tx: Tx, actors: Iterable[Actor], now: int, *, also: Iterable[int] = ()) -> Known:
    """Return the colleagues among these actors, as they are now."""
    ids = {actor.person_id for actor in actors if actor.person_id is not None} | set(also)
    return colleagues(tx, ids, now)


def called(actor: Actor, people: Known) -> str:
    """Return what an actor is called."""
    match actor.kind:
        case ActorKind.PERSON:
            return named(int(actor.key), people)
        case ActorKind.MACHINE:
            return _("the clock") if actor.key == "clock" else actor.key
        case ActorKind.MEMBER:
            return _("a member")
        case ActorKind.VISITOR:
            return _("a visitor")


def spoken_of(actor: Actor, people: Known) -> str:
    """Return what a sentence calls an actor: `Proposed by somebody erased`."""
    found = people.get(actor.person_id) if actor.person_id is not None else None
    return _("somebody erased") if found is not None and found.erased else called(actor, people)


def named(person_id: int, people: Known) -> str:
    """Return what a person is called."""
    found = people.get(person_id)
    return found.name if found else _("person %(number)s", number=str(person_id))


def with_names(tx: Tx, change: Mapping[str, str]) -> Mapping[str, str]:
    """Return what an order would change, with the name of whom it says by number beside that.

    The order has the number alone: a name in it would outlast the person's erasure.
    """
    found = person_row(tx, int(change["into"])) if "into" in change else None
    return change if found is None else {**change, "into": f"{name_of(found)} ({found['id']})"}


def with_team(person_id: int, people: Known) -> str:
    """Return a person's name and team."""
    found = people.get(person_id)
    if found is None or not found.team:
        return named(person_id, people)
    return _("%(name)s, Team %(team)s", name=found.name, team=found.team)
