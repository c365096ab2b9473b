"""Posts over the client API as they are read: conversations, home, pages, hashtags and search."""

from gardefou.network.tables import (
    net_block,
    net_mute,
)
from tests.factories.network import make_post
from tests.factories.three_members import ThreeMembers as Town
from tests.factories.three_members import ids_of

V1, V2 = "/api/v1", "/api/v2"


def test_a_conversation_is_read_in_its_order_without_what_one_may_not_see(town: Town) -> None:
    root = town.alice.say("root")["id"]
    one = town.bob.say("one", in_reply_to_id=root)["id"]
    two = town.carol.say("two", in_reply_to_id=root)["id"]
    below = town.alice.say("below one", in_reply_to_id=one)["id"]
    secret = town.alice.say("to @bob", in_reply_to_id=one, visibility="direct")["id"]
    around = town.visitor.get(f"{V1}/statuses/{root}/context")
    assert ids_of(around["descendants"]) == [one, below, two]
    assert ids_of(town.bob.get(f"{V1}/statuses/{root}/context")["descendants"]) == [one, below, secret, two]
    assert ids_of(town.visitor.get(f"{V1}/statuses/{below}/context")["ancestors"]) == [root, one]
    town.stand("bob", "hidden")
    assert ids_of(town.visitor.get(f"{V1}/statuses/{below}/context")["ancestors"]) == [root]
    assert ids_of(town.visitor.get(f"{V1}/statuses/{root}/context")["descendants"]) == [two, below]


def test_a_visitor_reads_a_long_conversation_up_to_a_limit(town: Town) -> None:
    last = root = int(town.alice.say("root")["id"])
    with town.db.transaction() as tx:
        for _ in range(65):
            last = make_post(tx, town.clock.now(), town.ids["alice"], reply_to_id=last)
    assert len(town.visitor.get(f"{V1}/statuses/{root}/context")["descendants"]) == 60
    assert len(town.alice.get(f"{V1}/statuses/{root}/context")["descendants"]) == 65
    assert len(town.alice.get(f"{V1}/statuses/{last}/context")["ancestors"]) == 65


def test_home_has_whom_one_follows_and_not_their_answers_to_strangers(town: Town) -> None:
    town.follow("alice", "bob")
    stranger = town.carol.say("stranger")["id"]
    said = town.bob.say("said")["id"]
    town.bob.say("to a stranger", in_reply_to_id=stranger)
    thread = town.bob.say("my own thread", in_reply_to_id=said)["id"]
    boost = town.bob.post(f"{V1}/statuses/{stranger}/reblog")["id"]
    assert ids_of(town.alice.get(f"{V1}/timelines/home")) == [boost, thread, said]
    town.put(net_mute, account_id=town.ids["alice"], muted_id=town.ids["carol"], notifications=1)
    assert ids_of(town.alice.get(f"{V1}/timelines/home")) == [thread, said]
    town.put(net_block, account_id=town.ids["alice"], blocked_id=town.ids["bob"])
    assert town.alice.get(f"{V1}/timelines/home") == []
    assert ids_of(town.alice.get(f"{V1}/timelines/public")) == []
    assert ids_of(town.visitor.get(f"{V1}/timelines/public")) == [thread, said, stranger]


def test_pages_lead_to_each_other_with_what_was_asked(town: Town) -> None:
    posted = [town.alice.say(f"{number} #tag")["id"] for number in range(5)][::-1]
    for path in ("/timelines/home", "/timelines/public", "/timelines/tag/TAG"):
        first = town.alice.ask("GET", f"{V1}{path}", params={"limit": 2})
        assert ids_of(first.json()) == posted[:2]
        following, previous = first.headers["link"].split(", ")
        assert following == f'<http://testserver.local{V1}{path}?limit=2&max_id={posted[1]}>; rel="next"'
        assert previous.endswith(f'min_id={posted[0]}>; rel="prev"')
        second = town.alice.ask("GET", f"{V1}{path}", params={"limit": 2, "max_id": posted[1]})
        assert ids_of(second.json()) == posted[2:4]
        last = town.alice.ask("GET", f"{V1}{path}", params={"limit": 2, "max_id": posted[3]})
        assert 'rel="next"' not in last.headers["link"]
    assert town.alice.ask("GET", f"{V1}/timelines/home", params={"max_id": "x"}).status_code == 422
    assert town.alice.ask("GET", f"{V1}/timelines/home", params={"max_id": str(2**63 - 1)}).status_code == 200
    assert town.alice.ask("GET", f"{V1}/timelines/list/1").status_code == 404
    assert town.alice.get(f"{V1}/conversations") == []


