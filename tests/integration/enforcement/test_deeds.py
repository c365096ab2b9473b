"""All of silence beside standings: renaming, followers, address, ways of signing in, and what is said (promise 1)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from gardefou.accounts.queries import account
from gardefou.clock import DAY, MINUTE, SimulatedClock
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.errors import DeedError
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.events.tables import outbox
from gardefou.guard.verdict import Refused
from gardefou.network.errors import BlockedError
from gardefou.network.follow import follow
from gardefou.network.passwords import hashed, owner_of
from gardefou.network.queries import any_account, any_posts, follows
from gardefou.network.tables import net_account, net_post, net_session
from gardefou.network.timelines import page_of_account
from gardefou.orders.drive import lift, lifts_due
from gardefou.orders.errors import AlreadyOpenError, ClocksError, NothingToRestoreError
from gardefou.orders.kinds import DEEDS, SHAPES, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.storage import Database
from tests.factories.audited import first_finding
from tests.factories.network import make_member
from tests.factories.town import Town, found_town

pytestmark = pytest.mark.promise(1)

#: What each deed is told, on the account of that name.
TOLD = {
    Kind.ACCOUNT_RENAME: {"handle": "somebody"},
    Kind.ACCOUNT_BLOCK: {"other": "@anna"},
    Kind.ACCOUNT_UNFOLLOW: {"followers": "anna"},
    Kind.ACCOUNT_CONTACT: {"contact": "else@example.net"},
    Kind.ACCOUNT_CREDENTIALS: {"ways_in": "password"},
    Kind.ACCOUNT_SPEAK: {"text": "I resign."},
    Kind.POST_DELETE: {},
}


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A founded town in which anna follows everybody."""
    town = found_town(db, clock, founded=True)
    for name in ("mayor", "president"):
        with db.transaction() as tx:
            follow(tx, EmbeddedNeighbours(), actor=Actor.member(town.accounts["anna"]), now=town.now, handle=name)
    return town


@pytest.fixture(autouse=True)
def the_record_agrees(database_url: str, db: Database) -> Iterator[None]:
    """Audit once the test is done."""
    yield
    assert first_finding(database_url) is None


def newcomer(town: Town) -> int:
    """Open an ordinary account."""
    with town.db.transaction() as tx:
        return make_member(tx, town.now, handle="sam", neighbours=EmbeddedNeighbours())


def asked(town: Town, kind: Kind, name: str) -> dict[str, object]:
    """Return what `Town.propose` wants for a deed on an account, or on its first post."""
    told: dict[str, object] = {"change": TOLD[kind]}
    if SHAPES[kind].subject_kind == "post":
        told["subject_id"] = town.posts[name][0]
    return told


def done(town: Town, who: str, kind: Kind, name: str) -> Order:
    order = town.until_executed(who, kind.value, name, **asked(town, kind, name))
    assert order.state is State.EXECUTED
    assert order.spent_at is not None
    return order


def profile(town: Town, name: str) -> dict[str, object]:
    with town.db.reading() as tx:
        row = any_account(tx, town.accounts[name])
    assert row is not None
    return dict(row)


def said(town: Town, name: str) -> list[str]:
    with town.db.reading() as tx:
        return [post.text for post in page_of_account(tx, town.accounts[name], None).posts]


def test_every_deed_stands_in_these_tests() -> None:
    assert set(TOLD) == DEEDS == {Kind(kind) for kind in EmbeddedPlatform().deeds}


@pytest.mark.parametrize("kind", TOLD)
def test_nobody_does_it_alone_to_an_account_that_matters(town: Town, kind: Kind) -> None:
    for who in ("reviewer 1", "manager north", "agent", "administrator"):
        before = profile(town, "mayor"), said(town, "mayor")
        try:
            outcome = town.propose(who, kind.value, "mayor", **asked(town, kind, "mayor"))
        except AlreadyOpenError:
            pytest.fail("a refused attempt left an order open")
        assert outcome.order.state in (State.REFUSED, State.WAITING)
        if outcome.order.state is State.WAITING:
            own = town.approve(who, outcome.order.id)
            assert isinstance(own.verdict, Refused)
            town.clock.advance(DAY)
            assert town.drive(outcome.order.id).state is State.VOID
        assert (profile(town, "mayor"), said(town, "mayor")) == before


