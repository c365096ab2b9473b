"""The network's pages over HTTP: read without scripts, in two languages, with errors in place."""

import re

import pytest
from sqlalchemy import select

from gardefou.clock import SECOND, SimulatedClock
from gardefou.events.actor import SETUP
from gardefou.events.tables import outbox
from gardefou.network.passwords import hashed, owner_of
from gardefou.network.passwords_anew import LASTS, TOPIC, make_link
from gardefou.network.timelines import page_of_account, page_of_everybody
from gardefou.network.web.reporting import visitor_key
from gardefou.storage import Database
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.factories.pages import Client
from tests.fakes.neighbours import NeighboursInMemory

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SORRY = "Sorry, that page doesn&#39;t exist!"
DESOLE = "Désolé, cette page n’existe pas."
FRENCH = {"accept-language": "fr-CA,fr;q=0.9,en;q=0.5"}


@pytest.fixture
def alice(db: Database, clock: SimulatedClock) -> int:
    with db.transaction() as tx:
        return make_member(
            tx,
            clock.now(),
            handle="Alice",
            display_name="Alice <A.>",
            email="alice@example.org",
            password_hash=hashed("correct horse"),
        )


def _sign_in(client: Client) -> None:
    answer = client.post("/sign-in", data={"email": "alice@example.org", "password": "correct horse"})
    assert answer.status_code == 303


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "address", ["/", "/search", "/search?q=ali", "/sign-in", "/password", "/sign-up", "/@alice", "/@Alice/report"]
)
def test_every_page_is_read_by_a_visitor_in_both_languages(client: Client, alice: int, address: str) -> None:
    english = client.get(address)
    french = client.get(address, headers=FRENCH)
    assert (english.status_code, french.status_code) == (200, 200)
    assert '<html lang="en"' in english.text
    assert '<html lang="fr"' in french.text
    assert _text(english.text) != _text(french.text)


def test_profile_shows_kept_counters_and_posts(client: Client, db: Database, clock: SimulatedClock, alice: int) -> None:
    with db.transaction() as tx:
        make_post(tx, clock.now(), alice, text="I <3 https://example.org & @alice")
    html = client.get("/@alice").text
    assert "Alice &lt;A.&gt;" in html
    assert 'I &lt;3 <a href="https://example.org"' in html
    assert '<a href="/@Alice">@alice</a>' in html
    assert "2 Nov 2017, 19:00\N{NO-BREAK SPACE}UTC" in html


def test_older_posts_are_a_link_away(client: Client, db: Database, clock: SimulatedClock, alice: int) -> None:
    with db.transaction() as tx:
        for number in range(25):
            make_post(tx, clock.now() + number * SECOND, alice, text=f"number {number}.")
    first = client.get("/@alice").text
    found = re.search(r'href="(/@Alice\?before=\d+)"', first)
    assert found is not None
    second = client.get(found[1]).text
    assert "number 24." in first
    assert "number 4." not in first
    assert "number 4." in second
    assert not re.search(r'href="[^"]*before=', second)


@pytest.mark.parametrize(
    "address",
    ["/@nobody", "/@alice/12", "/@alice/x", "/@alice/report/x", "/alice", "/@alice?before=x", "/@nobody/report"],
)
def test_what_is_not_there_answers_404_in_the_visitors_language(client: Client, alice: int, address: str) -> None:
    english, french = client.get(address), client.get(address, headers=FRENCH)
    assert (english.status_code, french.status_code) == (404, 404)
    if not address.endswith("/x") or address == "/@alice/x":
        assert SORRY in english.text
        assert DESOLE in french.text