def test_hashtags_are_one_however_they_are_written(town: Town) -> None:
    first = town.alice.say("#Ｓtraße #b")["id"]
    second = town.bob.say("#STRASSE #c, #12 is none")["id"]
    assert ids_of(town.visitor.get(f"{V1}/timelines/tag/strasse")) == [second, first]
    assert ids_of(town.visitor.ask("GET", f"{V1}/timelines/tag/strasse?none[]=c").json()) == [first]
    assert ids_of(town.visitor.ask("GET", f"{V1}/timelines/tag/b?any[]=c").json()) == [second, first]
    assert ids_of(town.visitor.ask("GET", f"{V1}/timelines/tag/strasse?all[]=b").json()) == [first]
    said = f"{V1}/accounts/{town.ids['alice']}/statuses"
    for tag, ids in (("#strasse", [first]), ("STRAßE", [first]), ("c", []), ("12", [])):
        assert ids_of(town.visitor.get(said, tagged=tag)) == ids
    assert town.visitor.get(f"{V1}/timelines/tag/12") == []
    assert town.visitor.ask("GET", f"{V1}/timelines/tag/b?" + "any[]=x&" * 21).status_code == 422
    page = town.client.get("/tags/strasse").text
    assert '<a href="/tags/strasse" rel="tag">#STRASSE</a>' in page
    assert town.client.get("/tags/12").status_code == 404


def test_search_finds_what_the_reader_may_see(town: Town) -> None:
    found = town.alice.say("needle in the hay #needles")["id"]
    named = town.bob.say("@alice needle", visibility="direct")["id"]
    town.bob.say("needle for followers", visibility="private")
    everything = town.alice.get(f"{V2}/search", q="needle")
    assert ids_of(everything["statuses"]) == [named, found]
    assert [tag["name"] for tag in everything["hashtags"]] == ["needles"]
    people = town.alice.get(f"{V2}/search", q="@Bob@testserver.local", type="accounts", resolve="true")
    assert ([who["acct"] for who in people["accounts"]], people["statuses"]) == (["bob"], [])
    town.stand("bob", "hidden")
    after = town.alice.get(f"{V2}/search", q="needle")
    assert ids_of(after["statuses"]) == [found]
    assert town.alice.get(f"{V2}/search", q="bob")["accounts"] == []
    assert town.alice.get(f"{V2}/search", q="")["accounts"] == []
    assert town.alice.ask("GET", f"{V2}/search", params={"q": "x", "type": "groups"}).status_code == 422
    assert town.alice.get(f"{V2}/search", q="%" * 5_000)["statuses"] == []


def test_a_hashtag_is_asked_for_by_its_name_and_what_is_none_is_not_found(town: Town) -> None:
    wanted = {"name": "morgen", "url": "https://network.example/tags/morgen", "history": [], "following": False}
    for address in ("/tags/Morgen", "/tags/Morgen/"):
        found = town.visitor.get(f"{V1}{address}")
        assert {**found, "url": wanted["url"]} == wanted
        assert found["url"].endswith("/tags/morgen")
    for none in ("2026", "two%20words", "___", "a-b"):
        assert town.visitor.ask("GET", f"{V1}/tags/{none}").status_code == 404


def test_what_runs_here_is_said_as_nodeinfo_says_it_and_names_no_protocol(town: Town) -> None:
    """It talks with no other server; counts are left out, since none is to be had without counting."""
    listed = town.visitor.get("/.well-known/nodeinfo")["links"]
    assert [one["rel"].rpartition("/")[2] for one in listed] == ["2.0", "2.1"]
    for one in listed:
        version = one["rel"].rpartition("/")[2]
        said = town.visitor.get(f"/nodeinfo/{version}")
        assert one["href"].endswith(f"/nodeinfo/{version}")
        assert (said["version"], said["software"]["name"], said["protocols"]) == (version, "gardefou", [])
        assert said["usage"] == {"users": {}}
    assert town.visitor.ask("GET", "/nodeinfo/1.0").status_code == 404