@pytest.mark.parametrize("kind", [kind for kind in TOLD if kind is not Kind.ACCOUNT_SPEAK])
def test_on_an_ordinary_account_one_person_does_it_in_one_step(town: Town, kind: Kind) -> None:
    told = asked(town, kind, "anna")
    if kind in (Kind.ACCOUNT_BLOCK, Kind.ACCOUNT_UNFOLLOW):
        sam = newcomer(town)
        with town.db.transaction() as tx:
            follow(tx, EmbeddedNeighbours(), actor=Actor.member(sam), now=town.now, handle="anna")
        told = {"change": {next(iter(TOLD[kind])): "sam"}}
    assert town.propose("agent", kind.value, "anna", **told).order.state is State.EXECUTED


@pytest.mark.promise(7)
def test_a_rename_is_taken_back_by_one_person(town: Town) -> None:
    order = done(town, "reviewer 1", Kind.ACCOUNT_RENAME, "mayor")
    with town.db.reading() as tx:
        assert account(tx, town.accounts["mayor"])["handle"] == "somebody" == profile(town, "mayor")["handle"]
    assert order.change["was_handle"] == "mayor"
    assert town.take_back("agent", order).order.state is State.EXECUTED
    assert profile(town, "mayor")["handle"] == "mayor"
    assert town.read(order.id).state is State.REVERSED
    assert town.standing("mayor") == "active"


def test_what_was_taken_back_is_harder_to_do_again(town: Town) -> None:
    order = town.propose("agent", "account.rename", "anna", change=TOLD[Kind.ACCOUNT_RENAME]).order
    town.take_back("agent", order)
    again = town.propose("reviewer 1", "account.rename", "anna", change=TOLD[Kind.ACCOUNT_RENAME])
    assert again.order.state is State.WAITING


@pytest.mark.promise(3)
def test_an_account_is_not_renamed_while_an_order_on_it_is_open(town: Town) -> None:
    town.propose("reviewer 1", "account.hide", "mayor")
    with pytest.raises(DeedError, match="while an order on it is open"):
        town.propose("reviewer 2", "account.rename", "mayor", change=TOLD[Kind.ACCOUNT_RENAME])


@pytest.mark.promise(3)
def test_a_rename_whose_handle_was_taken_meanwhile_does_nothing(town: Town) -> None:
    order = town.propose("reviewer 1", "account.rename", "mayor", change=TOLD[Kind.ACCOUNT_RENAME]).order
    town.propose("agent", "account.rename", "anna", change=TOLD[Kind.ACCOUNT_RENAME])
    town.tell_everyone(order.id)
    town.approve("reviewer 2", order.id)
    town.clock.advance(5 * MINUTE)
    assert town.drive(order.id).state is State.VOID
    assert profile(town, "mayor")["handle"] == "mayor"


def test_a_block_ends_the_follows_and_forbids_new_ones_until_it_is_taken_back(town: Town) -> None:
    anna, mayor = town.accounts["anna"], town.accounts["mayor"]
    before = profile(town, "mayor")["followers"], profile(town, "anna")["following"]
    order = done(town, "reviewer 1", Kind.ACCOUNT_BLOCK, "mayor")
    with town.db.reading() as tx:
        assert not follows(tx, follower_id=anna, followee_id=mayor)
    with pytest.raises(BlockedError), town.db.transaction() as tx:
        follow(tx, EmbeddedNeighbours(), actor=Actor.member(anna), now=town.now, handle="mayor")
    town.take_back("reviewer 2", order)
    with town.db.reading() as tx:
        assert follows(tx, follower_id=anna, followee_id=mayor)
    assert (profile(town, "mayor")["followers"], profile(town, "anna")["following"]) == before


def test_followers_taken_away_come_back_as_they_were(town: Town) -> None:
    before = profile(town, "president")
    order = done(town, "reviewer 1", Kind.ACCOUNT_UNFOLLOW, "president")
    assert profile(town, "president")["followers"] == 41_700_000
    town.take_back("agent", order)
    assert profile(town, "president") == before


@pytest.mark.promise(13)
def test_a_new_address_is_told_to_the_old_one_too(town: Town) -> None:
    order = done(town, "reviewer 1", Kind.ACCOUNT_CONTACT, "mayor")
    with town.db.reading() as tx:
        assert account(tx, town.accounts["mayor"])["contact"] == "else@example.net"
        bodies = [row["body"] for row in tx.all(select(outbox).where(outbox.c.key.startswith(f"order:{order.id}:eff")))]
    assert any('"mayor@example.net"' in body for body in bodies)
    assert any('"else@example.net"' in body for body in bodies)


