"""Every address of the network that is read, walked by everybody: what may not be seen is nowhere in any answer.

Each thing that is said, drawn or named has a word of its own, which nothing else has. Whoever reads, the words in an
answer, its headers among it, are those that the table in `gardefou/network/visibility.py` lets them see there; and
every word is seen by whoever may, so that nothing is missing for the wrong reason (promise 8).
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from gardefou.app.house import House
from gardefou.app.routes import Route, routes
from gardefou.clock import MINUTE, SimulatedClock
from gardefou.events import Actor
from gardefou.network.block import block
from gardefou.network.bookmark import bookmark
from gardefou.network.boost import boost
from gardefou.network.favourite import favourite
from gardefou.network.sign_in import sign_in
from gardefou.network.visibility import Visibility
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.storage import Tx
from tests.conftest import FULL
from tests.factories.client_api import Program, make_token
from tests.factories.network import make_follow, make_member, put_standing
from tests.factories.programs import BEGUN, Client, founded, serving

#: Other parts of the house, which show nothing of the network's.
ELSEWHERE = ("/desk", "/demo", "/incidents", "/ledger", "/static", "/openapi", "/health", "/api/orders", "/api/numbers")
OWNERS = ("author", "gone", "limited", "blocker", "booster")
READERS = ("stranger", "follower", "blocked", "named", *OWNERS)
EVERYBODY = frozenset(READERS)
WORD = re.compile(r"zq[a-z]+")
#: What an account says of itself, and what a post of its own has: a word for each.
OF_ACCOUNT = ("name", "note", "field")
OF_POST = ("text", "spoiler", "alt", "tag", "before")
#: What is said, and who may read it, its author's standing said; what is hidden nobody may.
SAID = {
    "open": EVERYBODY,
    "friends": frozenset({"author", "follower", "gone"}),
    "direct": frozenset({"author", "named"}),
    "hid": frozenset[str](),
    "bygone": frozenset[str](),
    "meek": EVERYBODY,
    "wall": EVERYBODY - {"blocked"},
}
WRITTEN = {
    "open": ("author", "public"),
    "friends": ("author", "private"),
    "direct": ("author", "direct"),
    "hid": ("author", "public"),
    "bygone": ("gone", "public"),
    "meek": ("limited", "public"),
    "wall": ("blocker", "public"),
}
FOLLOWS = {
    "follower": OWNERS,
    "blocked": ("gone", "limited", "blocker", "booster"),
    "named": ("gone", "limited", "blocker", "booster"),
    "gone": ("author", "booster"),
}
#: Where those who are limited do not appear, but to themselves.
PUBLIC = re.compile(
    r"/(?:$|\?|search|tags/|api/v1/timelines/(?:public|tag)|api/v2/search|api/v1/accounts/search|"
    r"api/v[12]/(?:instance|trends|suggestions))"
)
#: Where a hidden account is told of as what it is, by its handle alone.
BLANK = re.compile(r"/api/v1/accounts/(?:\d+|lookup\?acct=.*)$")


@dataclass(kw_only=True)
class Walk:
    """A served house, what is in it, and what everybody has seen so far."""

    house: House
    client: Client
    clock: SimulatedClock
    accounts: dict[str, int]
    programs: dict[str, Program]
    posts: dict[str, int] = field(default_factory=dict)
    images: dict[int, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def words(self, who: str, path: str) -> set[str]:
        """Return the words of ours in what somebody reads at an address."""
        self.client.cookies.clear()
        program = self.programs[who]
        by_program = path.startswith("/api/")
        if not by_program and who in self.cookies:
            self.client.cookies.set(SESSION_COOKIE, self.cookies[who])
        # A stream never ends: it begins as HEAD says, and tells of what happens afterwards alone.
        method = "HEAD" if path.startswith("/api/v1/streaming/") else "GET"
        asking = program if by_program else Program(client=self.client)
        answer = asking.ask(method, path, headers={} if by_program else {"accept": "text/html"})
        assert answer.status_code < 500, (who, path, answer.text)
        headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
        found = set(WORD.findall(headers + " " + answer.content.decode("utf-8", "replace")))
        if path.startswith("/media/") and answer.status_code == 200:
            found.add(self.images[int(path.split("/")[2])])
        return found - set(WORD.findall(path))


def may_see(word: str, who: str, path: str) -> bool:
    """Return whether a word may stand in what somebody reads at an address."""
    of = word.removeprefix("zq")
    for key, readers in SAID.items():
        if of in {f"{key}{part}" for part in (*OF_POST, "image")}:
            limited = WRITTEN[key][0] == "limited" and who != "limited" and PUBLIC.match(path) is not None
            return who in readers and not limited
    for owner in (*OWNERS, "follower", "blocked", "named"):
        if of == f"mail{owner}":
            return False
        if of == f"{owner}handle" and owner == "gone" and BLANK.match(path):
            return True
        if of in {f"{owner}{part}" for part in ("handle", "avatar", *OF_ACCOUNT)}:
            if owner == who:
                return True
            return owner != "gone" and not (owner == "limited" and PUBLIC.match(path) is not None)
    return False


def picture(shade: int) -> bytes:
    """Return an image like no other."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 255 - shade, 17)).save(out, format="PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Walk]:
    clock = SimulatedClock(BEGUN)
    with (
        founded(tmp_path_factory.mktemp("walk"), sqlite_template, clock) as house,
        serving(house) as client,
    ):
        yield furnished(house, client, clock)


