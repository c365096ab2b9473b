"""Every state of the rail, with made-up people: what the gallery shows, to be looked at before the look is changed."""

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


def _order(state: State, *, signed: int = 2, held: bool = True, **more: object) -> RailView:
    facts = {
        "kind": Kind.ACCOUNT_HIDE,
        "state": state,
        "proposer": _PROPOSER,
        "seats": _seats(signed, could=2 if state is State.WAITING else None),
        "hold": HOLD,
        "held_from": HELD_FROM if held else None,
        "effect": _("41.7 million followers read “Sorry, that page doesn’t exist!”"),
        "now": NOW,
        **more,
    }
    return order_rail(OrderFacts(**facts))  # type: ignore[arg-type]  # sample facts, checked when drawn


def rails() -> list[tuple[str, str, RailView]]:
    """Return (state, in what way, rail) for each state."""
    fell = HELD_FROM + HOLD
    alone = OrderFacts(
        kind=Kind.ACCOUNT_HIDE,
        state=State.EXECUTED,
        proposer=Signature(who="Agent 18", at=NOW),
        effect_at=NOW,
        now=NOW,
    )
    return [
        (_("Waiting"), _("1 of 2 people"), _order(State.WAITING, signed=1, held=False)),
        (_("Held"), _("the clock runs"), _order(State.HELD)),
        (_("In effect"), _("the page is gone"), _order(State.EXECUTED, effect_at=fell, now=fell + MINUTE)),
        (
            _("Taken back"),
            _("restored"),
            _order(State.REVERSED, effect_at=fell, ended_at=fell + 41 * SECOND, ended_by="Reviewer 7"),
        ),
        (
            _("Vetoed"),
            _("void"),
            _order(State.VOID, because=VoidBecause.VETOED, ended_at=NOW, ended_by="Duty manager 2"),
        ),
        (
            _("Stale"),
            _("void"),
            _order(
                State.VOID, signed=1, held=False, because=VoidBecause.STALE, why=_("version 14 is now 15"), ended_at=NOW
            ),
        ),
        (
            _("Refused"),
            _("nothing began"),
            _order(State.REFUSED, signed=0, held=False, proposer=Signature(who="Agent 31", at=NOW), why="last-days"),
        ),
        (_("Unsure"), _("not confirmed"), _order(State.EXECUTED, unsure=True, effect_at=fell, now=fell + MINUTE)),
        (_("Ordinary"), _("one step"), order_rail(alone)),
    ]


def plans() -> dict[str, RailView]:
    """Return what acts take: alone, with one, with two; and refused to this reader."""
    return {
        "alone": plan_rail(Plan(**{**_fields(SHORT), "places": ()}), you=True),
        "one": plan_rail(SHORT, you=True),
        "two": plan_rail(PLAN, you=True),
        "refused": plan_rail(
            PLAN, you=False, why=_("You are an agent, and this is your last day."), kind=Kind.ACCOUNT_HIDE
        ),
    }


def _fields(plan: Plan) -> dict[str, object]:
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__}
