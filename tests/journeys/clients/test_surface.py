"""What clients rely on without asking: the fields that each entity must have, and the requests that each call makes."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from mastodon import Mastodon

from tests.factories.network import put_standing
from tests.factories.served import PASSWORD, Asked, Member, Served, Toot

#: Entity → fields that must be there and not null; fields that clients look at and that may be null.
FIELDS = {
    "account": (
        "id username acct display_name created_at url",
        (
            "note avatar avatar_static header header_static locked bot group discoverable fields emojis "
            "followers_count following_count statuses_count last_status_at roles"
        ),
    ),
    "status": (
        "id created_at account content visibility url",
        (
            "reblog uri sensitive spoiler_text media_attachments mentions tags emojis replies_count reblogs_count "
            "favourites_count in_reply_to_id in_reply_to_account_id poll card language edited_at application"
        ),
    ),
    "relationship": (
        "id",
        (
            "following showing_reblogs notifying languages followed_by blocking blocked_by muting muting_notifications "
            "requested requested_by domain_blocking endorsed note"
        ),
    ),
    "notification": ("id type created_at account", "group_key"),
    "instance": ("uri title version", "description urls stats languages registrations configuration rules"),
    "search": ("accounts statuses hashtags", ""),
}
#: Entity → fields by which it is known.
MARKS = {
    "account": {"acct", "display_name"},
    "status": {"visibility", "content"},
    "relationship": {"showing_reblogs"},
    "notification": {"group_key"},
    "instance": {"uri", "version"},
    "search": {"hashtags"},
}
#: What a signed-in reader's status says besides.
OWN = {"favourited", "reblogged", "bookmarked", "muted"}


def entities(answer: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every entity that an answer is or holds, however deep."""
    if isinstance(answer, list):
        for one in answer:
            yield from entities(one)
    elif isinstance(answer, dict):
        yield from ((kind, answer) for kind, marks in MARKS.items() if marks <= answer.keys())
        for one in answer.values():
            yield from entities(one)


def test_every_entity_has_what_clients_read_without_a_guard(served: Served, alice: Member, bob: Member) -> None:
    script, other, carol = served.script(alice), served.script(bob), served.member("carol")
    said = script.status_post(f"@{bob.name} hello #word", spoiler_text="A greeting", language="fr")
    for act in (other.status_reblog, other.status_favourite, other.status_bookmark):
        act(said)
    other.status_reply(said, "Hello")
    served.script(carol).account_follow(alice.id)
    with served.house.db.transaction() as tx:
        put_standing(tx, served.house.clock.now(), subject_id=carol.id, standing="hidden")
    counted: dict[str, int] = dict.fromkeys(FIELDS, 0)
    for address in (
        *("/api/v1/accounts/verify_credentials", f"/api/v1/accounts/{alice.id}", f"/api/v1/accounts/{carol.id}"),
        *(f"/api/v1/accounts/lookup?acct={alice.name}", f"/api/v1/accounts/{alice.id}/statuses", "/api/v1/instance"),
        *(f"/api/v1/accounts/{alice.id}/followers", f"/api/v1/accounts/relationships?id[]={alice.id}&id[]={carol.id}"),
        *(f"/api/v1/statuses/{said.id}", f"/api/v1/statuses/{said.id}/context", "/api/v1/timelines/home"),
        *("/api/v1/timelines/public", "/api/v1/timelines/tag/word", "/api/v1/bookmarks", "/api/v1/favourites"),
        *("/api/v1/notifications", f"/api/v2/search?q={alice.name}", "/api/v2/search?q=word", "/api/v2/instance"),
    ):
        for reader in (alice, bob):
            answer = served.http.get(address, headers=reader.shown)
            assert answer.status_code == 200, address
            for kind, entity in entities(answer.json()):
                counted[kind] += 1
                needed, looked_at = (set(fields.split()) for fields in FIELDS[kind])
                assert {name for name in needed if entity.get(name) is None} == set(), (address, kind)
                assert looked_at - entity.keys() == set(), (address, kind)
                if kind == "status":
                    assert entity.keys() >= OWN
                    assert "scheduled_at" not in entity  # toot would take it for a post that is still to come.
                if "id" in entity and kind != "instance":
                    assert isinstance(entity["id"], str)
    assert min(counted.values()) > 0, counted