def furnished(house: House, client: Client, clock: SimulatedClock) -> Walk:
    """Fill the house: everybody, what they say, who likes and keeps it; then the standings."""
    now = clock.now()
    with house.db.transaction() as tx:
        accounts = {
            who: make_member(
                tx,
                now,
                handle=f"zq{who}handle",
                display_name=f"zq{who}name",
                email=f"zqmail{who}@example.org",
                neighbours=house.neighbours,
            )
            for who in READERS[1:]
        }
        programs = {
            who: Program(client=client, token=make_token(tx, now, account_id=one)) for who, one in accounts.items()
        }
        cookies = {who: sign_in(tx, actor=Actor.member(one), now=now) for who, one in accounts.items()}
    programs["stranger"] = Program(client=client)
    walk = Walk(house=house, client=client, clock=clock, accounts=accounts, programs=programs, cookies=cookies)
    for shade, who in enumerate(OWNERS):
        presented(walk, who, shade)
    with house.db.transaction() as tx:
        for who, owners in FOLLOWS.items():
            for owner in owners:
                make_follow(tx, now, follower_id=accounts[who], followee_id=accounts[owner])
    for shade, key in enumerate(WRITTEN):
        said(walk, key, shade + 50)
    with house.db.transaction() as tx:
        taken_up(tx, walk, now)
        block(tx, house.neighbours, actor=Actor.member(accounts["blocker"]), now=now, account_id=accounts["blocked"])
        put_standing(tx, now, subject_id=accounts["gone"], standing="hidden")
        put_standing(tx, now, subject_id=accounts["limited"], standing="limited")
        put_standing(tx, now, subject_kind="post", subject_id=walk.posts["hid"], standing="hidden")
        put_standing(tx, now, subject_kind="post", subject_id=walk.posts["booster's boost of meek"], standing="hidden")
    return walk


def taken_up(tx: Tx, walk: Walk, now: int) -> None:
    """Let those who may like what was said, keep it and pass it on."""
    for key, readers in {**SAID, "hid": EVERYBODY, "bygone": EVERYBODY}.items():
        for who in sorted(readers & {"follower", "blocked", "named", "gone"}):
            for deed in (favourite, bookmark):
                deed(tx, actor=Actor.member(walk.accounts[who]), now=now, post_id=walk.posts[key])
    for who, key in [*(("booster", key) for key in ("open", "hid", "bygone", "meek", "wall")), ("gone", "open")]:
        actor, passed = Actor.member(walk.accounts[who]), walk.posts[key]
        walk.posts[f"{who}'s boost of {key}"] = boost(
            tx, walk.house.neighbours, actor=actor, now=now, post_id=passed, visibility=Visibility.PUBLIC
        )


def presented(walk: Walk, who: str, shade: int) -> None:
    """Let an account say what it is, with an image of its own."""
    fields = {"note": f"zq{who}note", "fields_attributes[0][name]": f"zq{who}field", "fields_attributes[0][value]": "1"}
    answer = walk.programs[who].ask(
        "PATCH", "/api/v1/accounts/update_credentials", data=fields, files={"avatar": ("x.png", picture(shade))}
    )
    assert answer.status_code == 200, answer.text
    walk.images[int(answer.json()["avatar"].split("/")[-2])] = f"zq{who}avatar"