def test_hidden_account_looks_exactly_like_one_that_never_was(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    with db.transaction() as tx:
        post_id = make_post(tx, clock.now(), alice)
        put_standing(tx, clock.now(), subject_id=alice, standing="hidden")
    for there, never in [("/@alice", "/@nobod"), (f"/@alice/{post_id}", f"/@nobod/{post_id}")]:
        hidden, unknown = client.get(there), client.get(never)
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.text.replace(there, "") == unknown.text.replace(never, "")
    assert client.get("/@alice/report").status_code == 404
    assert "Alice" not in client.get("/").text
    assert "/@Alice" not in client.get("/search?q=alice").text


def test_visitor_signs_up_posts_follows_and_leaves(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    form = {"handle": "bob", "display_name": "", "email": "bob@example.org", "password": "long enough"}
    answer = client.post("/sign-up", data=form, headers=FRENCH)
    assert (answer.status_code, answer.headers["location"]) == (303, "/home")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert client.post("/posts", data={"text": "Bonjour"}).headers["location"] == "/home"
    assert client.post("/@alice/follow").headers["location"] == "/@alice"
    assert "Bonjour" in client.get("/home").text
    assert "Stop following" in client.get("/@alice").text
    assert client.post("/@alice/unfollow").status_code == 303
    with db.reading() as tx:
        [mine] = page_of_everybody(tx, None, now=clock.now()).posts
    assert client.post(f"/posts/{mine.id}/delete", data={"next": "//elsewhere.example"}).headers["location"] == "/"
    assert client.post("/sign-out").headers["location"] == "/"
    assert client.get("/home").headers["location"] == "/sign-in?next=/home"


@pytest.mark.promise(20)
def test_wrong_field_is_named_in_place_and_what_was_typed_is_kept(client: Client, alice: int) -> None:
    form = {"handle": "ALICE", "display_name": "Other", "email": "other@example.org", "password": "long enough"}
    answer = client.post("/sign-up", data=form)
    assert answer.status_code == 400
    assert "This handle is taken" in answer.text
    assert 'value="other@example.org"' in answer.text
    assert "long enough" not in answer.text


@pytest.mark.promise(20)
def test_everything_wrong_with_a_new_account_is_said_at_once(client: Client, alice: int) -> None:
    form = {"handle": "not a handle", "display_name": "n" * 51, "email": "alice@example.org", "password": "short"}
    answer = client.post("/sign-up", data=form)
    assert answer.status_code == 400
    assert answer.text.count('class="field-error"') == 4
    for value in (form["handle"], form["display_name"], form["email"]):
        assert f'value="{value}"' in answer.text
    assert client.post("/sign-up", data={**form, "handle": "fine"}).text.count('class="field-error"') == 3


def test_wrong_password_and_unknown_address_get_one_answer(client: Client, alice: int) -> None:
    wrong = client.post("/sign-in", data={"email": "alice@example.org", "password": "wrong horse"})
    unknown = client.post("/sign-in", data={"email": "alicf@example.org", "password": "wrong horse"})
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.text.replace("alice@", "") == unknown.text.replace("alicf@", "")
    assert "set-cookie" not in wrong.headers


@pytest.mark.promise(20)
def test_signing_in_ends_the_session_that_the_browser_held(client: Client, alice: int) -> None:
    _sign_in(client)
    before = client.cookies["gf_member"]
    _sign_in(client)
    after = client.cookies["gf_member"]
    assert before != after
    client.cookies.set("gf_member", before, domain="testserver.local")
    assert client.get("/home").headers["location"].startswith("/sign-in")


def test_post_too_long_is_refused_in_place_with_its_text(client: Client, alice: int) -> None:
    _sign_in(client)
    answer = client.post("/posts", data={"text": "x" * 512})
    assert answer.status_code == 400
    assert "take out 12" in answer.text
    assert "x" * 512 in answer.text


@pytest.mark.parametrize("standing", ["hidden", "frozen"])
def test_owner_who_cannot_act_is_told_why_on_signing_in(
    client: Client,
    db: Database,
    clock: SimulatedClock,
    neighbours: NeighboursInMemory,
    alice: int,
    standing: str,
) -> None:
    neighbours.explanations[alice] = ["Because of order 7."]
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=alice, standing=standing)
    credentials = {"email": "alice@example.org", "password": "correct horse", "next": "/search"}
    assert client.post("/sign-in", data=credentials).headers["location"] == "/home"
    home = client.get("/home").text
    assert "You cannot act with this account" in home
    assert "Because of order 7." in home
    assert 'action="/posts"' not in home
    refused = client.post("/posts", data={"text": "I object"})
    assert refused.status_code == 403
    assert "Because of order 7." in refused.text
    assert "I object" in refused.text
    with db.reading() as tx:
        assert page_of_account(tx, alice, None).posts == ()


@pytest.mark.parametrize("address", ["/posts", "/posts/1/delete", "/@alice/follow", "/@alice/unfollow"])
def test_visitor_who_would_act_is_asked_to_sign_in(client: Client, alice: int, address: str) -> None:
    answer = client.post(address, data={"text": "x"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/")


def test_visitors_report_arrives_under_a_key_that_is_theirs(
    client: Client, db: Database, clock: SimulatedClock, neighbours: NeighboursInMemory, alice: int
) -> None:
    with db.transaction() as tx:
        post_id = make_post(tx, clock.now(), alice, text="Threat")
    assert "Threat" in client.get(f"/@alice/{post_id}/report").text
    form = {"category": "threats", "comment": "Look", "posts": [str(post_id)]}
    answer = client.post(f"/@alice/{post_id}/report", data=form, headers=FRENCH)
    assert answer.status_code == 201
    assert "signalement 1" in answer.text
    client.post("/@alice/report", data={"category": "spam"})
    (first, complaint), (second, whole) = neighbours.complaints
    assert first == second
    assert str(first) == f"visitor:{visitor_key(client.cookies['gf_visitor'])}"
    assert client.cookies["gf_visitor"] not in first.key
    assert (complaint.account_id, complaint.category, complaint.comment) == (alice, "threats", "Look")
    assert [post.excerpt for post in complaint.posts] == ["Threat"]
    assert (complaint.locale, whole.posts) == ("fr", ())


def test_members_report_bears_the_members_key(client: Client, neighbours: NeighboursInMemory, alice: int) -> None:
    _sign_in(client)
    assert client.post("/@alice/report", data={"category": "spam"}).status_code == 201
    assert str(neighbours.complaints[0][0]) == f"member:{alice}"
    assert "gf_visitor" not in client.cookies


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"category": "threats", "comment": "y" * 1001}, "1,000 characters at most: take out 1."),
        ({"category": "threats", "comment": "y" * 200_000}, "take out 199,000."),
        ({"comment": "y" * 9}, "Choose what the report is about."),
        ({"category": "no such thing", "comment": "y" * 9}, "Choose what the report is about."),
        ({"category": "spam", "comment": "y" * 9, "posts": [str(n) for n in range(21)]}, "20 posts at most"),
    ],
)
def test_report_that_cannot_be_taken_is_refused_in_place_and_loses_nothing(
    client: Client, neighbours: NeighboursInMemory, alice: int, form: dict[str, str], sentence: str
) -> None:
    answer = client.post("/@alice/report", data=form)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert form["comment"] in answer.text
    assert neighbours.complaints == []


