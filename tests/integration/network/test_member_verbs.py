"""What members do: sign up, sign in and out, post, delete, follow, unfollow, choose a language."""

import pytest
from sqlalchemy import func, select

from gardefou.clock import DAY, Micros
from gardefou.events import Actor
from gardefou.network import errors
from gardefou.network.change_language import change_language
from gardefou.network.delete_post import delete_post
from gardefou.network.describe_posted import describe_posted
from gardefou.network.follow import follow
from gardefou.network.home import home_timeline
from gardefou.network.passwords import PasswordHash, hashed, owner_of
from gardefou.network.post import post
from gardefou.network.queries import any_account, member_of
from gardefou.network.sign_in import sign_in
from gardefou.network.sign_out import sign_out
from gardefou.network.sign_up import NewMember, sign_up
from gardefou.network.tables import net_account, net_follow, net_session
from gardefou.network.unfollow import unfollow
from gardefou.storage import Database, Tx
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.fakes.neighbours import NeighboursInMemory

VISITOR = Actor.visitor("someone")


def _new(
    *, handle: str = "Alice", display_name: str = "Alice A.", email: str = "alice@example.org", locale: str = "fr"
) -> NewMember:
    return NewMember(
        handle=handle, display_name=display_name, email=email, locale=locale, password_hash=PasswordHash("kept")
    )


def _counters(tx: Tx, account_id: int) -> tuple[int, int, int]:
    row = any_account(tx, account_id)
    assert row is not None
    return row["followers"], row["following"], row["posts"]


def test_signing_up_opens_an_account_and_tells_the_neighbours(
    db: Database, now: Micros, neighbours: NeighboursInMemory
) -> None:
    with db.transaction() as tx:
        account_id = sign_up(tx, neighbours, actor=VISITOR, now=now, member=_new(email=" Alice@Example.org "))
    told = neighbours.accounts[account_id]
    assert (told["handle"], told["handle_key"], told["email"]) == ("Alice", "alice", "alice@example.org")
    assert (told["followers"], told["posts"], told["official"], told["locale"]) == (0, 0, 0, "fr")


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"handle": "no spaces"}, errors.HandleMalformedError),
        ({"handle": "ALICE", "email": "b@example.org"}, errors.HandleTakenError),
        ({"handle": "bob"}, errors.EmailTakenError),
        ({"handle": "bob", "email": "ALICE@example.ORG"}, errors.EmailTakenError),
        ({"handle": "bob", "email": "not an address"}, errors.EmailMalformedError),
        ({"handle": "bob", "email": "b@example.org", "display_name": "n" * 51}, errors.DisplayNameTooLongError),
    ],
)
def test_what_cannot_be_used_opens_nothing(
    db: Database, now: Micros, neighbours: NeighboursInMemory, changes: dict[str, str], error: type[errors.FieldError]
) -> None:
    with db.transaction() as tx:
        sign_up(tx, neighbours, actor=VISITOR, now=now, member=_new())
    with pytest.raises(error, match=r"\w"), db.transaction() as tx:
        sign_up(tx, neighbours, actor=VISITOR, now=now, member=_new(**changes))
    with db.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(net_account)) == 1


