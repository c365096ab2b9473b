"""The words of every notice, in the language spoken now. The rail stands in them as text.

A staff letter says what is asked and leads, after sign-in, to a page with the one act that protects: veto, or restore
now. An owner's letter is a statement of reasons: what was done, why, under which rule, until when, how to contest it.
It names nobody who works here and nobody who reported.
"""

from dataclasses import dataclass

from gardefou.guard.verdict import Refused, Verdict
from gardefou.orders import labels
from gardefou.orders.kinds import DEEDS, SAFEGUARDS, Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import OrderEvent
from gardefou.words import gettext as _
from gardefou.words.numbers import clock_time, day_and_time, duration, followers
from gardefou.words.reasons import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom a letter is for."""

    kind: str
    key: str
    person_id: int | None
    email: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A subject line and a plain text."""

    subject: str
    text: str


def write(
    event: OrderEvent, *, stage: str, reader: Reader, url: str, contest: str, handle: str, by: str = "", said: str = ""
) -> Letter:
    """Return the letter of one step for one reader.

    Args:
        event: the step.
        stage: which notice it is.
        reader: whom it is for.
        url: where people reach us.
        contest: the address that answers an owner who contests.
        handle: the subject as people call it.
        by: who asked for the order, by name; only staff read it.
        said: what the person who ended it gave as the reason; only staff read it.
    """
    if reader.kind == "owner":
        return _owner(event, stage=stage, handle=handle, contest=contest)
    return _staff(event, stage=stage, reader=reader, handle=handle, url=url, by=by, said=said)


def rail(verdict: Verdict, order: Order) -> str:
    """Return the rail as text: `[x] proposed  [ ] reviewer  [ ] hold 10 min  -> effect`."""
    if verdict.plan is None:
        return ""
    filled = list(verdict.filled) + [None] * (len(verdict.plan.places) - len(verdict.filled))
    lengths = [("[-] " if isinstance(verdict, Refused) else "[x] ") + _("proposed")]
    for place, person in zip(verdict.plan.places, filled, strict=False):
        roles = _(" or ").join(labels.role(role) for role in place.role.split(" or "))
        lengths.append(("[x] " if person else "[ ] ") + roles)
    if order.hold:
        lengths.append("[~] " + _("hold %(time)s", time=duration(order.hold)))
    return "  ".join(lengths) + "  -> " + labels.act(order.kind)


def _staff(event: OrderEvent, *, stage: str, reader: Reader, handle: str, url: str, by: str, said: str) -> Letter:
    order = event.order
    title = labels.titled(order.kind, handle)
    lines = [_staff_lead(event, stage), ""]
    # The rule is for everyone; what follows it speaks to whoever asked.
    own = reader.kind == "proposer"
    why = [sentence(reason.code, reason.fields) for reason in event.verdict.reasons]
    lines += [f"- {rule} {about_you if own else ''}".rstrip() for rule, about_you in why]
    shown = rail(event.verdict, order)
    lines += ["", shown] if shown else []
    lines += ["", _("Asked for by: %(name)s", name=by)] if by else [""]
    if said:
        lines.append(_("Said: “%(said)s”", said=said))
    lines += [_("%(what)s: %(title)s", what=name, title=text) for name, text in labels.changes(order.change)]
    if order.reason:
        lines.append(_("Reason: %(reason)s", reason=labels.reason(order.reason)))
    if order.clause:
        lines.append(_("Policy clause: %(clause)s", clause=order.clause))
    if order.rules:
        lines.append(_("Rules: %(rules)s", rules=", ".join(order.rules)))
    lines += ["", _link_words(event), f"{url}/desk/alert/{order.id}"]
    return Letter(
        subject=_("%(what)s: %(title)s", what=_subject(stage, event), title=title), text="\n".join(lines) + "\n"
    )


def _link_words(event: OrderEvent) -> str:
    """Return what the link leads to, after sign-in: the one act that protects."""
    if event.order.open:
        return _("Sign in here to read it, or to veto it:")
    if event.order.in_effect and event.order.shape.silences and not event.order.shape.final:
        return _("Sign in here to read it, or to restore now:")
    return _("Sign in here to read it:")


def _subject(stage: str, event: OrderEvent) -> str:
    if event.deed == "order.refused":
        return _("Refused")
    return {
        "proposed": _("Proposed"),
        "held": _("Held"),
        "effect": _("In effect"),
        "void": _("Void"),
        "restored": _("Restored"),
    }[stage]


