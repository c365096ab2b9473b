"""What the network's pages show of accounts and posts: tabs, lists, search, feeds, and what other sites read."""

import re
from xml.etree import ElementTree as ET

import pytest

from gardefou.clock import SECOND, SimulatedClock
from gardefou.events import Actor
from gardefou.network.boost import boost
from gardefou.network.sign_in import sign_in
from gardefou.network.visibility import Visibility
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.network.web.profile import ACCOUNTS
from gardefou.storage import Database
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.factories.pages import SITE, Client, an_image
from tests.fakes.neighbours import NeighboursInMemory

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def alice(db: Database, clock: SimulatedClock) -> int:
    with db.transaction() as tx:
        return make_member(tx, clock.now(), handle="alice", display_name="Alice <A.>")


def _said(db: Database, clock: SimulatedClock, account_id: int, text: str, **more: object) -> int:
    clock.advance(SECOND)
    with db.transaction() as tx:
        return make_post(tx, clock.now(), account_id, text=text, **more)


def _come_in(client: Client, db: Database, clock: SimulatedClock, account_id: int) -> None:
    with db.transaction() as tx:
        client.cookies[SESSION_COOKIE] = sign_in(tx, actor=Actor.member(account_id), now=clock.now())


def test_answers_to_others_and_images_have_tabs_of_their_own(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    with db.transaction() as tx:
        bob = make_member(tx, clock.now(), handle="bob")
    question = _said(db, clock, bob, "a question?")
    _said(db, clock, alice, "to everybody.")
    _said(db, clock, alice, "to bob.", reply_to_id=question)
    _come_in(client, db, clock, alice)
    client.post("/posts", data={"text": "with an image."}, files={"image_1": ("a.png", an_image(), "image/png")})
    said = ("to everybody.", "to bob.", "with an image.")
    for address, wanted in (
        ("", (True, False, True)),
        ("/answers", (True, True, True)),
        ("/media", (False, False, True)),
    ):
        html = client.get(f"/@alice{address}").text
        assert tuple(text in html for text in said) == wanted, address


def test_followers_are_a_page_at_a_time_whatever_their_number(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    with db.transaction() as tx:
        for number in range(ACCOUNTS + 2):
            follower = make_member(tx, clock.now() + number, handle=f"follower_{number}")
            make_follow(tx, clock.now(), follower_id=follower, followee_id=alice)
        put_standing(tx, clock.now(), subject_id=follower, standing="hidden")
    first = client.get("/@alice/followers").text
    found = re.search(r'href="(/@alice/followers\?before=\d+)"', first)
    assert found is not None
    handles = re.findall(r'href="/@(follower_\d+)"', first + client.get(found[1]).text)
    assert len(handles) == len(set(handles)) == ACCOUNTS + 1
    assert f"follower_{ACCOUNTS + 1}" not in handles
    assert "@alice follows nobody yet." in client.get("/@alice/following").text


def test_search_finds_accounts_and_hashtags_for_everybody_and_posts_for_members(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    _said(db, clock, alice, "A bridge at dawn #bridges")
    assert "/@alice" in client.get("/search?q=ALI").text
    assert 'href="/tags/bridges"' in client.get("/search?q=bri&kind=tags").text
    assert "at dawn" not in client.get("/search?q=dawn&kind=posts").text
    _come_in(client, db, clock, alice)
    assert "at dawn" in client.get("/search?q=dawn+bridge&kind=posts").text
    assert "No post contains" in client.get("/search?q=dusk&kind=posts").text
    assert client.get("/search?q=%00&kind=nothing&before=").status_code == 200
    assert client.get("/search?q=dawn&kind=posts&before=x").status_code == 404


def _tab(html: str) -> str:
    """Return the kind that a page of search shows."""
    found = re.search(r'kind=(\w+)" aria-current="page"', html)
    assert found is not None
    return found[1]


def test_a_search_that_names_no_kind_shows_the_first_that_finds_something(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    _said(db, clock, alice, "A bridge at dawn #bridges")
    for words, kind in (
        ("ali", "accounts"),
        ("bridge", "tags"),
        ("%23bri", "tags"),
        ("%23ali", "tags"),
        ("dawn", "accounts"),
        ("nothing at all", "accounts"),
    ):
        assert _tab(client.get(f"/search?q={words}").text) == kind, words
    assert "No hashtag begins with" in client.get("/search?q=%23ali").text
    assert 'name="kind"' not in client.get("/search?q=ali").text
    assert 'name="kind" value="tags"' in client.get("/search?q=ali&kind=tags").text
    _come_in(client, db, clock, alice)
    html = client.get("/search?q=dawn").text
    assert (_tab(html), "at dawn" in html) == ("posts", True)


def test_the_address_of_a_page_of_this_site_leads_there_for_whoever_may_see_it(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    post_id = _said(db, clock, alice, "to everybody.")
    theirs = _said(db, clock, alice, "between us.", visibility=Visibility.PRIVATE)
    profile, post = "/@alice", f"/@alice/{post_id}"
    for words, where in (
        (f"{SITE}/@Alice", profile),
        (f" {SITE}/@alice/{post_id}#post-1 ", post),
        (f"http://NETWORK.example/@alice/{post_id}?before=2", post),
        ("network.example/@alice/", profile),
        (post, post),
        (f"{SITE}/@alice/{theirs}", None),
        (f"{SITE}/@nobody", None),
        (f"{SITE}/@alice/{'9' * 19}", None),
        ("https://elsewhere.example/@alice", None),
        ("@alice", None),
    ):
        answer = client.get("/search", params={"q": words})
        assert answer.headers.get("location") == where, words
        assert answer.status_code == (200 if where is None else 303), words
    assert client.get("/search", params={"q": post, "kind": "tags"}).status_code == 200
    _come_in(client, db, clock, alice)
    assert client.get("/search", params={"q": f"/@alice/{theirs}"}).headers["location"] == f"/@alice/{theirs}"
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=alice, standing="hidden")
    assert client.get("/search", params={"q": f"{SITE}/@alice"}).status_code == 200


def test_whose_handle_was_typed_stands_before_whoever_is_followed_more(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    with db.transaction() as tx:
        known = make_member(tx, clock.now(), handle="alice_again")
        make_follow(tx, clock.now(), follower_id=make_member(tx, clock.now()), followee_id=known)
    for words in ("@Alice", "alice", "@alice@network.example"):
        html = client.get("/search", params={"q": words}).text
        assert html.index('"/@alice"') < html.index('"/@alice_again"') if "@n" not in words else '"/@alice"' in html
    html = client.get("/search?q=alic").text
    assert html.index('"/@alice_again"') < html.index('"/@alice"')


def test_what_a_post_has_read_is_read_by_whoever_reads_the_post_what_it_reads_now_first(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    with db.transaction() as tx:
        bob = make_member(tx, clock.now(), handle="bob")
    post_id = _said(db, clock, alice, "a slip, @bob.", spoiler="About slips")
    theirs = _said(db, clock, alice, "between us.", visibility=Visibility.PRIVATE)
    _come_in(client, db, clock, alice)
    for text in ("a second slip.", "no slip."):
        clock.advance(SECOND)
        assert client.post(f"/posts/{post_id}/edit", data={"text": text}).status_code == 303
    client.cookies.clear()
    html = client.get(f"/@Alice/{post_id}/history").text
    assert html.index("no slip.") < html.index("a second slip.") < html.index("About slips") < html.index("a slip, ")
    assert '<a href="/@bob">@bob</a>' in html
    assert '<meta name="robots" content="noindex">' in html
    assert html.count("<time ") == 3
    assert client.get(f"/@bob/{post_id}/history").status_code == 404
    assert client.get(f"/@alice/{theirs}/history").status_code == 404
    with db.transaction() as tx:
        passed_on = boost(tx, NeighboursInMemory(), actor=Actor.member(bob), now=clock.now(), post_id=post_id)
    assert client.get(f"/@bob/{passed_on}/history").status_code == 404
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=post_id, standing="hidden", subject_kind="post")
    assert client.get(f"/@alice/{post_id}/history").status_code == 404


def test_a_visitor_is_invited_to_open_an_account_and_a_member_is_not(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    for said in (0, 1):
        head, _tag, main = client.get("/").text.partition("<main")
        assert ('href="/sign-up"' in head, 'href="/sign-up"' in main) == (True, True), said
        _said(db, clock, alice, "to everybody.")
    _come_in(client, db, clock, alice)
    assert 'href="/sign-up"' not in client.get("/").text


def test_every_link_to_a_feed_has_a_name_of_its_own(client: Client, alice: int) -> None:
    feeds = re.findall(r'<a href="([^"]*feed.atom)">([^<]*)</a>', client.get("/@alice").text)
    assert dict(feeds) == {
        "/@alice/feed.atom": "Atom feed of its posts",
        "/incidents/feed.atom": "Atom feed of incidents",
    }


def _feed(client: Client) -> ET.Element:
    answer = client.get("/@alice/feed.atom")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content)  # noqa: S314  # of our own making


def test_the_feed_is_atom_and_has_what_is_for_everybody_alone(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    with db.transaction() as tx:
        bob = make_member(tx, clock.now(), handle="bob")
    question = _said(db, clock, bob, "a question?")
    _said(db, clock, alice, "to bob.", reply_to_id=question)
    for visibility in (Visibility.UNLISTED, Visibility.PRIVATE, Visibility.DIRECT):
        _said(db, clock, alice, f"{visibility}.", visibility=visibility)
    _said(db, clock, alice, "behind it.", spoiler="Warning & more")
    last = _said(db, clock, alice, "I <3 @bob\x08 & #bridges")
    feed = _feed(client)
    assert [feed.findtext(f"{ATOM}{name}") for name in ("title", "updated")] == [
        "Alice <A.> (@alice)",
        feed.findtext(f"{ATOM}entry/{ATOM}updated"),
    ]
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "self": f"{SITE}/@alice/feed.atom",
        "alternate": f"{SITE}/@alice",
    }
    newest, warned = feed.findall(f"{ATOM}entry")
    content = newest.findtext(f"{ATOM}content") or ""
    assert content.startswith("<p>I &lt;3 ")
    assert f'href="{SITE}/@bob"' in content
    link = newest.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{SITE}/@alice/{last}"
    assert warned.findtext(f"{ATOM}title") == "Warning & more"
    assert "behind it." not in ET.tostring(feed, encoding="unicode")
    for entry in (feed, newest, warned):
        assert (entry.findtext(f"{ATOM}id") or "").startswith("tag:network.example,2017-11-02:")


@pytest.mark.promise(8)
def test_a_feed_is_asked_for_each_time_and_gone_the_moment_its_account_is_hidden(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    post_id = _said(db, clock, alice, "still here.")
    first = client.get("/@alice/feed.atom")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["last-modified"] == "Thu, 02 Nov 2017 19:00:01 GMT"
    known = {"if-none-match": first.headers["etag"], "if-modified-since": "Fri, 03 Nov 2017 00:00:00 GMT"}
    assert client.get("/@alice/feed.atom", headers=known).status_code == 304
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=post_id, standing="hidden", subject_kind="post")
    without = client.get("/@alice/feed.atom", headers=known)
    assert without.status_code == 200
    assert b"still here." not in without.content
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=alice, standing="hidden")
    for address in ("/@alice/feed.atom", "/@alice/answers", "/@alice/media", "/@alice/followers", "/@alice/following"):
        assert client.get(address, headers=known).status_code == 404, address
    assert client.get("/@nobody/feed.atom").status_code == 404


def _head(html: str) -> dict[str, str]:
    head = html.partition("</head>")[0]
    found = re.findall(
        r'<(?:meta (?:name|property)|link rel)="([^"]+)"(?: type="[^"]*")?[^>]*?(?:content|href)="([^"]*)"', head
    )
    return dict(found)


def test_a_profile_and_a_public_post_say_to_other_sites_what_they_are(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    post_id = _said(db, clock, alice, 'He said "hello"\nand went.')
    head = _head(client.get("/@alice").text)
    assert (head["og:type"], head["og:title"]) == ("profile", "Alice &lt;A.&gt; (@alice)")
    assert (head["canonical"], head["alternate"]) == (f"{SITE}/@alice", f"{SITE}/@alice/feed.atom")
    assert head["og:image"] == f"{SITE}/static/avatar.png"
    head = _head(client.get(f"/@Alice/{post_id}").text)
    assert (head["og:type"], head["canonical"]) == ("article", f"{SITE}/@alice/{post_id}")
    assert head["description"] == head["og:description"] == "He said &#34;hello&#34; and went."
    assert "robots" not in head


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.DIRECT])
def test_a_post_that_is_not_for_everybody_says_nothing_to_other_sites(
    client: Client, db: Database, clock: SimulatedClock, alice: int, visibility: Visibility
) -> None:
    post_id = _said(db, clock, alice, "between us.", visibility=visibility)
    assert client.get(f"/@alice/{post_id}").status_code == 404
    _come_in(client, db, clock, alice)
    head = _head(client.get(f"/@alice/{post_id}").text)
    assert not {name for name in head if name.startswith("og:") or name in {"description", "canonical"}}
    assert head["robots"] == "noindex"


def test_what_stands_behind_a_warning_is_not_told_to_other_sites(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    post_id = _said(db, clock, alice, "the ending.", spoiler="About the film")
    html = client.get(f"/@alice/{post_id}").text.partition("</head>")[0]
    assert "About the film" in html
    assert "the ending." not in html
