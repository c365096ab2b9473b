"""Reports: a member's client hands one in, and it goes the way of the report form."""

from typing import Any

from litestar import post
from litestar.params import SkipValidation

from gardefou.clock import Clock, to_iso
from gardefou.may import May
from gardefou.network.api.caller import AnyRequest, Caller
from gardefou.network.api.entities.rules import category_of_rules
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given, id_in_path
from gardefou.network.api.paces import none_left, say_left
from gardefou.network.ports import Neighbours
from gardefou.network.report import Intake, asked
from gardefou.network.web.common import host_of
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.limits import Family
from gardefou.words import current
from gardefou.words import gettext as _
from gardefou.words.plain import paragraphs

#: What clients say a report is about → one of the house's own, by which intake sorts and hurries.
CATEGORIES = {"spam": "spam", "legal": "illegal", "violation": "other", "other": "other"}


@post(["/reports", "/reports/"], may=May.CLIENT, needs="write:reports", status_code=200)
async def file(
    request: AnyRequest,
    clock: Clock,
    neighbours: SkipValidation[Neighbours],
    intake: SkipValidation[Intake],
    caller: Caller,
    given: Given,
) -> dict[str, Any]:
    """Take in a report. What is answered is kept: the transaction is committed before.

    Raises:
        ParameterError: there is no such category or rule.
        NoSuchPageError: there is no such account or post to be seen.
        TooManyTriesError: this member, or their part of the network, has reported too often.
        TooManyWaitError: more comes in than can be written down now.
    """
    rule_ids = sorted(set(given.ids("rule_ids")))
    category = "violation" if rule_ids else given.text("category").strip() or "other"
    if category not in CATEGORIES:
        raise ParameterError(_("%(name)s is not what it must be", name="category"), name="category")
    post_ids = sorted(set(given.ids("status_ids")))
    comment = given.text("comment")
    now = clock.now()
    one = asked(
        neighbours,
        actor=caller.actor,
        account=id_in_path(given.text("account_id")),
        category=category_of_rules(neighbours, rule_ids) if rule_ids else CATEGORIES[category],
        comment=comment,
        post_ids=post_ids,
        locale=current(),
        host=host_of(request),
    )
    try:
        taken = await intake.become(one)
    except TooManyTriesError as problem:
        if problem.fields["of"] == "reporter":  # Of reports on this account alone there are too many otherwise.
            say_left(request, none_left(Family.REPORTS, now))
        raise
    if taken.left is not None:
        say_left(request, taken.left)
    return {
        "id": str(taken.receipt),
        "action_taken": False,
        "action_taken_at": None,
        "category": category,
        "comment": paragraphs(comment),
        "forwarded": False,
        "created_at": to_iso(now),
        "status_ids": [str(one) for one in post_ids],
        "rule_ids": [str(one) for one in rule_ids],
        "collection_ids": [],
        "target_account": taken.shown,
    }


HANDLERS = [file]
