"""Mastodon.py's moderation calls, through the guard: what is done is done, what is not says why and what is missing."""

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError

from gardefou.accounts.enter_roster import enter_roster
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.network.visibility import Standing, standing_of
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.queries import in_effect, open_orders
from tests.factories.served import Member, Served


@pytest.fixture
def mayor(served: Served) -> Member:
    """A member whose account is notable."""
    found = served.member("mayor")
    with served.house.db.transaction() as tx:
        now = served.house.clock.now()
        enter_roster(
            tx, actor=SETUP, now=now, account_id=found.id, tier="notable", office="mayor", source="the gazette"
        )
    served.says(found, ["Good evening, all"])
    return found


def reported(served: Served, who: Member) -> tuple[str, Member]:
    """Report an account with Mastodon.py; return the report's number, and who filed it."""
    reporter = served.member("reporter")
    posts = served.says(who, ["Buy this"])
    report = served.script(reporter).report(who.id, status_ids=posts, comment="Adverts", category="spam")
    return str(report.id), reporter


def standing(served: Served, who: Member) -> Standing:
    """Return an account's standing."""
    with served.house.db.reading() as tx:
        return standing_of(tx, who.id)


def only_open_order(served: Served, who: Member) -> Order:
    """Return the one order on an account that is not finished."""
    with served.house.db.reading() as tx:
        (found,) = open_orders(tx, account_id=who.id)
    return found


def refused(script: Mastodon, who: Member, action: str) -> str:
    """Ask for an action that does not happen, and return what the client is told."""
    with pytest.raises(MastodonAPIError) as told:
        script.admin_account_moderate(who.id, action)
    return str(told.value.args[3])


@pytest.mark.promise(10)
def test_a_script_hides_an_ordinary_account_and_brings_it_back(served: Served, alice: Member) -> None:
    number, _reporter = reported(served, alice)
    script, agent = served.moderator("agent")
    found = script.admin_account(alice.id)
    assert (found.username, found.suspended, found.account.acct) == (alice.name, False, alice.name)
    assert script.admin_account_moderate(alice.id, "suspend", report_id=number, text="Adverts") is None
    with served.house.db.reading() as tx:
        (done,) = in_effect(tx, "account", alice.id)
    assert (done.kind.value, done.proposer, done.comment, done.state) == (
        "account.hide",
        agent,
        "Adverts",
        State.EXECUTED,
    )
    assert [one.username for one in script.admin_accounts_v2(status="suspended", username=alice.name)] == [alice.name]
    assert script.admin_report(number).action_taken
    assert not script.admin_account_unsuspend(alice.id).suspended
    assert standing(served, alice) is Standing.ACTIVE
    assert script.admin_accounts_v2(status="suspended", username=alice.name) == []
    with pytest.raises(MastodonAPIError, match="nothing of that kind to take back"):
        script.admin_account_unsuspend(alice.id)


def test_a_script_limits_and_freezes_an_ordinary_account_and_takes_each_back(served: Served, alice: Member) -> None:
    script, _agent = served.moderator("agent")
    for action, flag, stands in (("silence", "silenced", Standing.LIMITED), ("disable", "disabled", Standing.FROZEN)):
        who = served.member("ordinary")
        script.admin_account_moderate(who.id, action)
        assert (script.admin_account(who.id)[flag], standing(served, who)) == (True, stands)
        undo = script.admin_account_unsilence if action == "silence" else script.admin_account_enable
        assert (undo(who.id)[flag], standing(served, who)) == (False, Standing.ACTIVE)
    for call in (script.admin_account_approve, script.admin_account_reject, script.admin_account_delete):
        with pytest.raises(MastodonAPIError, match="nothing has changed"):
            call(alice.id)
    assert "nothing has changed" in refused(script, alice, "sensitive")


@pytest.mark.promise(1)
@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("lang", "words", "missing", "until"),
    [
        ("en", "Nothing has changed yet", "reviewer", "Unless they agree by "),
        ("fr", "Rien n’a changé pour l’instant", "réviseur", "Sans leur accord d’ici le "),
    ],
)
def test_what_a_script_asks_of_a_notable_account_waits_and_says_so(
    served: Served, mayor: Member, lang: str, words: str, missing: str, until: str
) -> None:
    reported(served, mayor)
    script, reviewer = served.moderator("reviewer", lang=lang)
    before = served.script(mayor).me()
    said = refused(script, mayor, "suspend")
    order = only_open_order(served, mayor)
    assert (order.kind.value, order.state, order.proposer) == ("account.hide", State.WAITING, reviewer)
    assert words in said
    assert missing in said
    assert until in said
    assert said.count("Waiting for " if lang == "en" else "Il manque ") == 1
    assert str(order.id) in said
    assert f"{served.url}/desk/orders/{order.id}" in said
    assert standing(served, mayor) is Standing.ACTIVE
    assert served.script(mayor).me() == before
    assert not script.admin_account(mayor.id).suspended


@pytest.mark.promise(20)
def test_what_the_rules_refuse_a_script_is_told_with_the_refused_orders_number(served: Served, mayor: Member) -> None:
    reported(served, mayor)
    script, _agent = served.moderator("agent", lang="fr")
    said = refused(script, mayor, "suspend")
    assert said.startswith("Refusé")
    assert f"{served.url}/desk/refused/" in said
    assert standing(served, mayor) is Standing.ACTIVE
    with served.house.db.reading() as tx:
        assert list(open_orders(tx, account_id=mayor.id)) == []


def test_a_script_reads_holds_and_closes_reports(served: Served, alice: Member) -> None:
    number, reporter = reported(served, alice)
    script, _agent = served.moderator("agent")
    other, _reviewer = served.moderator("reviewer")
    (report,) = script.admin_reports(target_account_id=alice.id)
    assert (str(report.id), report.account.username, report.comment) == (number, reporter.name, "Adverts")
    assert report.statuses[0].content == "<p>Buy this</p>"
    assert [one.text for one in report.rules] == ["It is spam"]
    assert (report.target_account.account.acct, report.target_account.role.name) == (alice.name, "")
    assert [str(one.id) for one in script.admin_reports(account_id=reporter.id)] == [number]
    assert str(script.admin_report_assign(number).id) == number
    with pytest.raises(MastodonAPIError, match="holds this case"):
        other.admin_report_assign(number)
    assert str(script.admin_report_unassign(number).id) == number
    assert other.admin_report_resolve(number).action_taken
    assert script.admin_reports(target_account_id=alice.id) == []
    assert [str(one.id) for one in script.admin_reports(resolved=True, target_account_id=alice.id)] == [number]
    assert not other.admin_report_reopen(number).action_taken
    assert script.admin_account_moderate(alice.id, report_id=number) is None
    assert script.admin_report(number).action_taken
    assert standing(served, alice) is Standing.ACTIVE


@pytest.mark.promise(6)
def test_a_script_of_a_member_who_does_not_work_here_moderates_nobody(
    served: Served, alice: Member, bob: Member
) -> None:
    stranger = served.member("stranger", scopes="read write admin:read admin:write")
    with pytest.raises(MastodonAPIError, match="acts as nobody who works here"):
        served.script(stranger).admin_account_moderate(alice.id, "suspend")
    with pytest.raises(MastodonAPIError, match="outside the authorized scopes"):
        served.script(bob).admin_account_moderate(alice.id, "suspend")
    script, agent = served.moderator("agent")
    with pytest.raises(MastodonNotFoundError, match="Record not found"):
        script.admin_account(17)
    assert isinstance(agent, Actor)
    assert standing(served, alice) is Standing.ACTIVE
