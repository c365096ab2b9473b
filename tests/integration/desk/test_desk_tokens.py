"""The page of machines' tokens: asked for, signed by a second person, collected once, ended."""

import html
import re

from sqlalchemy import select

from gardefou.clock import DAY, to_iso
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.tables import token
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit

PAGE = "/desk/tokens"


def test_from_the_form_to_the_secret_to_the_end(town: Town, visit: Visit) -> None:
    admin = visit("administrator")
    form = {"kind": "token.issue", "subject_id": str(HOUSE_ID), "name": "bot", "scopes": "read reports"}
    form["ends"] = to_iso(town.now + DAY)[:16]
    where = admin.post("/desk/changes", form).headers["location"]
    assert "Needs" in admin.get(PAGE).text or "An order to do this is open" in admin.get(PAGE).text
    order = visit("manager north").get(where).text
    assert "reading orders and numbers, filing reports" in html.unescape(order)
    town.approve("manager north", int(where.rpartition("/")[2]))
    with town.db.reading() as tx:
        token_id = tx.scalar(select(token.c.id))
    assert "Collect its secret" not in visit("auditor").get(PAGE).text
    assert "Collect its secret" in admin.get(PAGE).text
    assert visit("auditor").post(f"{PAGE}/{token_id}/collect").status_code == 404
    shown = admin.post(f"{PAGE}/{token_id}/collect")
    assert shown.headers["cache-control"] == "no-store"
    [secret] = re.findall(r"gf_[\w-]{43}", shown.text)
    assert admin.post(f"{PAGE}/{token_id}/collect").status_code == 409
    page = visit("auditor").get(PAGE).text
    assert (secret in page, "In force" in page, "administrator" in page) == (False, True, True)
    ended = visit("auditor").post("/desk/changes", {"kind": "token.end", "subject_id": str(HOUSE_ID), "name": "bot"})
    assert ended.headers["location"].startswith("/desk/orders/")
    assert "Ended" in visit("agent").get(PAGE).text


def test_what_was_typed_wrong_stands_there_again(town: Town, visit: Visit) -> None:
    form = {"kind": "token.issue", "subject_id": str(HOUSE_ID), "name": "Bad Name", "scopes": "read"}
    form["ends"] = to_iso(town.now + DAY)[:16]
    again = visit("administrator").post("/desk/changes", form)
    assert again.status_code == 400
    assert 'value="Bad Name"' in again.text
    assert "small letters" in html.unescape(again.text)


def test_who_may_not_issue_reads_why_and_is_refused(town: Town, visit: Visit) -> None:
    form = {"kind": "token.issue", "subject_id": str(HOUSE_ID), "name": "bot", "scopes": "read"}
    form["ends"] = to_iso(town.now + DAY)[:16]
    assert visit("agent").post("/desk/changes", form).headers["location"].startswith("/desk/refused/")
