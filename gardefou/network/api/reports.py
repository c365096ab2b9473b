"""Reports: a member's client hands one in, and it goes the way of the report form."""

from typing import Any

from litestar import post

from gardefou.clock import Clock, to_iso
from gardefou.may import May
from gardefou.network.api.accounts import account_at
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.entities.rules import category_of_rules
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given
from gardefou.network.ports import Neighbours
from gardefou.network.queries import any_handle
from gardefou.network.report import report
from gardefou.storage import Database
from gardefou.storage.limits import Family
from gardefou.words import current
from gardefou.words import gettext as _
from gardefou.words.plain import paragraphs

#: What clients say a report is about → one of the house's own, by which intake sorts and hurries.
CATEGORIES = {"spam": "spam", "legal": "illegal", "violation": "other", "other": "other"}


@post(
    ["/reports", "/reports/"],
    may=May.CLIENT,
    needs="write:reports",
    rate=Family.REPORTS,
    status_code=200,
    sync_to_thread=True,
)
def file(db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, given: Given, site: str) -> dict[str, Any]:
    """Take in a report. What is answered is kept: the transaction is committed before.

    Raises:
        ParameterError: there is no such category or rule.
        NoSuchPageError: there is no such account or post to be seen.
    """
    rule_ids = sorted(set(given.ids("rule_ids")))
    category = "violation" if rule_ids else given.text("category").strip() or "other"
    if category not in CATEGORIES:
        raise ParameterError(_("%(name)s is not what it must be", name="category"), name="category")
    about = given.text("account_id")
    post_ids = sorted(set(given.ids("status_ids")))
    comment = given.text("comment")
    now = clock.now()
    with db.transaction() as tx:
        number = account_at(tx, about)
        receipt = report(
            tx,
            neighbours,
            actor=caller.actor,
            now=now,
            handle=any_handle(tx, number),
            category=category_of_rules(neighbours, rule_ids) if rule_ids else CATEGORIES[category],
            comment=comment,
            post_ids=post_ids,
            locale=current(),
        )
        target = accounts(tx, [number], site=site)[number]
    return {
        "id": str(receipt),
        "action_taken": False,
        "action_taken_at": None,
        "category": category,
        "comment": paragraphs(comment),
        "forwarded": False,
        "created_at": to_iso(now),
        "status_ids": [str(one) for one in post_ids],
        "rule_ids": [str(one) for one in rule_ids],
        "collection_ids": [],
        "target_account": target,
    }


HANDLERS = [file]