@pytest.mark.parametrize("kind", [Kind.ACCOUNT_CONTACT, Kind.ACCOUNT_CREDENTIALS, Kind.POST_DELETE])
def test_what_cannot_be_taken_back_says_so_before_and_after(town: Town, kind: Kind) -> None:
    with pytest.raises(ClocksError, match="no set end"):
        town.propose("agent", kind.value, "anna", lift_at=town.now + DAY, **asked(town, kind, "anna"))
    order = town.propose("agent", kind.value, "anna", **asked(town, kind, "anna")).order
    if kind is not Kind.POST_DELETE:
        with pytest.raises(NothingToRestoreError, match="cannot be taken back"):
            town.take_back("manager north", order)


def test_ended_ways_in_let_nobody_in_until_a_new_password_is_set(town: Town) -> None:
    anna = town.accounts["anna"]
    kept = hashed("a long password")
    with town.db.transaction() as tx:
        tx.execute(net_account.update().where(net_account.c.id == anna).values(password_hash=kept))
        tx.execute(
            insert(net_session).values(token_hash=b"t", account_id=anna, created_at=1, expires_at=town.now + DAY)
        )
        assert owner_of(tx, email="anna@example.net", password="a long password") == anna
    town.propose("agent", "account.credentials", "anna", change={"ways_in": "password"})
    with town.db.reading() as tx:
        assert owner_of(tx, email="anna@example.net", password="a long password") is None
        assert tx.all(select(net_session)) == []


def test_what_is_said_for_an_account_says_so_and_is_taken_back(town: Town) -> None:
    order = done(town, "reviewer 1", Kind.ACCOUNT_SPEAK, "mayor")
    with town.db.reading() as tx:
        newest = page_of_account(tx, town.accounts["mayor"], None).posts[0]
    assert (newest.text, newest.spoken_for) == ("I resign.", True)
    town.take_back("agent", order)
    assert "I resign." not in said(town, "mayor")
    with town.db.reading() as tx:
        assert tx.all(select(net_post).where(net_post.c.order_id == order.id)) == []


def test_a_deleted_post_is_gone_and_counted(town: Town) -> None:
    order = done(town, "reviewer 1", Kind.POST_DELETE, "mayor")
    with town.db.reading() as tx:
        assert any_posts(tx, [order.subject_id]) == []
        assert profile(town, "mayor")["posts"] == 2 == account(tx, town.accounts["mayor"])["posts"]


def test_a_set_end_takes_it_back_by_itself(town: Town) -> None:
    order = town.propose(
        "agent", "account.rename", "anna", change=TOLD[Kind.ACCOUNT_RENAME], lift_at=town.now + MINUTE
    ).order
    town.clock.advance(2 * MINUTE)
    with town.db.transaction() as tx:
        assert lifts_due(tx, now=town.now) == [order.id]
        lift(tx, town.ports, now=town.now, order_id=order.id)
    assert profile(town, "anna")["handle"] == "anna"


@pytest.mark.promise(20)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("account.rename", {}),
        ("account.rename", {"handle": "mayor"}),
        ("account.rename", {"handle": "no good"}),
        ("account.rename", {"handle": "anna"}),
        ("account.rename", {"display_name": "x" * 51}),
        ("account.block", {"other": "@anna"}),
        ("account.block", {"other": "nobody_at_all"}),
        ("account.block", {"other": "mayor president"}),
        ("account.unfollow", {"followers": "mayor"}),
        ("account.unfollow", {"followers": " ".join(f"one{number}" for number in range(21))}),
        ("account.contact", {"contact": "anna@example.net"}),
        ("account.contact", {"contact": "mayor@example.net"}),
        ("account.contact", {"contact": "a@b.org, c@d.org"}),
        ("account.credentials", {"ways_in": "passkey"}),
        ("account.speak", {"text": "x" * 501}),
        ("account.speak", {"text": "  "}),
        ("post.delete", {"text": "more"}),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_writes_nothing(
    town: Town, kind: str, change: dict[str, str]
) -> None:
    more = {"subject_id": town.posts["anna"][0]} if kind == "post.delete" else {}
    with pytest.raises(BadInputError) as caught:
        town.propose("reviewer 1", kind, "anna", change=change, **more)
    assert str(caught.value)
    assert "\n" not in str(caught.value)
