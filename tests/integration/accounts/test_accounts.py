"""Accounts as we know them: opened once, observed, never made less protected by it."""

import pytest

from gardefou.accounts import queries
from gardefou.accounts.assign_tier import assign_tier
from gardefou.accounts.bump_version import bump_version
from gardefou.accounts.enter_roster import enter_roster
from gardefou.accounts.errors import (
    AccountError,
    HandleTakenError,
    LoweringError,
    OpenOrdersError,
    UnknownAccountError,
)
from gardefou.accounts.observe import observe
from gardefou.accounts.open_account import open_account
from gardefou.clock import DAY, Micros
from gardefou.events.actor import SETUP
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account


def _version(tx: Tx, account_id: int) -> int:
    return int(queries.account(tx, account_id)["version"])


def _peak(tx: Tx, account_id: int, now: int) -> object:
    return queries.subject_values(tx, queries.account(tx, account_id), now)["peak_followers_90d"]


def test_an_account_known_by_its_platforms_id_stays_as_it_is(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        first, again = (
            open_account(tx, actor=SETUP, now=now, platform_id="25073877", handle=handle, followers=followers)
            for handle, followers in (("@realDonaldTrump", 41_700_000), ("other", 0))
        )
        row = queries.account(tx, first)
    assert again == first
    assert (row["handle"], row["display_name"], row["followers"], row["peak_followers"], row["version"]) == (
        "realDonaldTrump",
        "realDonaldTrump",
        41_700_000,
        41_700_000,
        1,
    )


def test_the_embedded_network_gives_its_own_id(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        open_account(tx, actor=SETUP, now=now, platform_id="77", handle="a", account_id=77, created_at=now - DAY)
        assert queries.account(tx, 77)["created_at"] == now - DAY


def test_a_handle_is_found_however_it_is_spelt_and_on_its_own_platform(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        here = make_account(tx, now, handle="Lune.et.Sel")
        there = open_account(tx, actor=SETUP, now=now, platform="mastodon", platform_id="1", handle="lune.et.sel")
        found, other = queries.by_handle(tx, "@lune.ET.sel"), queries.by_handle(tx, "lune.et.sel", "mastodon")
        assert queries.by_handle(tx, "nobody") is None
    assert found is not None
    assert other is not None
    assert (found["id"], other["id"]) == (here, there)


def test_two_accounts_never_go_by_one_handle(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        make_account(tx, now, handle="marble.kiln")
        second = make_account(tx, now)
        with pytest.raises(HandleTakenError, match="already the handle of account"):
            make_account(tx, now, handle="MARBLE.kiln")
        with pytest.raises(HandleTakenError, match="already the handle of account"):
            observe(tx, actor=SETUP, now=now, account_id=second, handle="@Marble.Kiln")


@pytest.mark.promise(3)
def test_a_rename_gives_a_new_version_and_counters_do_not(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now, handle="before")
        observe(tx, actor=SETUP, now=now, account_id=one, followers=99, posts=50, display_name="Before")
        observe(tx, actor=SETUP, now=now, account_id=one, handle="before", open_orders=1)
        assert _version(tx, one) == 1
        row = observe(tx, actor=SETUP, now=now, account_id=one, handle="after")
    assert (row["version"], row["handle"], row["handle_key"], row["followers"], row["posts"]) == (
        2,
        "after",
        "after",
        99,
        50,
    )


@pytest.mark.promise(3)
def test_no_account_is_renamed_while_an_order_on_it_is_open(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now, handle="before")
        with pytest.raises(OpenOrdersError, match="@before cannot be renamed while an order on it is open"):
            observe(tx, actor=SETUP, now=now, account_id=one, handle="after", open_orders=1)
        assert observe(tx, actor=SETUP, now=now, account_id=one, followers=11, open_orders=1)["handle"] == "before"


@pytest.mark.promise(1)
def test_losing_followers_makes_nobody_ordinary_for_ninety_days(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now, followers=200_000)
        observe(tx, actor=SETUP, now=now + DAY, account_id=one, followers=3)
        assert _peak(tx, one, now + 90 * DAY) == 200_000
        assert _peak(tx, one, now + 90 * DAY + 1) == 3


@pytest.mark.promise(1)
def test_followers_lost_today_still_count_when_the_peak_is_older_than_ninety_days(db: Database, now: Micros) -> None:
    """An old peak gives way to what was held until now, not to what is left."""
    with db.transaction() as tx:
        one = make_account(tx, now, followers=200_000)
        observe(tx, actor=SETUP, now=now + DAY, account_id=one, followers=150_000)
        later = now + 120 * DAY
        observe(tx, actor=SETUP, now=later, account_id=one, followers=3)
        assert _peak(tx, one, later) == 150_000
        assert _peak(tx, one, later + 90 * DAY) == 150_000


def test_a_new_peak_is_kept_with_its_time(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now, followers=10)
        row = observe(tx, actor=SETUP, now=now + DAY, account_id=one, followers=20)
    assert (row["peak_followers"], row["peak_at"]) == (20, now + DAY)


def test_what_rules_may_ask_of_an_account(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        plain, senator = make_account(tx, now, followers=7), make_account(tx, now, office=True)
        enter_roster(tx, actor=SETUP, now=now, account_id=senator, tier="critical", office="head of state", source="s")
        assign_tier(tx, actor=SETUP, now=now, account_id=senator, tier="notable")
        rows = list(queries.accounts(tx, [plain, senator, 404]).values())
        many = queries.subjects_values(tx, rows, now)
        assert many == {row["id"]: queries.subject_values(tx, row, now) for row in rows}
    assert many[plain] == {
        "roster": "",
        "office": False,
        "followers": 7,
        "peak_followers_90d": 7,
        "assigned_tier": "",
        "reached_tier": "ordinary",
    }
    assert many[senator] == {
        "roster": "critical",
        "office": True,
        "followers": 10,
        "peak_followers_90d": 10,
        "assigned_tier": "notable",
        "reached_tier": "ordinary",
    }


def test_an_office_on_the_roster_counts_as_an_office(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now)
        enter_roster(tx, actor=SETUP, now=now, account_id=one, tier="notable", office="mayor", source="gazette")
        assert queries.subject_values(tx, queries.account(tx, one), now)["office"] is True


@pytest.mark.promise(13)
def test_a_review_of_the_roster_leaves_the_version_and_a_higher_tier_does_not(db: Database, now: Micros) -> None:
    """Else each review would void what others had signed: a veto without limit."""
    with db.transaction() as tx:
        one = make_account(tx, now)
        versions = []
        for order_id, tier, source in (
            (1, "notable", "a"),
            (2, "notable", "a"),
            (3, "notable", "b"),
            (4, "critical", "b"),
            (5, "critical", "c"),
        ):
            assert enter_roster(
                tx, actor=SETUP, now=now, account_id=one, office="", tier=tier, source=source, order_id=order_id
            )
            versions.append(_version(tx, one))
        line = queries.roster(tx, one)
    assert versions == [2, 2, 2, 3, 3]
    assert line is not None
    assert (line["source"], line["order_id"]) == ("c", 5)


@pytest.mark.promise(11)
def test_the_roster_only_rises_and_follows_the_account_through_a_rename(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now, handle="before")
        changed = [
            enter_roster(tx, actor=SETUP, now=now, account_id=one, tier=tier, office="o", source="s")
            for tier in ("notable", "notable", "critical", "notable", "critical")
        ]
        assert changed == [True, False, True, False, False]
        assert _version(tx, one) == 3
        observe(tx, actor=SETUP, now=now, account_id=one, handle="after")
        line = queries.roster(tx, one)
    assert line is not None
    assert line["tier"] == "critical"


@pytest.mark.promise(11)
def test_an_assigned_tier_is_never_lowered_here(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now, handle="kept")
        changed = [
            assign_tier(tx, actor=SETUP, now=now, account_id=one, tier=tier)
            for tier in ("notable", "critical", "critical")
        ]
        assert changed == [True, True, False]
        with pytest.raises(LoweringError, match="@kept is assigned critical; lowering it to notable takes an order"):
            assign_tier(tx, actor=SETUP, now=now, account_id=one, tier="notable")
        row = queries.account(tx, one)
    assert (row["assigned_tier"], row["version"]) == ("critical", 3)


def test_a_changed_standing_counts_the_version_up(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now)
        assert (bump_version(tx, one), bump_version(tx, one)) == (2, 3)
        assert queries.account(tx, one, lock=True)["version"] == 3
        with pytest.raises(UnknownAccountError, match="number 404"):
            bump_version(tx, 404)


def test_search_finds_handles_by_their_beginning_and_names_anywhere(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        make_account(tx, now, handle="lune.et.sel", display_name="La Lune", followers=5)
        make_account(tx, now, handle="pleine_lune", display_name="Nuit", followers=9)
        make_account(tx, now, handle="phare", display_name="Au clair de la LUNE", followers=50)
        found = [row["handle"] for row in queries.search(tx, " @lune")]
        nothing = [queries.search(tx, text) for text in ("", "@", "100%", "une_")]
        assert [row["handle"] for row in queries.search(tx, "lune", limit=1)] == ["phare"]
    assert found == ["phare", "lune.et.sel"]
    assert [list(rows) for rows in nothing] == [[], [], [], []]


def test_what_cannot_be_kept_is_refused_in_words(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = make_account(tx, now, handle="one")
        with pytest.raises(AccountError, match="cannot have -1 followers or posts"):
            make_account(tx, now, followers=-1)
        with pytest.raises(AccountError, match="@one cannot have -2 followers or posts"):
            observe(tx, actor=SETUP, now=now, account_id=one, posts=-2)
        with pytest.raises(AccountError, match="needs a platform and the id"):
            open_account(tx, actor=SETUP, now=now, platform_id=" ", handle="a")
        with pytest.raises(AccountError, match="its tier is notable or critical"):
            enter_roster(tx, actor=SETUP, now=now, account_id=one, tier="ordinary", office="", source="s")
        with pytest.raises(AccountError, match="names its source"):
            enter_roster(tx, actor=SETUP, now=now, account_id=one, tier="notable", office="", source=" ")
        with pytest.raises(UnknownAccountError, match="number 404"):
            observe(tx, actor=SETUP, now=now, account_id=404)
        with pytest.raises(UnknownAccountError, match="number 404"):
            assign_tier(tx, actor=SETUP, now=now, account_id=404, tier="notable")
