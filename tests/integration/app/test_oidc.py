"""Signing in through an identity provider: the whole round with a real one, and every way its word is refused."""

import html
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from gardefou.app.errors import SettingsError
from gardefou.app.house import house_on
from gardefou.app.oidc.config import BACK, configured
from gardefou.app.settings import Settings, load
from gardefou.app.web import create_app
from gardefou.clock import MINUTE, SimulatedClock, SystemClock
from gardefou.desk.session import COOKIE
from gardefou.events.actor import SETUP
from gardefou.ledger import store, tables
from gardefou.orders.lifecycle import State
from gardefou.staff import credentials, sessions
from gardefou.staff.heard_roles import said_of
from gardefou.staff.invite_credential import invite_credential
from gardefou.staff.methods import Method
from gardefou.staff.queries import duty_managers_on_shift, person
from gardefou.staff.tables import oidc_round
from gardefou.storage import Database
from gardefou.storage.limits import LIMITS, Entry
from tests.factories.oidc import (
    CLIENT_ID,
    SECRET,
    MadeUpProvider,
    made_up_provider,
    real_provider,
    signed_in_as,
    unsigned,
)
from tests.factories.town import Town, found_town

HERE = "http://localhost:8000"
ID = "https://id.example"
OUT = "/desk/oidc"
#: What asks the provider more than the database is tried on one of them.
ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A real provider, for all tests here."""
    with real_provider(HERE + BACK) as found:
        yield found


@pytest.fixture(scope="module")
def made_up() -> Iterator[MadeUpProvider]:
    """One that signs whatever a test wants."""
    with made_up_provider() as found:
        yield found


@pytest.fixture
def town(db: Database) -> Town:
    # A provider's clock is the real one.
    return found_town(db, SimulatedClock(SystemClock().now()))


class Linked(dict[tuple[str, str], str]):
    """Who is whom, by provider and subject; each is written as it is said."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self._town = town

    def __setitem__(self, who: tuple[str, str], name: str) -> None:
        super().__setitem__(who, name)
        town, (issuer, subject) = self._town, who
        with town.db.transaction() as tx:
            person_id = town.person_id(name)
            invite_credential(
                tx,
                actor=SETUP,
                now=town.now,
                person_id=person_id,
                kind=credentials.OIDC,
                label=name,
                issuer=issuer,
                subject=subject,
            )


@pytest.fixture
def linked(town: Town) -> dict[tuple[str, str], str]:
    """Who is whom, by provider and subject."""
    return Linked(town)


Visit = Callable[..., "TestClient[Litestar]"]


@pytest.fixture
def visit(town: Town, tmp_path: Path) -> Iterator[Visit]:
    """Return a browser at a house with this provider."""
    opened: list[TestClient[Litestar]] = []

    def browser(issuer: str, roles: str = "") -> "TestClient[Litestar]":
        secret = tmp_path / "client-secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        settings = Settings(
            data=str(tmp_path),
            oidc_issuer=issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret_file=str(secret),
            oidc_roles=roles,
        )
        client = TestClient(create_app(house_on(town.db, settings, clock=town.clock)), base_url="http://127.0.0.1")
        opened.append(client.__enter__())
        return client

    yield browser
    for client in opened:
        client.__exit__(None, None, None)


def get(client: "TestClient[Litestar]", path: str) -> Response:
    return client.get(path, headers={"accept": "text/html"}, follow_redirects=False)


def go(client: "TestClient[Litestar]", **headers: str) -> Response:
    """Press the button on our own page."""
    if "csrf" not in client.cookies:
        get(client, "/desk/sign-in")
    said = {"accept": "text/html", "x-csrftoken": client.cookies["csrf"], **headers}
    return client.post(OUT, data={"next": "/desk/orders"}, headers=said, follow_redirects=False)


def leads(answer: Response) -> str:
    """Return where the page leads that answers the button: by itself, and by its link."""
    assert answer.status_code == 200, answer.text
    [refresh] = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    assert f'href="{refresh}"' in answer.text
    return html.unescape(refresh)


def come_back(client: "TestClient[Litestar]", address: str) -> Response:
    """Let the browser come back from the provider, which sends it to the address people reach us by."""
    assert address.startswith(HERE + BACK)
    return get(client, address.removeprefix(HERE))


def entries(town: Town) -> list[store.Entry]:
    with town.db.reading() as tx:
        return list(store.entries(tx, where=tables.entry.c.kind == "sign_in.refused"))


def me(town: Town, client: "TestClient[Litestar]") -> sessions.SignedIn | None:
    with town.db.reading() as tx:
        return sessions.person_of(tx, client.cookies.get(COOKIE) or "", town.now)


