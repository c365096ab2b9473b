"""What members do at the press of a button on the network's pages, without scripts, and what their settings change."""

import re

import pytest
from sqlalchemy import insert, select

from gardefou.clock import SECOND, SimulatedClock
from gardefou.events import Actor
from gardefou.network.boost import boost
from gardefou.network.mark_read import mark_read, marks
from gardefou.network.notify import Notice
from gardefou.network.passwords import hashed, owner_of
from gardefou.network.pin import MOST_PINNED
from gardefou.network.queries import any_account, shown_posts
from gardefou.network.sign_in import sign_in
from gardefou.network.tables import net_media, net_notification
from gardefou.network.timelines import page_of_account
from gardefou.network.visibility import Visibility
from gardefou.network.web.common import MOST_UNREAD, SESSION_COOKIE
from gardefou.storage import Database
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.factories.pages import Client, an_image
from tests.fakes.neighbours import NeighboursInMemory

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FRENCH = {"accept-language": "fr"}


@pytest.fixture
def alice(db: Database, clock: SimulatedClock, client: Client) -> int:
    """Somebody who is signed in."""
    with db.transaction() as tx:
        number = make_member(tx, clock.now(), handle="alice", email="alice@example.org")
        client.cookies[SESSION_COOKIE] = sign_in(tx, actor=Actor.member(number), now=clock.now())
    return number


@pytest.fixture
def bob(db: Database, clock: SimulatedClock) -> int:
    with db.transaction() as tx:
        return make_member(tx, clock.now(), handle="bob", display_name="Bob B.")


def _said(db: Database, clock: SimulatedClock, account_id: int, text: str = "Good morning.", **more: object) -> int:
    clock.advance(SECOND)
    with db.transaction() as tx:
        return make_post(tx, clock.now(), account_id, text=text, **more)


def _pressed(html: str, verb: str) -> str:
    """Return the one button of this verb, as the page has it."""
    found = re.findall(rf'<button class="deed[^"]*" formaction="[^"]*/{verb}"[^>]*>.*?</button>', html, re.DOTALL)
    assert len(found) == 1, (verb, found)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) + (" pressed" if 'pressed="true"' in found[0] else "")