def test_times_are_as_clients_cut_them(served: Served, alice: Member) -> None:
    said = served.http.post("/api/v1/statuses", headers=alice.shown, json={"status": "Hello"}).json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", said["created_at"])
    account = served.http.get(f"/api/v1/accounts/{alice.id}").json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", account["last_status_at"])


def asked_by(served: Served, call: Callable[[], object]) -> list[str]:
    """Return what a call asks: method and address, with numbers for ids, without what is asked for besides."""
    with served.written_down() as found:
        call()
    return [re.sub(r"\d{9,}", ":id", str(one).partition("?")[0]) for one in found]


VERIFY, INSTANCE = "GET /api/v1/accounts/verify_credentials", "GET /api/v1/instance"
STATUSES, HOME, SEARCH = "POST /api/v1/statuses", "GET /api/v1/timelines/home", "GET /api/v2/search"


def test_toot_asks_what_the_reference_says(served: Served, alice: Member, bob: Member) -> None:
    signing_in = asked_by(served, lambda: served.toot(alice))
    assert signing_in == [INSTANCE, "POST /api/v1/apps", "POST /oauth/token", VERIFY]
    toot = Toot(warm=served.warm, home=served.folder / alice.name)
    again = asked_by(served, lambda: toot("login_cli", "-i", served.url, "-e", alice.email, "-p", PASSWORD))
    assert again == [INSTANCE, "POST /oauth/token", VERIFY]  # It keeps the program that it registered.
    for command, asked in (
        (["whoami"], [VERIFY]),
        (["whois", bob.name], [SEARCH]),
        (["follow", bob.name], [SEARCH, "POST /api/v1/accounts/:id/follow"]),
        (["post", "Hello"], [STATUSES]),
        (["timeline"], [HOME]),
        (["timelines", "home", "--no-pager", "--no-clear"], [HOME]),
        (["timelines", "public", "--no-pager", "--no-clear"], ["GET /api/v1/timelines/public"]),
        (
            ["timelines", "account", bob.name, "--no-clear"],
            ["GET /api/v1/accounts/lookup", "GET /api/v1/accounts/:id/statuses"],
        ),
        (["notifications"], ["GET /api/v1/notifications"]),
        (["instance"], [INSTANCE]),
    ):
        assert asked_by(served, lambda: toot(*command)) == asked, command  # noqa: B023  # it is called at once


def _only(served: Served, call: Callable[[], object]) -> Asked:
    with served.written_down() as found:
        call()
    (one,) = found
    return one


def test_toot_sends_a_post_as_json_and_once(served: Served, alice: Member) -> None:
    toot = served.toot(alice)
    post = _only(served, lambda: toot("post", "Hello"))
    assert (post.headers["content-type"], len(post.headers["idempotency-key"])) == ("application/json", 32)
    (number,) = served.says(alice, ["Hello"])
    like = _only(served, lambda: toot("favourite", str(number)))
    assert "content-type" not in like.headers
    assert _only(served, lambda: toot("notifications")).address == "/api/v1/notifications?limit=20"


def test_a_script_asks_what_the_reference_says(served: Served, alice: Member, bob: Member) -> None:
    made: list[Mastodon] = []
    assert asked_by(served, lambda: made.append(served.registered())) == ["POST /api/v1/apps"]
    (script,) = made
    signing_in = asked_by(served, lambda: script.log_in(alice.email, PASSWORD))
    assert sorted(set(signing_in)) == [
        "GET /.well-known/oauth-authorization-server",
        "GET /api/v1/instance/",
        "GET /api/v2/instance/",
        "POST /oauth/token",
    ]
    posts = served.says(alice, ["one", "two", "three"])
    pages: list[Any] = []
    assert asked_by(served, lambda: script.status_post("Hello")) == [STATUSES]
    assert asked_by(served, lambda: pages.append(script.timeline_home(limit=2))) == [HOME]
    following = _only(served, lambda: script.fetch_next(pages[0]))
    assert re.search(rf"max_id={posts[-1]}", following.address)
    assert asked_by(served, lambda: script.report(bob.id)) == ["POST /api/v1/reports/"]
    moderator, _agent = served.moderator("agent")
    action = asked_by(served, lambda: moderator.admin_account_moderate(bob.id, "silence"))
    assert action == ["POST /api/v1/admin/accounts/:id/action"]
    for address in ("/api/v1/instance", "/api/v2/instance", "/api/v1/instance/", "/api/v2/instance/"):
        assert served.http.get(address).status_code == 200