def test_the_whole_round_with_a_real_provider(
    issuer: str, town: Town, linked: dict[tuple[str, str], str], visit: Visit
) -> None:
    linked[issuer, "grace"] = "reviewer 1"
    client = visit(issuer)
    assert 'action="/desk/oidc"' in get(client, "/desk/sign-in").text
    away = leads(go(client))
    asked = parse_qs(urlsplit(away).query)
    assert (asked["code_challenge_method"], asked["response_type"], asked["scope"]) == (["S256"], ["code"], ["openid"])
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    came = signed_in_as("grace", away)
    answer = come_back(client, came)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/orders")
    found = me(town, client)
    assert found is not None
    assert (found.name, found.method, found.roles) == ("reviewer 1", Method.OIDC, frozenset({"reviewer"}))
    assert client.cookies.get("desk_oidc") is None
    # Replayed, in this browser and with its cookie, or in another, it opens nothing.
    again = come_back(client, came)
    assert (again.status_code, "did not begin this sign-in" in again.text) == (403, True)
    assert come_back(visit(issuer), came).status_code == 403
    assert entries(town) == []


@ONCE
def test_who_is_nobody_here_reads_so_and_leaves_a_line_that_names_nobody(
    issuer: str, town: Town, linked: dict[tuple[str, str], str], visit: Visit
) -> None:
    linked["https://other.example", "grace"] = "reviewer 1"
    client = visit(issuer)
    answer = come_back(client, signed_in_as("grace", leads(go(client))))
    assert (answer.status_code, "nobody here has been told who you are" in answer.text) == (403, True)
    assert me(town, client) is None
    [entry] = entries(town)
    assert (entry.body["because"], entry.body["method"], "who" in entry.body) == ("unknown subject", "oidc", False)
    assert b"grace" not in entry.content
    assert issuer.encode() not in entry.content


@ONCE
@pytest.mark.promise(4)
def test_groups_leave_fewer_roles_than_orders_granted_and_never_more(
    issuer: str, town: Town, linked: dict[tuple[str, str], str], visit: Visit
) -> None:
    mapping = "mods=reviewer, leads=duty manager, leads=administrator"
    for groups, left in (("leads+strangers", {"duty manager"}), ("mods", set())):
        client = visit(issuer, mapping)
        name = f"max+{groups}"
        linked[issuer, name] = "manager north"
        came = signed_in_as(name, leads(go(client)))
        assert come_back(client, came).status_code == 303
        found = me(town, client)
        assert found is not None
        assert found.roles == left, groups
        with town.db.reading() as tx:
            one = person(tx, town.person_id("manager north"), town.now)
            on_duty = {each.name for each in duty_managers_on_shift(tx, town.now)}
        assert one is not None
        assert one.roles == left
        assert ("manager north" in on_duty) is bool(left)
        page = get(client, f"/desk/people/{town.person_id('manager north')}").text
        assert "Their identity provider leaves them:" in page
    # The last word was: nothing. So nothing is signed.
    order = town.propose("manager north", "account.freeze", "president", lift_at=town.now + 10 * MINUTE).order
    assert order.state is State.REFUSED


@ONCE
def test_without_a_mapping_nothing_is_narrowed(
    issuer: str, town: Town, linked: dict[tuple[str, str], str], visit: Visit
) -> None:
    linked[issuer, "max+mods"] = "manager north"
    client = visit(issuer)
    assert come_back(client, signed_in_as("max+mods", leads(go(client)))).status_code == 303
    with town.db.reading() as tx:
        assert said_of(tx, [town.person_id("manager north")]) == {}
    assert "Their identity provider" not in get(client, f"/desk/people/{town.person_id('manager north')}").text


@ONCE
def test_a_word_that_is_not_for_us_opens_nothing_and_the_same_with_all_of_it_right_does(
    made_up: MadeUpProvider, town: Town, linked: dict[tuple[str, str], str], visit: Visit
) -> None:
    """Each point by itself is in tests/unit/app/test_id_token.py."""
    linked[made_up.issuer, "grace"] = "reviewer 1"
    wrong: list[dict[str, object]] = [
        {"nonce": "another"}, {"aud": "another"}, {"iss": ID}, {"exp": 1},
    ]  # fmt: skip
    client = visit(made_up.issuer)
    for other in [*wrong, None]:
        state, nonce = asked(go(client))
        claims = made_up.claims(**{"nonce": nonce, **(other or {})})
        made_up.sign = partial(made_up.signed, claims) if other else partial(unsigned, claims)
        answer = get(client, f"{BACK}?code=1&state={state}")
        assert (answer.status_code, "could not be accepted" in answer.text) == (403, True), other
        assert me(town, client) is None, other
    assert [entry.body["because"] for entry in entries(town)] == ["bad token"] * (len(wrong) + 1)
    # It was asked with the round's own verifier, and is believed where all of it is right.
    state, nonce = asked(go(client))
    made_up.sign = partial(made_up.signed, made_up.claims(nonce=nonce))
    assert get(client, f"{BACK}?code=7&state={state}").status_code == 303
    assert made_up.codes[-1]["code"] == ["7"]
    assert len(made_up.codes[-1]["code_verifier"][0]) == 43


def asked(away: Response) -> tuple[str, str]:
    """Return the state and the nonce that the provider was sent."""
    query = parse_qs(urlsplit(leads(away)).query)
    return query["state"][0], query["nonce"][0]