def _staff_lead(event: OrderEvent, stage: str) -> str:
    order = event.order
    if order.kind in SAFEGUARDS:
        return _safeguard_lead(order, stage)
    reach = followers(int(order.facts["asked"]["values"].get("followers", 0)))
    if event.deed == "order.refused":
        return _("Refused. Nothing has changed. %(reach)s still see the page.", reach=reach)
    match stage:
        case "proposed":
            return _("Nothing has changed yet. One veto is enough to stop it. It concerns %(reach)s.", reach=reach)
        case "held" if order.effect_at is not None:
            at = clock_time(order.effect_at, seconds=True)
            return _(
                "Takes effect at %(at)s UTC. One veto is enough to stop it. It concerns %(reach)s.", at=at, reach=reach
            )
        case "effect" if order.shape.final:
            return _("Done. It concerns %(reach)s. It cannot be taken back.", reach=reach)
        case "effect":
            return _("In effect. It concerns %(reach)s. One person can put it back at once.", reach=reach)
        case "void":
            return labels.void_because(order.ended_because)
        case _:
            return _(
                "It is back as it was. For 24 hours, silencing it again takes a new order under the strictest rule."
            )


def _safeguard_lead(order: Order, stage: str) -> str:
    match stage:
        case "proposed":
            return _("Nothing has changed yet. One veto is enough to stop it. It concerns how this house is guarded.")
        case "held" if order.effect_at is not None:
            at = day_and_time(order.effect_at, seconds=True)
            return _("Takes effect on %(at)s. One veto is enough to stop it.", at=at)
        case "effect":
            return _("In effect. It concerns how this house is guarded.")
        case _ if order.ended_because:
            return labels.void_because(order.ended_because)
        case _:
            return _("Refused. Nothing has changed.")


def _owner(event: OrderEvent, *, stage: str, handle: str, contest: str) -> Letter:
    order = event.order
    lines = [_owner_lead(order, stage, handle), ""]
    if stage != "restored":
        lines += [
            _("Why: %(reason)s.", reason=labels.reason(order.reason)) if order.reason else "",
            _("Under which clause of our policy: %(clause)s.", clause=order.clause) if order.clause else "",
            _("Under which rule: %(rules)s.", rules=", ".join(order.rules)),
            _("When: %(when)s.", when=day_and_time(event.now, seconds=True)),
            _until(order),
            _("How it was decided: by people, not by a machine."),
            "",
            _(
                "To contest this, write to %(address)s and name order %(order)s. "
                "Somebody who had no part in it answers.",
                address=contest,
                order=order.id,
            ),
        ]
    return Letter(subject=_owner_subject(stage, handle), text="\n".join(lines) + "\n")


def _until(order: Order) -> str:
    if order.shape.final:
        return _("It cannot be taken back.")
    return _("Until: %(when)s.", when=day_and_time(order.lift_at)) if order.lift_at else _("Until: lifted by hand.")


def _owner_subject(stage: str, handle: str) -> str:
    return {
        "proposed": _("Somebody has proposed to act on %(handle)s", handle=handle),
        "held": _("An act on %(handle)s is about to take effect", handle=handle),
        "effect": _("What was done to %(handle)s, and why", handle=handle),
        "void": _("Nothing was done to %(handle)s", handle=handle),
        "restored": _("%(handle)s is back as it was", handle=handle),
    }[stage]


def _owner_lead(order: Order, stage: str, handle: str) -> str:
    if stage == "restored":
        if order.kind in DEEDS:
            return _("What was done to %(handle)s was taken back.", handle=handle)
        return _("%(handle)s is back as it was. Followers and posts are as they were.", handle=handle)
    if stage in ("proposed", "held"):
        when = (
            _("It takes effect at %(at)s UTC unless somebody stops it.", at=clock_time(order.effect_at, seconds=True))
            if order.effect_at
            else _("Nothing has changed yet: more people have to agree first.")
        )
        act = _("It has been proposed: %(act)s.", act=labels.titled(order.kind, handle))
        return " ".join(part for part in (act, labels.deed(order.kind, order.change), when) if part)
    return {
        Kind.ACCOUNT_HIDE: _("%(handle)s is hidden: its page answers “not found”. Nothing was deleted.", handle=handle),
        Kind.ACCOUNT_LIMIT: _("%(handle)s has left the public timelines. Its followers still see it.", handle=handle),
        Kind.ACCOUNT_FREEZE: _("%(handle)s cannot post. Its page stays up.", handle=handle),
        Kind.POST_HIDE: _("A post of %(handle)s is hidden. Nothing was deleted.", handle=handle),
    }.get(order.kind) or _deed(order, handle)


def _deed(order: Order, handle: str) -> str:
    """Return what was done beside a standing, and what its owner can do now."""
    lead = _("Something was done to %(handle)s.", handle=handle) + " " + labels.deed(order.kind, order.change)
    if order.change.get("ways_in") == "password":
        return f"{lead} " + _("Set a new password from the page where you sign in.")
    return lead
