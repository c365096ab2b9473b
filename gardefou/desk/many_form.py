"""The form before a press that decides several cases: as it is first drawn, and again with everything written in it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar.response import Template

from gardefou.desk import labels
from gardefou.desk.acts import policy
from gardefou.desk.asked_again import mendable
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields
from gardefou.desk.frame import frame
from gardefou.desk.macro_words import choices, lengths
from gardefou.desk.many_done import CLOSINGS, HAND, KINDS, Picked, picked
from gardefou.desk.many_view import Ahead, ahead, deed_words
from gardefou.desk.problems import sentence
from gardefou.enforcement.errors import EvidenceError
from gardefou.errors import BadInputError, ConflictError
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Ports
from gardefou.reports import queries as reports
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import ngettext

DEEDS = (*CLOSINGS, HAND, *(kind.value for kind in KINDS))


def kind_of(deed: str) -> Kind | None:
    """Return the kind of order that is proposed for each; None where they are decided without one."""
    return Kind(deed) if deed in {one.value for one in KINDS} else None


def form_before(tx: Tx, ports: Ports, found: list[Ahead], *, deed: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form before the press is drawn from, with what was typed in it before."""
    return {
        "cases": found,
        "deed": deed,
        "kind": kind_of(deed),
        "deeds": [(one, deed_words(one)) for one in DEEDS],
        "reasons": [(value.value, labels.reason(value.value)) for value in labels.REASONS],
        "typed": typed,
        "clauses": policy(tx, ports),
        "macros": choices(tx),
        "lengths": list(lengths().items()),
        "chosen": sum(one.chosen for one in found),
        "followers": sum(one.followers for one in found if one.chosen),
        "addresses": _addresses(found),
        "harm_word": partial(_harm, kind_of(deed)),
        "wrong": "",
        "pressed": "",
    }


def _addresses(found: list[Ahead]) -> dict[str, str]:
    """Return where each deed is read about, for the same cases."""
    cases = [("case", one.case) for one in found]
    return {deed: f"/desk/many?{urlencode([('deed', deed), *cases])}" for deed in DEEDS}


def _harm(kind: Kind | None, count: int) -> str:
    """Return what the button of an act that silences says, to how many accounts."""
    match kind:
        case Kind.ACCOUNT_LIMIT:
            return ngettext("Propose to limit %(count)s account", "Propose to limit %(count)s accounts", count)
        case Kind.ACCOUNT_FREEZE:
            return ngettext("Propose to freeze %(count)s account", "Propose to freeze %(count)s accounts", count)
        case Kind.ACCOUNT_HIDE:
            return ngettext("Propose to hide %(count)s account", "Propose to hide %(count)s accounts", count)
        case _:
            return ""


def to_mend(left: Mapping[int, BadInputError]) -> dict[int, BadInputError]:
    """Return why nothing was done to those cases that the same form could decide; a post that is gone stays gone."""
    return {one: why for one, why in left.items() if mendable(why) and not isinstance(why, EvidenceError)}


def chosen_again(
    db: Database, ports: Ports, *, me: SignedIn, now: int, deed: str, fields: Fields, problem: FormError
) -> Template:
    """Return the form as it was sent, with all the cases it showed, and beside it what is wrong with the choice."""
    chosen = fields.many("case")
    with db.reading() as tx:
        found = _ahead_again(tx, ports, me=me, now=now, deed=deed, fields=fields, shown=picked(fields, "among"))
        cases = [replace(one, chosen=one.case in chosen) for one in found]
        context = frame(tx, me, now) | form_before(tx, ports, cases, deed=deed, typed=fields.typed())
    return Template("desk/many.html", context=context | {"wrong": sentence(problem)}, status_code=400)


def left_again(
    db: Database,
    ports: Ports,
    *,
    me: SignedIn,
    now: int,
    deed: str,
    fields: Fields,
    batch_id: int,
    left: Mapping[int, BadInputError],
) -> Template:
    """Return the form with the cases to which nothing was done, as they are now, each with the reason.

    One that has changed is not ticked: whoever ticks it has looked at it again.
    """
    stale = {case_id for case_id, problem in left.items() if isinstance(problem, ConflictError)}
    with db.reading() as tx:
        shown = [Picked(case_id=one, version=reports.case(tx, one).version) for one in left]
        found = _ahead_again(tx, ports, me=me, now=now, deed=deed, fields=fields, shown=shown)
        cases = [
            replace(one, chosen=case_id not in stale, left=sentence(problem))
            for one, (case_id, problem) in zip(found, left.items(), strict=True)
        ]
        context = frame(tx, me, now) | form_before(tx, ports, cases, deed=deed, typed=fields.typed())
    context["pressed"] = f"/desk/batches/{batch_id}"
    return Template("desk/many.html", context=context, status_code=409 if stale else 400)


def _ahead_again(
    tx: Tx, ports: Ports, *, me: SignedIn, now: int, deed: str, fields: Fields, shown: list[Picked]
) -> list[Ahead]:
    reason = fields.text("reason")
    known_reason = reason if reason in {value.value for value in labels.REASONS} else ""
    return ahead(tx, ports, me=me, now=now, chosen=shown, kind=kind_of(deed), reason=known_reason)