def test_a_round_belongs_to_the_browser_that_began_it_and_ends(
    made_up: MadeUpProvider, town: Town, linked: dict[tuple[str, str], str], visit: Visit
) -> None:
    linked[made_up.issuer, "grace"] = "reviewer 1"
    mine, theirs = visit(made_up.issuer), visit(made_up.issuer)
    state, nonce = asked(go(mine))
    asked(go(theirs))
    made_up.sign = partial(made_up.signed, made_up.claims(nonce=nonce))
    before = len(made_up.codes)
    for client, query in (
        (theirs, f"code=1&state={state}"),
        (visit(made_up.issuer), f"code=1&state={state}"),
        (mine, "code=1&state=other"),
        (mine, "code=1"),
    ):
        assert get(client, f"{BACK}?{query}").status_code == 403
    state, _ = asked(go(mine))
    town.clock.advance(10 * MINUTE)
    assert get(mine, f"{BACK}?code=1&state={state}").status_code == 403
    for query in ("error=access_denied", "code=1&iss=https://other.example", ""):
        state, _ = asked(go(mine))
        assert get(mine, f"{BACK}?state={state}&{query}").status_code == 403, query
    assert len(made_up.codes) == before
    assert entries(town) == []


def test_another_sites_page_uses_up_nobodys_way_in(
    made_up: MadeUpProvider, town: Town, linked: dict[tuple[str, str], str], visit: Visit
) -> None:
    linked[made_up.issuer, "grace"] = "reviewer 1"
    client = visit(made_up.issuer)
    foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "accept": "text/html"}
    for _time in range(LIMITS[Entry.OIDC].tries + 1):
        answer = client.get(OUT + "?next=//evil.example", headers=foreign, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in?next=%2Fdesk")
        assert client.post(OUT, headers=foreign).status_code == 403
        assert go(client, **{"sec-fetch-site": "cross-site"}).status_code == 403
    with town.db.reading() as tx:
        assert tx.all(select(oidc_round)) == []
    state, nonce = asked(go(client))
    # Nor does failing on the way back, which is counted by itself, keep out whoever did go.
    made_up.sign = partial(made_up.signed, made_up.claims(nonce=nonce))
    codes = [get(client, f"{BACK}?code=x&state=y").status_code for _time in range(LIMITS[Entry.OIDC_BACK].tries + 1)]
    assert codes == [403] * LIMITS[Entry.OIDC_BACK].tries + [429]
    assert get(client, f"{BACK}?code=1&state={state}").status_code == 303


@ONCE
def test_a_provider_that_is_another_or_talks_in_clear_is_not_used(made_up: MadeUpProvider, visit: Visit) -> None:
    client = visit(made_up.issuer)
    for said in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://provider.example/token"},
        {"jwks_uri": None},
        {"code_challenge_methods_supported": ["plain"]},
    ):
        made_up.said = said
        answer = go(client)
        assert (answer.status_code, "does not answer as it should" in answer.text) == (503, True), said
    made_up.said = {}
    assert go(visit("http://127.0.0.1:9")).status_code == 503


@ONCE
def test_where_no_provider_is_set_up_there_is_no_such_door(town: Town, tmp_path: Path) -> None:
    house = house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock)
    with TestClient(create_app(house), base_url="http://127.0.0.1") as client:
        assert [get(client, path).status_code for path in (OUT, BACK)] == [404, 404]
        assert go(client).status_code == 404
        assert "/desk/oidc" not in get(client, "/desk/sign-in").text


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"oidc_issuer": ID}, "oidc_issuer and oidc_client_id"),
        ({"oidc_client_id": "us"}, "oidc_issuer and oidc_client_id"),
        ({"oidc_issuer": "http://id.example", "oidc_client_id": "us"}, "oidc_issuer: expected https"),
        ({"oidc_issuer": f"{ID}/?a=1", "oidc_client_id": "us"}, "oidc_issuer: expected https"),
        ({"oidc_roles": "mods=reviewer"}, "oidc_issuer: missing"),
        ({"oidc_issuer": ID, "oidc_client_id": "us", "oidc_roles": "mods=boss"}, r"oidc_roles: .*boss"),
        ({"oidc_issuer": ID, "oidc_client_id": "us", "oidc_roles": "agent"}, r"oidc_roles: .*agent"),
        ({"oidc_issuer": ID, "oidc_client_id": "us", "oidc_groups_claim": ""}, "oidc_groups_claim"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(settings: dict[str, str], wrong: str) -> None:
    with pytest.raises(SettingsError, match=wrong):
        load(settings, {})


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    given = {"oidc_issuer": "https://id.example", "oidc_client_id": "us", "oidc_client_secret_file": str(secret)}
    with pytest.raises(SettingsError, match="cannot be read"):
        configured(load(given, {}))
    secret.write_text(" hush \n")
    secret.chmod(0o640)
    with pytest.raises(SettingsError, match="others may read"):
        configured(load(given, {}))
    secret.chmod(0o600)
    found = configured(load(given, {}))
    assert found is not None
    assert found.client_secret == "hush"
    secret.write_text("")
    with pytest.raises(SettingsError, match="is empty"):
        configured(load(given, {}))