def test_report_on_anothers_post_is_no_page(
    client: Client, db: Database, clock: SimulatedClock, neighbours: NeighboursInMemory, alice: int
) -> None:
    with db.transaction() as tx:
        bobs = make_post(tx, clock.now(), make_member(tx, clock.now()))
    assert client.post("/@alice/report", data={"category": "spam", "posts": [str(bobs)]}).status_code == 404
    assert neighbours.complaints == []


def test_switches_are_kept_and_lead_back_within_this_site(
    client: Client, neighbours: NeighboursInMemory, alice: int
) -> None:
    _sign_in(client)
    answer = client.post("/language", data={"language": "fr", "next": "/@alice"})
    assert answer.headers["location"] == "/@alice"
    assert neighbours.accounts[alice]["locale"] == "fr"
    assert '<html lang="fr"' in client.get("/").text
    assert client.post("/theme", data={"theme": "dark", "next": "https://elsewhere.example"}).headers["location"] == "/"
    assert 'data-theme="dark"' in client.get("/").text
    client.post("/theme", data={"theme": "auto"})
    assert "data-theme" not in client.get("/").text
    assert client.post("/language", data={"language": "tlh"}).status_code == 404
    assert client.post("/theme", data={"theme": "purple"}).status_code == 404


def test_home_shows_whom_one_follows(client: Client, db: Database, clock: SimulatedClock, alice: int) -> None:
    with db.transaction() as tx:
        bob = make_member(tx, clock.now(), handle="bob")
        make_post(tx, clock.now(), bob, text="from Bob")
        make_follow(tx, clock.now(), follower_id=alice, followee_id=bob)
    _sign_in(client)
    assert "from Bob" in client.get("/home").text


