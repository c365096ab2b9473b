"""What is done to an account beside its standing, asked for at the desk (promise 1)."""

import re

import pytest

from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import orders_of_account
from tests.factories.town import Town
from tests.integration.desk.conftest import Browser, Visit

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = [pytest.mark.promise(1), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def asked(browser: Browser, kind: str, **fields: str) -> int:
    """Press a form's button, and return the number of the order it leads to."""
    answer = browser.post("/desk/changes", {"kind": kind, "reason": "impersonation", **fields})
    assert answer.status_code == 303, answer.text
    found = re.search(r"(\d+)$", answer.headers["location"])
    assert found
    return int(found[1])


def test_a_form_says_what_it_needs_before_it_is_pressed(town: Town, visit: Visit) -> None:
    page = visit("reviewer 1").get(f"/desk/who/mayor?post={town.posts['mayor'][0]}").text
    for kind in EmbeddedPlatform().deeds:
        assert f'id="change-{kind.replace(".", "-")}"' in page
    assert page.count("1 more reviewer") + page.count("1 reviewer") >= len(EmbeddedPlatform().deeds)
    agents = visit("agent").get("/desk/who/mayor").text
    assert 'name="handle"' not in agents


def test_an_account_is_renamed_by_two_people_and_given_its_name_back_by_one(town: Town, visit: Visit) -> None:
    reviewer = visit("reviewer 1")
    mayor, post = str(town.accounts["mayor"]), str(town.posts["mayor"][0])
    order_id = asked(reviewer, "account.rename", subject_id=mayor, handle="city", display_name="", posts=post)
    page = visit("reviewer 2").get(f"/desk/orders/{order_id}").text
    assert "Rename @mayor" in page
    assert "city" in page
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    town.clock.advance(town.read(order_id).hold)
    assert town.drive(order_id).state is State.EXECUTED
    assert reviewer.get("/@city").status_code == 200
    assert reviewer.get("/@mayor").status_code == 404
    agent = visit("agent")
    assert "Restore" in agent.get(f"/desk/orders/{order_id}").text
    assert agent.post(f"/desk/orders/{order_id}/restore", {}).status_code == 303
    assert reviewer.get("/@mayor").status_code == 200


def test_a_post_said_in_its_name_says_so_to_readers_in_both_languages(town: Town, visit: Visit) -> None:
    order_id = asked(
        visit("reviewer 1"), "account.speak", subject_id=str(town.accounts["anna"]), text="This account was hijacked."
    )
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    assert town.read(order_id).state is State.EXECUTED
    assert "Written by the moderators in this account’s name." in visit().get("/@anna").text
    assert "Écrit par la modération au nom de ce compte." in visit(language="fr").get("/@anna").text


def test_what_cannot_be_taken_back_offers_no_way_back(town: Town, visit: Visit) -> None:
    reviewer, post = visit("reviewer 1"), str(town.posts["anna"][0])
    assert "for good" in reviewer.get(f"/desk/who/anna?post={post}").text
    order_id = asked(reviewer, "post.delete", post_id=post)
    page = reviewer.get(f"/desk/orders/{order_id}").text
    assert f"/desk/orders/{order_id}/restore" not in page
    assert reviewer.post(f"/desk/orders/{order_id}/restore", {}).status_code in (404, 409)


def test_nothing_is_taken_back_at_once_that_was_done_to_a_safeguard(town: Town, visit: Visit) -> None:
    town.change("administrator", "role.grant", town.person_id("agent"), role="auditor")
    with town.db.reading() as tx:
        assert orders_of_account(tx, town.accounts["anna"]) == []
    order_id = town.change("reviewer 1", "tier.assign", town.accounts["anna"], tier="notable").order.id
    assert visit("reviewer 1").post(f"/desk/orders/{order_id}/restore", {}).status_code == 409


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "account.rename", "handle": "not a handle"}, "A handle is 1 to 30 letters"),
        ({"kind": "account.contact", "contact": "nowhere"}, "This is not an e-mail address"),
        ({"kind": "account.block", "other": "@nobody_here"}, "There is no account @nobody_here."),
        ({"kind": "post.delete", "post_id": "the last one"}, "must be a number"),
        ({"kind": "account.speak", "text": "x" * 501}, "500 characters at most"),
        ({"kind": "account.speak", "text": "Yes", "posts": "1 two"}, "What was pointed at as evidence is not there"),
        ({"kind": "account.hide"}, "is not changed here"),
    ],
)
def test_what_cannot_be_read_is_said_in_place(town: Town, visit: Visit, fields: dict[str, str], words: str) -> None:
    answer = visit("reviewer 1").post("/desk/changes", {"subject_id": str(town.accounts["anna"]), **fields})
    assert answer.status_code == 400
    assert words in answer.text


def test_what_was_typed_is_still_there_when_one_field_is_wrong(town: Town, visit: Visit) -> None:
    typed = {"handle": "not a handle", "display_name": "The mayor", "comment": "As agreed", "reason": "hijacked"}
    form = {"kind": "account.rename", "subject_id": str(town.accounts["anna"]), **typed}
    page = visit("reviewer 1").post("/desk/changes", form).text
    for text in ('value="not a handle"', 'value="The mayor"', "As agreed</textarea>", 'value="hijacked" selected'):
        assert text in page
    shift = {"kind": "shift.add", "subject_id": str(town.person_id("agent")), "starts": "2017-11-09T10:00"}
    page = visit("manager north").post("/desk/changes", {**shift, "ends": "2017-11-09T09:00"}).text
    assert 'value="2017-11-09T10:00"' in page


def test_an_account_is_found_by_the_name_it_had_and_brought_back_by_it(town: Town, visit: Visit) -> None:
    town.until_executed("reviewer 1", "account.rename", "mayor", change={"handle": "nobody"})
    agent = visit("agent")
    assert agent.get("/desk/who/mayor").headers["location"] == "/desk/who/nobody"
    assert "/desk/who/nobody" in agent.get("/desk/search?q=@mayor").text
    assert town.restore("agent", "mayor").order.state is State.EXECUTED
    assert agent.get("/@mayor").status_code == 200


def test_a_deleted_posts_order_still_says_whose_it_was(town: Town, visit: Visit) -> None:
    order_id = asked(visit("reviewer 1"), "post.delete", subject_id="1", post_id=str(town.posts["anna"][0]))
    page = visit("agent").get(f"/desk/orders/{order_id}").text
    assert "Delete a post of @anna" in page
    assert "It cannot be taken back" in page
    assert "The post is up" not in page
    alert = visit("agent").get(f"/desk/alert/{order_id}").text
    assert "is not possible" in alert
    assert "takes you alone" not in alert