def test_password_and_address_together_open_the_account(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_member(tx, now, email="a@example.org", password_hash=hashed("correct horse"))
        without = make_member(tx, now, email="b@example.org")
    with db.reading() as tx:
        assert owner_of(tx, email=" A@example.org", password="correct horse") == account_id
        assert owner_of(tx, email="a@example.org", password="wrong horse") is None
        assert owner_of(tx, email="nobody@example.org", password="correct horse") is None
        assert owner_of(tx, email="b@example.org", password="never matches") is None
        assert without != account_id


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_password_of_the_wrong_length_is_refused(password: str) -> None:
    with pytest.raises(errors.PasswordLengthError, match="10 to 200"):
        hashed(password)


def test_session_lasts_until_it_runs_out(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_member(tx, now)
        token = sign_in(tx, actor=Actor.member(account_id), now=now)
        member = member_of(tx, token, now=now + 30 * DAY - 1)
        assert member is not None
        assert member.id == account_id
        assert member_of(tx, token, now=now + 30 * DAY) is None
        assert member_of(tx, token + "x", now=now) is None


def test_signing_out_ends_this_session_and_no_other(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        alice, bob = make_member(tx, now), make_member(tx, now)
        here, there = (sign_in(tx, actor=Actor.member(alice), now=now) for _ in range(2))
        sign_out(tx, actor=Actor.member(bob), now=now, token=here)
        assert member_of(tx, here, now=now) is not None
        sign_out(tx, actor=Actor.member(alice), now=now, token=here)
        assert member_of(tx, here, now=now) is None
        assert member_of(tx, there, now=now) is not None


def test_signing_in_drops_sessions_that_ran_out(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now)
        sign_in(tx, actor=Actor.member(alice), now=now)
        sign_in(tx, actor=Actor.member(alice), now=now + 31 * DAY)
        assert tx.scalar(select(func.count()).select_from(net_session)) == 1


def test_posting_and_deleting_keep_the_counter(db: Database, now: Micros, neighbours: NeighboursInMemory) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now)
        post_id = post(tx, neighbours, actor=Actor.member(alice), now=now, text=" Hello\r\nthere ", locale="en")
        assert _counters(tx, alice) == (0, 0, 1)
        assert home_timeline(tx, alice, now=now).posts[0].text == "Hello\nthere"
        delete_post(tx, neighbours, actor=Actor.member(alice), now=now, post_id=post_id)
        assert _counters(tx, alice) == (0, 0, 0)
        assert home_timeline(tx, alice, now=now).posts == ()
    assert neighbours.accounts[alice]["posts"] == 0


@pytest.mark.parametrize(("text", "error"), [(" \n", errors.PostEmptyError), ("x" * 501, errors.PostTooLongError)])
def test_text_that_cannot_be_posted_is_refused(
    db: Database, now: Micros, neighbours: NeighboursInMemory, text: str, error: type[errors.FieldError]
) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now)
        with pytest.raises(error, match=r"\w"):
            post(tx, neighbours, actor=Actor.member(alice), now=now, text=text, locale="en")
        assert _counters(tx, alice) == (0, 0, 0)


def test_nobody_deletes_anothers_post_nor_one_that_is_hidden(
    db: Database, now: Micros, neighbours: NeighboursInMemory
) -> None:
    with db.transaction() as tx:
        alice, bob = make_member(tx, now), make_member(tx, now)
        post_id = make_post(tx, now, alice)
        with pytest.raises(errors.NoSuchPageError, match="Sorry"):
            delete_post(tx, neighbours, actor=Actor.member(bob), now=now, post_id=post_id)
        put_standing(tx, now, subject_kind="post", subject_id=post_id, standing="hidden")
        with pytest.raises(errors.NoSuchPageError, match="Sorry"):
            delete_post(tx, neighbours, actor=Actor.member(alice), now=now, post_id=post_id)
        assert _counters(tx, alice) == (0, 0, 1)


def test_following_twice_is_following_once(db: Database, now: Micros, neighbours: NeighboursInMemory) -> None:
    with db.transaction() as tx:
        alice, bob = make_member(tx, now), make_member(tx, now, handle="bob")
        assert follow(tx, neighbours, actor=Actor.member(alice), now=now, handle="BOB")
        assert not follow(tx, neighbours, actor=Actor.member(alice), now=now, handle="bob")
        assert (_counters(tx, alice), _counters(tx, bob)) == ((0, 1, 0), (1, 0, 0))
        assert neighbours.accounts[bob]["followers"] == 1
        assert unfollow(tx, neighbours, actor=Actor.member(alice), now=now, handle="bob")
        assert not unfollow(tx, neighbours, actor=Actor.member(alice), now=now, handle="bob")
        assert (_counters(tx, alice), _counters(tx, bob)) == ((0, 0, 0), (0, 0, 0))


def test_nobody_follows_themselves_or_whom_they_cannot_see(
    db: Database, now: Micros, neighbours: NeighboursInMemory
) -> None:
    with db.transaction() as tx:
        alice, bob = make_member(tx, now, handle="alice"), make_member(tx, now, handle="bob")
        put_standing(tx, now, subject_id=bob, standing="hidden")
        with pytest.raises(errors.FollowsItselfError, match="itself"):
            follow(tx, neighbours, actor=Actor.member(alice), now=now, handle="alice")
        for handle in ("bob", "nobody"):
            with pytest.raises(errors.NoSuchPageError, match="Sorry"):
                follow(tx, neighbours, actor=Actor.member(alice), now=now, handle=handle)
        assert tx.scalar(select(func.count()).select_from(net_follow)) == 0


@pytest.mark.parametrize("standing", ["frozen", "hidden"])
def test_owner_who_cannot_act_changes_nothing_but_the_language(
    db: Database, now: Micros, neighbours: NeighboursInMemory, standing: str
) -> None:
    with db.transaction() as tx:
        alice, bob = make_member(tx, now), make_member(tx, now, handle="bob")
        post_id = make_post(tx, now, alice)
        make_follow(tx, now, follower_id=alice, followee_id=bob)
        put_standing(tx, now, subject_id=alice, standing=standing)
        me = Actor.member(alice)
        with pytest.raises(errors.OwnerCannotActError, match="cannot act"):
            post(tx, neighbours, actor=me, now=now, text="x", locale="en")
        with pytest.raises(errors.OwnerCannotActError, match="cannot act"):
            delete_post(tx, neighbours, actor=me, now=now, post_id=post_id)
        with pytest.raises(errors.OwnerCannotActError, match="cannot act"):
            follow(tx, neighbours, actor=me, now=now, handle="bob")
        with pytest.raises(errors.OwnerCannotActError, match="cannot act"):
            unfollow(tx, neighbours, actor=me, now=now, handle="bob")
        assert _counters(tx, alice) == (0, 1, 1)
        change_language(tx, neighbours, actor=me, now=now, locale="fr")
        assert neighbours.accounts[alice]["locale"] == "fr"


def test_only_members_act(db: Database, now: Micros, neighbours: NeighboursInMemory) -> None:
    with db.transaction() as tx:
        with pytest.raises(errors.NoSuchPageError, match="Sorry"):
            post(tx, neighbours, actor=VISITOR, now=now, text="x", locale="en")
        with pytest.raises(errors.NoSuchPageError, match="Sorry"):
            sign_in(tx, actor=VISITOR, now=now)
        with pytest.raises(errors.NoSuchPageError, match="Sorry"):
            change_language(tx, neighbours, actor=Actor.member(1), now=now, locale="tlh")


def test_only_what_is_on_a_post_of_ones_own_is_described(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        ann, ben = (make_member(tx, now) for _ in range(2))
        post_id = make_post(tx, now, ann)
        for actor, images in ((ann, {7: "not on it"}), (ben, {7: "not mine"})):
            with pytest.raises(errors.NoSuchPageError, match="page"):
                describe_posted(tx, actor=Actor.member(actor), post_id=post_id, descriptions=images)
        put_standing(tx, now, subject_id=ann, standing="frozen")
        with pytest.raises(errors.OwnerCannotActError, match="cannot act"):
            describe_posted(tx, actor=Actor.member(ann), post_id=post_id, descriptions={})
