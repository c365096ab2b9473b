"""Every state of the rail, with made-up people: what the gallery shows, to be looked at before the look is changed."""

from dataclasses import replace

from gardefou.clock import MINUTE, SECOND, from_iso
from gardefou.desk.order_rail import OrderFacts, Seat, Signature, order_rail
from gardefou.desk.rail import RailView, plan_rail
from gardefou.guard.rules import Place, Plan
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State, VoidBecause
from gardefou.words import gettext as _

NOW = from_iso("2017-11-02T19:06:26Z")
HELD_FROM = from_iso("2017-11-02T19:03:14Z")
HOLD = 10 * MINUTE
PLAN = Plan(
    rules=("silence-critical",),
    propose=(("silence-critical", ("reviewer",)),),
    places=(Place(role="reviewer"), Place(role="duty manager", other="team")),
    hold=HOLD,
    approve_within=120 * MINUTE,
    execute_within=30 * MINUTE,
    needs=frozenset(),
)
SHORT = Plan(
    rules=("hide-post",),
    propose=(("hide-post", ("reviewer",)),),
    places=(Place(role="reviewer"),),
    hold=0,
    approve_within=120 * MINUTE,
    execute_within=30 * MINUTE,
    needs=frozenset(),
)
_PROPOSER = Signature(who="Reviewer 12", more="Team North", at=from_iso("2017-11-02T18:52:11Z"))
_REVIEWER = Signature(who="Reviewer 19", more="Team North", at=from_iso("2017-11-02T18:58:04Z"))
_MANAGER = Signature(who="Duty manager 4", more="Team South", at=from_iso("2017-11-02T19:03:12Z"))


def _seats(signed: int, *, could: int | None = None) -> tuple[Seat, ...]:
    by = (_REVIEWER, _MANAGER)
    return tuple(
        Seat(place=place, signed=by[at] if at < signed else None, could=could, yours=at == 1 and could is not None)
        for at, place in enumerate(PLAN.places)
    )


_HELD = OrderFacts(
    kind=Kind.ACCOUNT_HIDE,
    state=State.HELD,
    proposer=_PROPOSER,
    seats=_seats(2),
    hold=HOLD,
    held_from=HELD_FROM,
    now=NOW,
)


def rails() -> list[tuple[str, str, RailView]]:
    """Return (state, in what way, rail) for each state."""
    return [(state, way, order_rail(facts)) for state, way, facts in _states()]


def _states() -> list[tuple[str, str, OrderFacts]]:
    effect = _("41.7 million followers read “Sorry, that page doesn’t exist!”")
    fell = HELD_FROM + HOLD
    held = replace(_HELD, effect=effect)
    unheld = replace(held, held_from=None)
    waiting = replace(unheld, state=State.WAITING, seats=_seats(1, could=2))
    done = replace(held, state=State.EXECUTED, effect_at=fell, now=fell + MINUTE)
    back = replace(done, state=State.REVERSED, ended_at=fell + 41 * SECOND, ended_by="Reviewer 7")
    vetoed = replace(held, state=State.VOID, because=VoidBecause.VETOED, ended_at=NOW, ended_by="Duty manager 2")
    stale = replace(waiting, state=State.VOID, because=VoidBecause.STALE, ended_at=NOW, why=_("version 14 is now 15"))
    refused = replace(
        unheld, state=State.REFUSED, seats=_seats(0), proposer=Signature(who="Agent 31", at=NOW), why="last-days"
    )
    alone = replace(
        unheld, state=State.EXECUTED, seats=(), hold=0, proposer=Signature(who="Agent 18", at=NOW), effect_at=NOW
    )
    return [
        (_("Waiting"), _("1 of 2 people"), waiting),
        (_("Held"), _("the clock runs"), held),
        (_("In effect"), _("the page is gone"), done),
        (_("Taken back"), _("restored"), back),
        (_("Vetoed"), _("void"), vetoed),
        (_("Stale"), _("void"), stale),
        (_("Refused"), _("nothing began"), refused),
        (_("Unsure"), _("not confirmed"), replace(done, unsure=True)),
        (_("Ordinary"), _("one step"), alone),
    ]


def plans() -> dict[str, RailView]:
    """Return what acts take: alone, with one, with two; and refused to this reader."""
    return {
        "alone": plan_rail(replace(SHORT, places=()), you=True),
        "one": plan_rail(SHORT, you=True),
        "two": plan_rail(PLAN, you=True),
        "refused": plan_rail(
            PLAN, you=False, why=_("You are an agent, and this is your last day."), kind=Kind.ACCOUNT_HIDE
        ),
    }
