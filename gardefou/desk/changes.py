"""The forms for what is not asked for on a case: what each does and whom it needs, before it is sent.

Nothing is decided here. What the guard would refuse this very person stays in view with its reasons and has no button.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gardefou.desk.acts import policy
from gardefou.desk.rail import RailView, plan_rail
from gardefou.desk.rail_words import wanted
from gardefou.desk.why import Why, why
from gardefou.guard.rules import Place, Plan
from gardefou.guard.verdict import Cleared, Refused
from gardefou.orders import labels, queries
from gardefou.orders.kinds import DEEDS, SHAPES, Kind, OrderReason
from gardefou.orders.order import Order
from gardefou.orders.ports import Gathered, Ports, Subject
from gardefou.orders.preview import Preview, preview
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose in a form: a role, a tier, a shift.

    Attributes:
        value: what the form sends.
        word: what it is called.
        needs: people and time in a few words.
        why_not: the guard's reasons if it would refuse this person.
    """

    value: str
    word: str
    needs: str
    why_not: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One form.

    Attributes:
        kind: what it sends.
        title: what it is called.
        effect: what it does, and does not.
        needs: people and time in a few words; empty where that depends on what is chosen.
        rail: the same as a rail; None where it depends, or where no rule allows it to anybody.
        name: the field that `options` are of; empty without any.
        options: what there is to choose.
        why_not: the guard's reasons if it would refuse this person whatever they choose.
        blocked: why it cannot be asked for now, whoever asks.
        order_id: the order that blocks it.
        button: what the button says.
    """

    kind: str
    title: str
    effect: str
    needs: str
    rail: RailView | None
    name: str
    options: tuple[Option, ...]
    why_not: tuple[Why, ...]
    blocked: str
    order_id: int | None
    button: str


class _AsItStands:
    """Reads no change: the rest of it is not typed yet, and the guard asks only for some."""

    @property
    def given(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Return the change."""
        return change


class _AsGiven:
    """Finds evidence: the form asks for it."""

    def gather(self, tx: Tx, *, subject: Subject, refs: Mapping[str, Any]) -> Gathered:  # noqa: ARG002  # the port's shape
        """Return that there is some."""
        return Gathered(refs={}, digest=b"", found=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whoever asks, about one person, account or the house, at one instant.

    Attributes:
        tx: the open transaction.
        ports: what plugs in.
        me: who reads.
        now: the instant.
        subject_id: what it is about; 0 for what is not there yet.
    """

    tx: Tx
    ports: Ports
    me: SignedIn
    now: int
    subject_id: int

    def seen(self, kind: Kind, **change: str) -> Preview | None:
        """Ask the guard what would become of a change, as far as it is known; the form asks for reason and evidence."""
        unread = replace(self.ports, changes={kind.value: _AsItStands()}, evidence=_AsGiven())
        return preview(
            self.tx,
            unread,
            actor=self.me.actor,
            now=self.now,
            kind=kind.value,
            subject_id=self.subject_id,
            change=change,
            reason=OrderReason.OTHER.value if kind in DEEDS else "",
            clause=next(iter(policy(self.tx, self.ports)), ("", ""))[0] if kind in DEEDS else "",
        )

    def form(self, kind: Kind, effect: str, *, blocked: str = "", **change: str) -> Change:
        """Return a form whose needs are the same whatever is typed."""
        seen = self.seen(kind, **change)
        return self._form(kind, effect, [] if seen is None else [seen], (), name="", blocked=blocked)

    def choices(self, kind: Kind, effect: str, name: str, values: Iterable[tuple[str, str]]) -> Change:
        """Return a form with something to choose; each choice says what it needs."""
        found, options = [], []
        for value, word in values:
            seen = self.seen(kind, **{name: value})
            if seen is not None:
                found.append(seen)
                refused = self._why(seen)
                options.append(Option(value=value, word=word, needs=needs(seen.plan, you=not refused), why_not=refused))
        return self._form(kind, effect, found, tuple(options), name=name, blocked="")

    def _why(self, seen: Preview) -> tuple[Why, ...]:
        return why(seen.verdict.reasons, me=self.me, now=self.now) if isinstance(seen.verdict, Refused) else ()

    def _form(
        self, kind: Kind, effect: str, found: list[Preview], options: tuple[Option, ...], *, name: str, blocked: str
    ) -> Change:
        allowed = [one for one in found if not isinstance(one.verdict, Refused)]
        shown = allowed or found[:1]
        alike = len({needs(one.plan, you=bool(allowed)) for one in shown}) == 1
        plan = shown[0].plan if alike else None
        open_ = self._open(kind)
        at_once = bool(allowed) and all(isinstance(one.verdict, Cleared) for one in allowed)
        return Change(
            kind=kind.value,
            title=labels.act(kind),
            effect=effect,
            needs=needs(plan, you=bool(allowed)) if alike else "",
            rail=plan_rail(plan, you=bool(allowed)) if plan is not None else None,
            name=name,
            options=options,
            why_not=self._why(found[0]) if found and not allowed else (),
            blocked=_("An order to do this is open.") if open_ else blocked,
            order_id=open_.id if open_ else None,
            button=labels.act(kind) if at_once else _("Propose it"),
        )

    def _open(self, kind: Kind) -> Order | None:
        if not self.subject_id:
            return None
        found = queries.standing_on(self.tx, kind, SHAPES[kind].subject_kind, self.subject_id)
        return found if found is not None and found.open else None


def needs(plan: Plan | None, *, you: bool) -> str:
    """Return people and time in a few words: `Needs: 1 reviewer, 1 duty manager of another team, held 1 h`."""
    if plan is None:
        return _("No rule allows this to anybody")
    parts = [_person(place, plan) for place in plan.places]
    if plan.hold:
        parts.append(_("held %(length)s", length=numbers.duration(plan.hold)))
    if parts:
        return _("Needs: %(needs)s", needs=", ".join(parts))
    return _("You alone, at once") if you else _("One person, at once")


def _person(place: Place, plan: Plan) -> str:
    who = wanted(place, plan, you=True)
    if place.other == "team":
        return _("%(who)s of another team", who=who)
    return _("%(who)s of another employer", who=who) if place.other == "employer" else who
