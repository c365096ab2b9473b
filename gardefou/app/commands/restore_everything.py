"""`restore --everything-by`: put back all that one person did and that is in effect, each by an order of its own."""

from collections.abc import Mapping
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gardefou.app.commands.common import answer, err, the_house
from gardefou.app.commands.verdicts import in_words
from gardefou.app.errors import FINDING, OK
from gardefou.app.people import person_named
from gardefou.enforcement.restore_all import FINAL, GOING, REFUSED, TWO, LeftOut, deeds_of, put_back, restore_all
from gardefou.events import Actor
from gardefou.guard.verdict import to_json
from gardefou.orders import labels
from gardefou.orders.propose import Outcome
from gardefou.words import gettext as _
from gardefou.words import ngettext


def restore_everything(person: str, as_: str, *, why: str, data: str | None, json: bool) -> int:
    """Put back what this person may put back alone; say what is left, and why."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with the_house(data) as house:
        with house.db.reading() as tx:
            whose, actor = person_named(tx, person), Actor.person(int(person_named(tx, as_)["id"]))
            person_id, now = int(whose["id"]), house.clock.now()
            ready = deeds_of(tx, house.ports, actor=actor, now=now, person_id=person_id).ready
        more: dict[str, Any] = {"actor": actor, "clock": house.clock, "person_id": person_id, "why": why}
        done: list[Outcome] = []
        with Progress(*columns, console=err(), transient=True) as bar:
            task = bar.add_task(_("Putting back"), total=len(ready))
            for outcome in restore_all(house.db, house.ports, **more):
                done.append(outcome)
                bar.advance(task)
        with house.db.reading() as tx:
            found = deeds_of(tx, house.ports, actor=actor, now=house.clock.now(), person_id=person_id)
    back = [one for one in done if put_back(one)]
    left = [*found.left, *(LeftOut(order=one, why=GOING) for one in found.ready)]
    thing = {
        "person": str(person_id),
        "restored": [{"order": str(one.order.reverses), "by": str(one.order.id)} for one in back],
        "refused": [{"order": str(one.order.id), "verdict": to_json(one.verdict)} for one in done if one not in back],
        "left": [_left(one) for one in left],
    }
    words = [
        ngettext(
            "Put back: %(count)s deed of %(name)s.",
            "Put back: %(count)s deeds of %(name)s.",
            len(back),
            name=whose["name"],
        ),
        *(line for one in left for line in _lines(one)),
    ]
    answer(thing, as_json=json, words="\n".join(words))
    return FINDING if left else OK


def _left(one: LeftOut) -> dict[str, Any]:
    reasons = [{"code": reason.code, **reason.fields} for reason in one.reasons]
    return {"order": str(one.order.id), "kind": one.order.kind.value, "why": one.why, "reasons": reasons}


def _lines(one: LeftOut) -> list[str]:
    said: Mapping[str, str] = {
        FINAL: _("it cannot be taken back"),
        TWO: _("it takes two to restore"),
        GOING: _("an order to take it back is open, or failed"),
        REFUSED: _("the rules refuse it"),
    }
    head = _(
        "Left out: order %(order)s (%(act)s): %(why)s.",
        order=one.order.id,
        act=labels.act(one.order.kind),
        why=said[one.why],
    )
    return [head, *(in_words(one.reasons) if one.why == REFUSED else ())]