def said(walk: Walk, key: str, shade: int) -> None:
    """Say something, with an image and a hashtag, and change it afterwards."""
    who, visibility = WRITTEN[key]
    program = walk.programs[who]
    image = program.ask(
        "POST", "/api/v2/media", files={"file": ("x.png", picture(shade))}, data={"description": f"zq{key}alt"}
    ).json()
    names = "@zqnamedhandle " if key == "direct" else ""
    post = program.say(
        f"{names}zq{key}before #zq{key}tag", visibility=visibility, media_ids=[image["id"]], spoiler_text="first"
    )
    edited = program.ask(
        "PUT",
        f"/api/v1/statuses/{post['id']}",
        json={"status": f"{names}zq{key}text #zq{key}tag", "spoiler_text": f"zq{key}spoiler"},
    )
    assert edited.status_code == 200, edited.text
    walk.posts[key] = int(post["id"])
    walk.images[int(image["id"])] = f"zq{key}image"


def addresses(walk: Walk, route: Route) -> list[str]:
    """Return the addresses of a route: with everything that there is at each part that varies."""
    handles = [f"@zq{who}handle" for who in walk.accounts]
    tags = [f"zq{key}tag" for key in WRITTEN]
    parts = {
        "account_id": [str(one) for one in walk.accounts.values()],
        "number": [str(one) for one in walk.posts.values()],
        "media_id": [str(one) for one in walk.images],
        "size": ["original", "preview"],
        "tag": tags,
        "name": handles,
        "handle": [one.removeprefix("@") for one in handles],
        "token": ["zz"],
        "report_id": ["1"],
        "schema": ["2.0"],
    }
    found = [route.path]
    if "/notifications/" in route.path:
        parts["number"] = ["1"]
    for name in route.types:
        values = parts[name]
        found = [one.replace(f"{{{name}}}", quote(value, safe="@")) for one in found for value in values]
    if "{name}" in route.path and "{number}" in route.path:
        # A post under its author's handle, and one under another's.
        found = [f"/@zq{WRITTEN[key][0]}handle/{walk.posts[key]}" for key in WRITTEN]
        found += [f"/@zqboosterhandle/{one}" for key, one in walk.posts.items() if key.startswith("booster")]
        found = [one + route.path.partition("{number}")[2] for one in found]
    return [one + query for one in found for query in queries(walk, route.path)]


def queries(walk: Walk, path: str) -> list[str]:
    """Return what is asked beyond an address."""
    ids = "&".join(f"id[]={one}" for one in walk.accounts.values())
    asked = {
        "/api/v1/accounts/lookup": [f"?acct=zq{who}handle" for who in walk.accounts],
        "/api/v1/accounts/search": ["?q=zq&limit=80", "?q=zq&following=1"],
        "/api/v1/accounts/relationships": [f"?{ids}"],
        "/api/v2/search": ["?q=zq", "?q=zq&type=statuses&limit=40", "?q=zq&type=hashtags", "?q=zq&type=accounts"],
        "/api/v1/accounts/{account_id}/statuses": ["", "?only_media=1", "?exclude_replies=1&exclude_reblogs=1"],
        "/search": ["?q=zq"],
        "/oauth/authorize": ["?client_id=1&response_type=code&scope=read&redirect_uri=urn:ietf:wg:oauth:2.0:oob"],
    }
    return asked.get(path, [""])


@pytest.mark.promise(8)
@pytest.mark.parametrize("who", READERS if FULL else ("stranger", "follower", "blocked", "author"))
def test_nothing_that_may_not_be_seen_is_in_any_answer(walk: Walk, who: str) -> None:
    walk.clock.advance(6 * MINUTE)
    shown: dict[str, set[str]] = {}
    known = [one for one in routes(walk.client.app) if one.method == "GET" and not one.path.startswith(ELSEWHERE)]
    assert len(known) > 70
    for path in (path for route in known for path in addresses(walk, route)):
        for word in walk.words(who, path):
            shown.setdefault(word, set()).add(path)
    through = {
        word: sorted(wrong)[:5]
        for word, paths in shown.items()
        if (wrong := [path for path in paths if not may_see(word, who, path)])
    }
    assert through == {}
    may = {f"zq{key}{part}" for key, readers in SAID.items() if who in readers for part in (*OF_POST, "image")}
    if who == "gone":  # An owner who cannot act reads pages alone, which do not have all of it.
        may = {word for word in may if word.endswith(("text", "tag"))}
    assert may - shown.keys() == set()


@pytest.mark.promise(8)
def test_who_passed_a_post_on_is_not_told_by_a_boost_that_is_hidden(walk: Walk) -> None:
    walk.clock.advance(6 * MINUTE)
    for key, told in (("open", True), ("meek", False)):
        words = walk.words("follower", f"/api/v1/statuses/{walk.posts[key]}/reblogged_by")
        assert ("zqboosterhandle" in words) is told
