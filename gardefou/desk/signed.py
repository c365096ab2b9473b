"""What exactly was signed: the lines an approval stands for, in words and digests."""

from gardefou.desk import labels
from gardefou.desk.people import with_names
from gardefou.desk.proof import entered
from gardefou.guard.rules import Plan
from gardefou.orders import labels as order_labels
from gardefou.orders.kinds import SAFEGUARDS
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers

_SHOWN = 32


def signed_lines(tx: Tx, order: Order, subject: Subject, plan: Plan | None) -> list[tuple[str, str, str]]:
    """Return label, words and digest of each thing an order's digest covers."""
    return [
        (_("Order digest"), "", "sha-256 " + grouped(order.digest)),
        (_("Act"), f"{order.kind.value}, {_until(order)}" if order.shape.silences else order.kind.value, ""),
        (_("Subject"), _subject(order, subject), ""),
        *([(_("Policy clause"), order.clause, "")] if order.clause else []),
        *((name, text, "") for name, text in order_labels.changes(with_names(tx, order.change))),
        (_("Evidence"), _evidence(order), grouped(order.evidence_digest[:8]) + " …"),
        (_("Rulebook"), _in_force(tx, order), grouped(order.rulebook_digest[:8]) + " …"),
        (_("Clocks"), _clocks(order, plan), ""),
    ]


def grouped(digest: bytes) -> str:
    """Return hexadecimal digits in groups of four."""
    text = digest[:_SHOWN].hex()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _until(order: Order) -> str:
    if order.shape.final:
        return _("for good")
    until = (
        _("until lifted by hand")
        if order.lift_at is None
        else _("until %(time)s", time=numbers.day_and_time(order.lift_at))
    )
    if order.not_before is None:
        return until
    return _("%(until)s, not before %(time)s", until=until, time=numbers.day_and_time(order.not_before))


def _subject(order: Order, subject: Subject) -> str:
    label = labels.subject(order.subject_kind, subject.label)
    said = _("%(label)s, version %(version)s", label=label, version=order.subject_version)
    if order.account_id is not None and order.kind not in SAFEGUARDS:
        said += ", " + numbers.followers(int(subject.values.get("followers", 0)))
    if order.open and subject.version != order.subject_version:
        said += ". " + _("It is now version %(version)s.", version=subject.version)
    return said


def _evidence(order: Order) -> str:
    posts, reports = len(order.evidence.get("posts", ())), int(order.evidence.get("reports", 0) or 0)
    if not posts and not reports:
        return _("none")
    parts = []
    if posts:
        parts.append(ngettext("%(count)s post", "%(count)s posts", posts))
    if reports:
        parts.append(ngettext("%(count)s report", "%(count)s reports", reports))
    return ", ".join(parts)


def _in_force(tx: Tx, order: Order) -> str:
    entry = entered(tx, order.rulebook_digest)
    return "" if entry is None else _("in force since %(day)s", day=numbers.day(entry.at))


def _by(at: int, since: int) -> str:
    return numbers.day_and_time(at, seconds=True) if numbers.is_far(at, since) else numbers.clock_time(at, seconds=True)


def _clocks(order: Order, plan: Plan | None) -> str:
    parts = []
    if order.approve_by is not None:
        parts.append(_("approve by %(time)s", time=_by(order.approve_by, order.proposed_at)))
    if order.hold:
        parts.append(_("hold %(length)s", length=numbers.duration(order.hold)))
    if order.execute_within and plan is not None and (plan.places or plan.hold):
        parts.append(_("then within %(length)s or never", length=numbers.duration(order.execute_within)))
    return ", ".join(parts) or _("at once")
