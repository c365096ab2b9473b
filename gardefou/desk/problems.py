"""What a colleague reads when something could not be done as asked: what, what has happened since, and what next."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from litestar import Response
from litestar.response import Template
from sqlalchemy import select

from gardefou.desk.errors import NotYoursError
from gardefou.desk.people import Known, called, known, named
from gardefou.desk.session import AnyRequest, wants_json
from gardefou.errors import BadInputError, ConflictError, NotFoundError
from gardefou.events.tables import event
from gardefou.orders.order import actor_named
from gardefou.reports.errors import WorkerError
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import clock_time

SHOWN = 3
_CASE = re.compile(r"/desk/cases/(\d{1,19})")


def handle(request: AnyRequest, problem: BadInputError) -> Response[Any]:
    """Answer a request that could not be done as asked; nothing has changed."""
    status, title = _status(problem)
    detail = sentence(problem)
    if wants_json(request):
        body = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "code": problem.code,
            "reasons": [{"code": problem.code, "fields": _texts(problem), "words": detail}],
        }
        return Response(body, status_code=status, media_type="application/problem+json")
    context = {"title": title, "detail": detail, "back": _back(request), "since": _since(request), "status": status}
    return Template("desk/problem.html", context=context, status_code=status)


def _since(request: AnyRequest) -> list[str]:
    """Return what happened last to the case the person was looking at."""
    place = _CASE.match(request.url.path) or _CASE.match(_back(request))
    house = getattr(request.state, "house", None)
    if place is None or house is None:
        return []
    db, clock = house
    with db.reading() as tx:
        return happened(tx, f"case:{place[1]}", clock.now())


def _texts(problem: BadInputError) -> dict[str, str]:
    return {key: str(value) for key, value in problem.fields.items()}


def _status(problem: BadInputError) -> tuple[int, str]:
    match problem:
        case NotFoundError():
            return 404, _("Nothing is at this address")
        case ConflictError(code="executions_stopped"):
            return 409, _("Nothing takes effect here now. Nothing was done.")
        case ConflictError():
            return 409, _("It has changed since you looked. Nothing was done.")
        case NotYoursError():
            return 403, _("Not yours to read")
        case WorkerError():
            return 403, _("Not yours to do. Nothing was done.")
        case _:
            return 400, _("This cannot be used. Nothing was done.")


def _back(request: AnyRequest) -> str:
    """Return the page of the desk the person came from, to look at again."""
    came_from = urlsplit(request.headers.get("referer", "")).path
    return came_from if came_from.startswith("/desk/") else "/desk"


def sentence(problem: BadInputError) -> str:
    """Return what is wrong, in the language spoken now; a problem not known here keeps its own message."""
    said = {
        "not_open": _("This order is no longer open: there is nothing left to sign, stop or withdraw."),
        "other_order": _("What you signed is not this order as it stands. Read it again, then sign."),
        "already_voted": _("You have already given this answer to this order."),
        "race_lost": _("Somebody else moved this order in the same instant. Look again."),
        "name_taken": _("Somebody here already goes by that name; give the one that tells them apart."),
        "engagement_overlap": _("Another engagement binds this person in that time."),
        "not_engaged": _("No engagement binds this person now."),
        "already_open": _("An order to do this is open already."),
        "already_in_effect": _("It is so already."),
        "nothing_to_restore": _("Nothing is in effect there, so there is nothing to bring back."),
        "executions_stopped": _(
            "The machine’s clock has jumped, the database’s own guards are gone, a setting is not the one agreed upon, "
            "or the record has lost what others hold of it; nothing takes effect until somebody has looked. Restoring "
            "goes on."
        ),
        "text_too_long": _("The text is too long: 2,000 characters are the most."),
        "misleading_text": _(
            "The text holds a character that nobody sees, %(code)s; write it without.",
            code=str(problem.fields.get("character", "")),
        ),
        "clocks": _("The times do not fit: a set time lies ahead, and a set end after it."),
        "unknown_clause": _("The rulebook in force has no such clause in its policy."),
        "evidence": _("What was pointed at as evidence is not there, or is another account’s."),
        "unknown_order": _("There is no order by that number."),
        "no_receipt": _("Only whoever proposed an order gets its receipts."),
        "unknown_case": _("There is no case by that number."),
        "unknown_subject": _("There is nothing to act upon by that number."),
    }
    return said.get(problem.code, problem.message)


def happened(tx: Tx, subject: str, now: int) -> list[str]:
    """Return the last things that happened to a case, in words, the newest first."""
    rows = tx.all(
        select(event)
        .where(event.c.subject == subject, event.c.kind.startswith("case."))
        .order_by(event.c.id.desc())
        .limit(SHOWN)
    )
    return [f"{clock_time(row['at'], seconds=True)} {_words(row['kind'], _who(tx, row['body'], now))}" for row in rows]


def _who(tx: Tx, body: str, now: int) -> str:
    values = json.loads(body)
    if "person" in values:
        return named(int(values["person"]), known(tx, [], now, also=[int(values["person"])]))
    if "by" in values:
        actor = actor_named(str(values["by"]))
        people: Known = known(tx, [actor], now)
        return called(actor, people)
    return ""


def _words(kind: str, who: str) -> str:
    return {
        "case.opened": _("The case was opened."),
        "case.leased": _("%(who)s took hold of it.", who=who),
        "case.returned": _("%(who)s returned it.", who=who),
        "case.protected": _("Its account became protected: reviewers decide it."),
        "case.told": _("The duty manager was told."),
        "case.set_aside": _("%(who)s set reports of it aside.", who=who),
        "case.weighed": _("Its weight was reckoned without what is set aside."),
        "case.counted_again": _("%(who)s let reports count again that had been set aside.", who=who),
        "case.waits": _("%(who)s proposed an order that answers it.", who=who),
        "case.came_back": _("The order that answered it ended without effect: it is back in the queue."),
        "case.handed": _("%(who)s handed it to reviewers.", who=who),
        "case.closed": _("%(who)s closed it.", who=who),
        "case.reopened": _("%(who)s opened it again.", who=who),
    }.get(kind, kind)