def test_what_no_database_keeps_is_left_out_of_what_visitors_send(
    client: Client, neighbours: NeighboursInMemory, alice: int
) -> None:
    form = {"handle": "b\0ob", "display_name": "B\0ob", "email": "b\0ob@example.org", "password": "long enough"}
    assert client.post("/sign-up", data=form).status_code == 303
    assert "Bob" in client.get("/@bob").text
    assert client.post("/posts", data={"text": "hi\0there"}).status_code == 303
    assert client.post("/sign-in", data={"email": "b\0ob@example.org", "password": "wrong"}).status_code == 400
    assert "/@bob" in client.get("/search?q=%00bo").text
    assert client.post("/@alice/report", data={"category": "spam", "comment": "a\0b"}).status_code == 201
    assert neighbours.complaints[0][1].comment == "ab"
    assert client.get("/@al%00ice").status_code == 404


def test_a_name_turns_the_direction_of_nothing_around_it(
    client: Client, neighbours: NeighboursInMemory, alice: int
) -> None:
    name = "\u202egnik\u202c \u2066the\u2069 \u0627\u0628"
    form = {"handle": "bob", "display_name": name, "email": "bob@example.org", "password": "long enough"}
    assert client.post("/sign-up", data=form).status_code == 303
    client.post("/posts", data={"text": "\u202etxet"})
    for address in ("/@bob", "/", "/search?q=bob"):
        page = client.get(address).text
        assert "<bdi>gnik the \u0627\u0628</bdi>" in page
        assert "\u202e" not in page
    assert '<p class="post-text" lang="en" dir="auto">txet</p>' in client.get("/@bob").text


def _link(db: Database, clock: SimulatedClock, account_id: int) -> str:
    with db.transaction() as tx:
        return "/password/" + make_link(tx, actor=SETUP, now=clock.now(), account_id=account_id)


def test_a_new_password_is_asked_for_without_saying_who_has_an_account(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    known, unknown = (client.post("/password", data={"email": email}) for email in ("Alice@example.org", "no@x.org"))
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    client.post("/password", data={"email": "alice@example.org"})
    with db.reading() as tx:
        [waiting] = tx.all(select(outbox).where(outbox.c.state == "queued"))
    assert waiting["topic"] == TOPIC


def test_a_link_sets_a_new_password_once_and_ends_other_sessions(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    _sign_in(client)
    before = dict(client.cookies)
    client.cookies.clear()
    link = _link(db, clock, alice)
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "short"}).status_code == 400
    assert client.post(link, data={"password": "battery staple"}).headers["location"] == "/home"
    assert client.get("/home").status_code == 200
    client.cookies.clear()
    client.cookies.update(before)
    assert client.get("/home").status_code == 303
    assert client.post(link, data={"password": "once more, please"}).status_code == 404
    with db.reading() as tx:
        assert owner_of(tx, email="alice@example.org", password="battery staple") == alice


@pytest.mark.promise(20)
def test_a_link_that_ran_out_or_was_replaced_leads_to_a_new_one(
    client: Client, db: Database, clock: SimulatedClock, alice: int
) -> None:
    first = _link(db, clock, alice)
    second = _link(db, clock, alice)
    assert client.get(first).status_code == 404
    clock.advance(LASTS)
    answer = client.get(second)
    assert answer.status_code == 404
    assert 'href="/password"' in answer.text