@pytest.mark.parametrize(
    ("verb", "word", "done"),
    [("boost", "Repost", "Reposted 1"), ("favourite", "Like", "Liked 1"), ("bookmark", "Keep", "Kept")],
)
def test_a_button_says_in_words_and_state_what_was_done_and_takes_it_back(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int, verb: str, word: str, done: str
) -> None:
    post_id = _said(db, clock, bob)
    page = f"/@bob/{post_id}"
    assert _pressed(client.get(page).text, verb) == word
    for _twice in range(2):
        answer = client.post(f"/posts/{post_id}/{verb}", data={"next": f"{page}#post-{post_id}"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{page}#post-{post_id}")
    assert _pressed(client.get(page).text, f"un{verb}") == f"{done} pressed"
    assert client.post(f"/posts/{post_id}/un{verb}", data={"next": page}).status_code == 303
    assert _pressed(client.get(page).text, verb) == word


def test_what_is_kept_and_liked_is_found_again_the_latest_first(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    assert "Nobody else sees it" in client.get("/bookmarks").text
    first, second = _said(db, clock, bob, "the first."), _said(db, clock, bob, "the second.")
    for post_id in (second, first):
        clock.advance(SECOND)
        client.post(f"/posts/{post_id}/bookmark")
        client.post(f"/posts/{post_id}/favourite")
    for address in ("/bookmarks", "/favourites"):
        html = client.get(address).text
        assert html.index("the first.") < html.index("the second.")


def test_a_pinned_post_stands_on_top_and_one_too_many_is_refused_with_the_reason(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    posts = [_said(db, clock, alice, f"number {number}.") for number in range(MOST_PINNED + 1)]
    for post_id in posts[:MOST_PINNED]:
        assert client.post(f"/posts/{post_id}/pin").status_code == 303
    html = client.get("/@alice").text
    assert html.index("number 0.") < html.index("number 5.")
    refused = client.post(f"/posts/{posts[-1]}/pin", data={"next": "/@alice"})
    assert refused.status_code == 400
    assert "take one down first" in refused.text
    assert 'href="/@alice">Back' in refused.text
    assert client.post(f"/posts/{posts[0]}/unpin").status_code == 303


def test_what_is_for_followers_cannot_be_passed_on_and_has_no_button_for_it(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    with db.transaction() as tx:
        make_follow(tx, clock.now(), follower_id=alice, followee_id=bob)
    post_id = _said(db, clock, bob, visibility=Visibility.PRIVATE)
    assert "/boost" not in client.get(f"/@bob/{post_id}").text
    refused = client.post(f"/posts/{post_id}/boost")
    assert refused.status_code == 400
    assert "cannot be passed on" in refused.text


def test_what_several_pass_on_stands_once_on_a_page_of_home_with_who_did(
    client: Client, db: Database, clock: SimulatedClock, neighbours: NeighboursInMemory, alice: int, bob: int
) -> None:
    with db.transaction() as tx:
        friends = {
            name: make_member(tx, clock.now(), handle=name, display_name=name) for name in ("Carl", "Dora", "Eve")
        }
        for followee_id in (bob, *friends.values()):
            make_follow(tx, clock.now(), follower_id=alice, followee_id=followee_id)
    post_id = _said(db, clock, bob, "passed on.")
    _said(db, clock, bob, "said once.")
    said = {
        "Carl": "Carl reposted this",
        "Dora": "Dora and Carl reposted this",
        "Eve": "Eve and 2 others reposted this",
    }
    for name, sentence in said.items():
        clock.advance(SECOND)
        with db.transaction() as tx:
            boost(tx, neighbours, actor=Actor.member(friends[name]), now=clock.now(), post_id=post_id)
        html = client.get("/home").text
        assert html.count("passed on.") == html.count("said once.") == 1
        assert html.index("passed on.") < html.index("said once.")
        assert sentence in re.sub(r"<[^>]+>", "", html)


def test_an_edit_keeps_what_it_read_and_too_long_a_one_is_refused_with_its_text(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    post_id, theirs = _said(db, clock, alice, "a slip."), _said(db, clock, bob)
    assert "a slip." in client.get(f"/posts/{post_id}/edit").text
    clock.advance(SECOND)
    refused = client.post(f"/posts/{post_id}/edit", data={"text": "x" * 512})
    assert refused.status_code == 400
    assert "take out 12" in refused.text
    assert "x" * 512 in refused.text
    answer = client.post(f"/posts/{post_id}/edit", data={"text": "no slip."})
    assert answer.headers["location"] == f"/@alice/{post_id}"
    html = client.get(f"/@alice/{post_id}").text
    assert "no slip." in html
    assert f'<a href="/@alice/{post_id}/history">Edited ' in html
    assert client.get(f"/posts/{theirs}/edit").status_code == 404
    assert client.post(f"/posts/{theirs}/edit", data={"text": "not mine"}).status_code == 404


def test_a_post_is_deleted_only_after_a_page_that_shows_it_and_asks(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    post_id, theirs = _said(db, clock, alice, "a slip."), _said(db, clock, bob)
    found = re.search(r'href="(/posts/\d+/delete[^"]*)"', client.get("/@alice/answers?before=").text)
    assert found is not None
    html = client.get(found[1]).text
    assert "a slip." in html
    back = f"/@alice/answers?before=#post-{post_id}"
    assert f'<a href="{back}">Leave it as it is</a>' in html
    assert f'action="/posts/{post_id}/delete"' in html
    assert f'name="next" value="{back}"' in html
    assert client.get(f"/@alice/{post_id}").status_code == 200
    assert client.get(f"/posts/{theirs}/delete").status_code == 404
    assert 'value="/"' in client.get(f"/posts/{post_id}/delete?next=//elsewhere.example").text
    assert client.post(f"/posts/{post_id}/delete", data={"next": back}).headers["location"] == back
    assert client.get(f"/posts/{post_id}/delete").status_code == 404


def test_deleting_a_post_on_its_own_page_leads_to_the_profile(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    post_id = _said(db, clock, alice)
    answer = client.post(f"/posts/{post_id}/delete", data={"next": f"/@alice/{post_id}#post-{post_id}"})
    assert answer.headers["location"] == "/@alice"


def test_muting_and_blocking_are_said_on_the_page_and_undone_in_the_settings(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    for verb, sentence, where in (("mute", "You mute this account", "mutes"), ("block", "You block", "blocks")):
        assert client.post(f"/@bob/{verb}").headers["location"] == "/@bob"
        html = client.get("/@bob").text
        assert sentence in html
        assert _pressed(html, f"un{verb}").endswith(" pressed")
        assert "Bob B." in client.get(f"/settings/{where}").text
        back = client.post(f"/@bob/un{verb}", data={"next": f"/settings/{where}"})
        assert back.headers["location"] == f"/settings/{where}"
        assert "Bob B." not in client.get(f"/settings/{where}").text
    assert client.post("/@alice/block").status_code == 400


def test_images_go_out_with_their_words_and_what_is_wrong_loses_neither_text_nor_images(
    client: Client, db: Database, alice: int
) -> None:
    files = {"image_1": ("a.png", an_image(), "image/png"), "image_2": ("b.png", b"no image", "image/png")}
    refused = client.post("/posts", data={"text": "Look", "alt_1": "A field", "spoiler": "Fields"}, files=files)
    assert refused.status_code == 400
    assert "This is no image that can be read" in refused.text
    for kept in (">Look</textarea>", 'value="A field"', 'value="Fields"'):
        assert kept in refused.text
    found = re.search(r'name="kept_1" value="(\d+)"', refused.text)
    assert found is not None
    assert client.get("/home").status_code == 200
    sent = {"text": "", "kept_1": found[1], "alt_1": "A green field"}
    assert client.post("/posts", data=sent).headers["location"] == "/home"
    html = client.get("/@alice/media").text
    assert f'<img src="/media/{found[1]}/preview" alt="A green field" width="60" height="40"' in html
    with db.reading() as tx:
        assert len(tx.all(select(net_media))) == 1


def test_what_a_posted_image_shows_is_said_anew_without_an_edit(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    files = {f"image_{place}": (f"{place}.png", an_image(60 + place), "image/png") for place in (1, 2)}
    client.post("/posts", data={"text": "Look", "alt_1": "A field", "alt_2": "A wood"}, files=files)
    with db.reading() as tx:
        [post] = page_of_account(tx, alice, None).posts
    edit = f"/posts/{post.id}/edit"
    html = client.get(edit).text
    for place, words in ((1, "A field"), (2, "A wood")):
        assert f'name="alt_{place}" value="{words}"' in html
    refused = client.post(edit, data={"text": "Look", "alt_1": "x" * 1501})
    assert refused.status_code == 400
    assert "take out 1. Nothing was sent" in refused.text
    assert 'value="A wood"' in refused.text
    assert client.post(edit, data={"text": "Look", "alt_1": "A green field", "alt_3": "none"}).status_code == 303
    html = client.get("/@alice").text
    assert re.findall(r' alt="([^"]+)"', html) == ["A green field", "A wood"]
    assert "Edited" not in html
    clock.advance(SECOND)
    client.post(edit, data={"text": "Look here", "alt_2": ""})
    html = client.get("/@alice").text
    assert "Edited" in html
    assert re.findall(r' alt="([^"]+)"', html) == ["A green field", "An image without a description"]


def test_an_image_of_somebody_else_is_not_posted(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    assert client.post("/posts", data={"text": "mine", "kept_1": "77"}).status_code == 404
    assert client.post("/posts", data={"text": "mine", "kept_1": "none"}).status_code == 404
    with db.reading() as tx:
        assert page_of_account(tx, alice, None).posts == ()


def _unread(html: str) -> str:
    """Return what the head of a page says of notifications, as it is spoken."""
    found = re.search(r'<a href="/notifications"[^>]*>(.*?)</a>', html, re.DOTALL)
    assert found is not None
    spoken = re.sub(r'<span[^>]*aria-hidden="true">[^<]*</span>', "", found[1])
    return re.sub(r"<[^>]+>", "", spoken).replace(" , ", ", ").strip()


def _tells(db: Database, clock: SimulatedClock, alice: int, bob: int, times: int) -> None:
    """Tell Alice so many times what Bob did, more than he could do in a test."""
    clock.advance(SECOND)
    told = {"account_id": alice, "kind": Notice.FOLLOW, "from_id": bob, "created_at": clock.now()}
    with db.transaction() as tx:
        tx.execute(insert(net_notification), [{"id": tx.new_id(clock.now()), **told} for _ in range(times)])


def test_every_page_says_how_much_is_unread_until_notifications_are_opened(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    post_id = _said(db, clock, bob)
    assert _unread(client.get("/home").text) == "Notifications"
    _tells(db, clock, alice, bob, 1)
    for address in ("/home", "/", "/@bob", f"/@bob/{post_id}", "/settings", "/search", "/@nobody"):
        assert _unread(client.get(address).text) == "Notifications, 1 unread", address
    assert _unread(client.post("/posts", data={"text": ""}).text) == "Notifications, 1 unread"
    assert _unread(client.get("/home", headers=FRENCH).text) == "Notifications, 1 non lue"
    assert _unread(client.get("/notifications", headers={"sec-purpose": "prefetch"}).text) == "Notifications, 1 unread"
    assert _unread(client.get("/notifications?before=9").text) == "Notifications, 1 unread"
    assert _unread(client.get("/notifications").text) == "Notifications"
    assert _unread(client.get("/home").text) == "Notifications"


def test_no_more_is_counted_than_is_shown_and_a_mark_goes_on_alone(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    _tells(db, clock, alice, bob, MOST_UNREAD + 3)
    html = client.get("/home").text
    assert _unread(html) == "Notifications, more than 99 unread"
    assert ">99+<" in html
    client.get("/notifications")
    with db.transaction() as tx:
        [mark] = marks(tx, alice)
        further = {"notifications": mark["last_read_id"] + 5}
        mark_read(tx, actor=Actor.member(alice), now=clock.now(), read=further)
        mark_read(
            tx, actor=Actor.member(alice), now=clock.now(), read={"notifications": mark["last_read_id"]}, back=False
        )
        assert [one["last_read_id"] for one in marks(tx, alice)] == [further["notifications"]]


def test_an_owner_who_cannot_act_reads_what_they_were_told_and_keeps_their_mark(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    _tells(db, clock, alice, bob, 1)
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=alice, standing="hidden")
    for _twice in range(2):
        answer = client.get("/notifications")
        assert (answer.status_code, "follows you" in answer.text) == (200, True)
        assert _unread(answer.text) == "Notifications, 1 unread"


def test_an_answer_leads_to_itself_under_what_it_answers(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int
) -> None:
    post_id = _said(db, clock, bob, "a question?")
    assert ">@bob </textarea>" in client.get(f"/home?reply={post_id}").text
    there = client.post("/posts", data={"text": "@bob an answer", "reply_to": str(post_id)}).headers["location"]
    _head, _tag, html = client.get(there).text.partition("<main")
    assert html.index("a question?") < html.index("an answer")


def test_settings_change_everything_on_the_page_and_say_what_is_wrong_without_losing_the_rest(
    client: Client, db: Database, alice: int
) -> None:
    form = {
        "display_name": "Alice A.", "note": "n" * 501, "posts_visibility": "private", "locale": "fr",
        "field_name_1": "Site", "field_value_1": "https://example.org", "bot": "1",
    }  # fmt: skip
    images = {name: (f"{name}.png", an_image(), "image/png") for name in ("avatar", "header")}
    refused = client.post("/settings", data=form, files=images)
    assert refused.status_code == 400
    assert "take out 1" in refused.text
    waiting = dict(re.findall(r'name="(kept_\w+)" value="(\d+)"', refused.text))
    assert set(waiting) == {"kept_avatar", "kept_header"}
    assert 'value="https://example.org"' in refused.text
    saved = client.post("/settings", data={**form, **waiting, "note": "Bonjour."})
    assert saved.headers["location"] == "/settings?saved=1"
    assert "gf_language=fr" in saved.headers["set-cookie"]
    client.cookies["gf_language"] = "en"
    assert "gf_language" not in client.post("/settings", data=form | {"note": ""}).headers.get("set-cookie", "")
    client.cookies["gf_language"] = "fr"
    client.post("/settings", data={**form, **waiting, "note": "Bonjour."})
    html = client.get("/@alice").text
    for shown in ("Alice A.", "Bonjour.", 'href="https://example.org"', "/media/", "Une machine écrit ici"):
        assert shown in html
    assert f"/media/{waiting['kept_header']}/original" in html
    client.post("/settings", data={**form, "note": "", "without_avatar": "1"})
    html = client.get("/@alice").text
    assert f"/media/{waiting['kept_avatar']}" not in html
    assert f"/media/{waiting['kept_header']}/original" in html
    with db.reading() as tx:
        account = any_account(tx, alice)
    assert account is not None
    assert (account["posts_visibility"], account["discoverable"], account["locale"]) == ("private", 0, "fr")


def test_a_new_password_takes_the_old_one_and_ends_every_other_session(
    client: Client, db: Database, clock: SimulatedClock
) -> None:
    with db.transaction() as tx:
        mine = make_member(tx, clock.now(), email="carol@example.org", password_hash=hashed("correct horse"))
        here, elsewhere = (sign_in(tx, actor=Actor.member(mine), now=clock.now()) for _ in range(2))
    client.cookies[SESSION_COOKIE] = here
    wrong = client.post("/settings/password", data={"old": "not this one", "password": "battery staple"})
    assert wrong.status_code == 400
    assert "This is not your password" in wrong.text
    short = client.post("/settings/password", data={"old": "correct horse", "password": "short"})
    assert "10 to 200 characters" in short.text
    done = client.post("/settings/password", data={"old": "correct horse", "password": "battery staple"})
    assert done.status_code == 303
    assert client.get("/settings").status_code == 200
    client.cookies[SESSION_COOKIE] = elsewhere
    assert client.get("/settings").status_code == 303
    with db.reading() as tx:
        assert owner_of(tx, email="carol@example.org", password="battery staple") == mine


@pytest.mark.promise(8)
@pytest.mark.parametrize(
    "address", ["/posts/{id}/boost", "/posts/{id}/pin", "/posts/{id}/edit", "/@bob/mute", "/settings"]
)
def test_an_owner_who_cannot_act_is_told_so_at_every_button(
    client: Client, db: Database, clock: SimulatedClock, alice: int, bob: int, address: str
) -> None:
    post_id = _said(db, clock, alice)
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=alice, standing="frozen")
    form = {"text": "changed", "posts_visibility": "public", "locale": "en"}
    refused = client.post(address.format(id=post_id), data=form)
    assert refused.status_code == 403
    assert "You cannot act with this account" in refused.text
    with db.reading() as tx:
        [post] = shown_posts(tx, post_ids=[post_id])
    assert (post.text, post.reposts, post.pinned_at) == ("Good morning.", 0, None)
