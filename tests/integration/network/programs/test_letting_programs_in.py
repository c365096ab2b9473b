"""Programs come in by their owner's yes and by nothing else, and go out again (promises 8, 10 and 20).

What differs between the databases is asked of both by the table of routes and by the journeys.
"""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import Table, select

from gardefou.app.house import House
from gardefou.app.worker import Worker
from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock
from gardefou.events import Actor
from gardefou.network.oauth import tokens
from gardefou.network.passwords import hashed
from gardefou.network.passwords_anew import make_link, set_password
from gardefou.network.staff.end_ways_in import end_ways_in
from gardefou.network.tables import net_app, net_code, net_posted_once, net_token
from gardefou.storage.limits import LOGINS, Entry
from tests.factories.network import put_standing
from tests.factories.programs import (
    BACK,
    CHALLENGE,
    OOB,
    PASSWORD,
    VERIFIER,
    Client,
    Program,
    add_member,
    be_member,
    bearer,
    code_in,
    consented,
    question,
    register,
    serving,
)

ME = "/api/v1/accounts/verify_credentials"
HTML = {"accept": "text/html"}
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def status_of(client: Client, token: str) -> int:
    return client.get(ME, headers=bearer(token)).status_code


def test_a_program_registers_with_a_form_or_json_and_its_secret_is_told_once(house: House, client: Client) -> None:
    given = {"client_name": "toot \u202e<b>", "redirect_uris": OOB, "scopes": "read write follow", "website": ""}
    told = [client.post("/api/v1/apps", data=given).json(), client.post("/api/v1/apps", json=given).json()]
    for one in told:
        assert (one["name"], one["scopes"], one["redirect_uris"]) == ("toot <b>", ["follow", "read", "write"], [OOB])
    assert len({one["client_id"] for one in told} | {one["client_secret"] for one in told}) == 4
    several = client.post("/api/v1/apps", json={"client_name": "x", "redirect_uris": [BACK, "app://back"]}).json()
    assert (several["redirect_uri"], several["scopes"]) == (f"{BACK}\napp://back", ["read"])
    with house.db.reading() as tx:
        kept = str([dict(row) for row in tx.all(select(net_app))])
    assert several["client_id"] in kept
    assert all(one["client_secret"] not in kept for one in [*told, several])


WRONG_URIS = ["", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "/back"]
WRONG_URIS += ["http://client.example/back", "https://", "https://a@b.example/", f"{BACK}#part", f"{BACK}; x"]
WRONG_URIS += ["feed:javascript:alert(1)", "ms-msdt:/id", "search-ms:x", "intent://x", "livescript:x", "mocha:x"]
WRONG_URIS += [f"{BACK}\njavascript:alert(1)", "https://" + "a" * 3000, "http://localhost:99999/", "https://é.example/"]


@pytest.mark.promise(20)
def test_what_cannot_be_registered_is_answered_422_with_one_line(client: Client) -> None:
    fine = {"client_name": "A program", "redirect_uris": BACK, "scopes": "read"}
    assert client.post("/api/v1/apps", json=fine).status_code == 200
    wrong = [("redirect_uris", uri) for uri in WRONG_URIS]
    wrong += [("client_name", name) for name in ("", " \u202e ", "n" * 101, "n" * 300_000)]
    wrong += [("scopes", scopes) for scopes in ("read all", "admin", "READ", "read " * 2000)]
    wrong += [("website", "javascript:alert(1)"), ("website", "http://[/")]
    for name, value in wrong:
        answered = client.post("/api/v1/apps", json=fine | {name: value})
        assert answered.status_code == 422, (name, value)
        assert answered.json()["error"].startswith("Validation failed: ")
        assert "\n" not in answered.json()["error"]


def test_a_browser_may_be_led_to_the_programs_own_address_and_nowhere_else(
    house: House, client: Client, alice: int
) -> None:
    led = {
        BACK: " https://client.example",
        OOB: "",
        "com.example.app:/back": " com.example.app:",
        "http://127.0.0.1:1/": " http://127.0.0.1:1",
        "http://localhost/back": " http://localhost",
        "http://[::1]:8080/x": " http://[::1]:8080",
    }
    be_member(house, client, alice)
    for uri, named in led.items():
        asked = client.get("/oauth/authorize", params=question(register(client, uris=uri), uri), headers=HTML)
        assert asked.status_code == 200, uri
        assert f"form-action 'self'{named};" in asked.headers["content-security-policy"]
    assert "form-action 'self';" in client.get("/home", headers=HTML).headers["content-security-policy"]


def test_by_a_members_yes_a_program_acts_in_their_name(house: House, client: Client, alice: int) -> None:
    program = register(client)
    be_member(house, client, alice)
    code = code_in(
        consented(program, scope="read write", state="a/b c", code_challenge=CHALLENGE, code_challenge_method="S256")
    )
    client.cookies.clear()
    token = program.by_code(code, code_verifier=VERIFIER)
    assert (token.status_code, sorted(token.json())) == (200, ["access_token", "created_at", "scope", "token_type"])
    assert (token.json()["token_type"], token.json()["scope"]) == ("Bearer", "read write")
    assert "no-store" in token.headers["cache-control"]
    me = client.get(ME, headers=bearer(token.json()["access_token"])).json()
    assert (me["acct"], me["source"]["privacy"], me["role"]["name"]) == ("alice", "public", "")
    with house.db.reading() as tx:
        kept = str([dict(row) for table in (net_token, net_code) for row in tx.all(select(table))])
    assert token.json()["access_token"] not in kept
    assert code not in kept


def test_what_the_program_asked_comes_back_with_the_answer(house: House, client: Client, alice: int) -> None:
    program = register(client)
    be_member(house, client, alice)
    yes = consented(program, state="a/b c")
    assert yes.status_code == 303
    assert parse_qs(urlsplit(yes.headers["location"]).query)["state"] == ["a/b c"]
    no = consented(program, says="no", state="s")
    assert no.headers["location"].startswith(f"{BACK}?error=access_denied")
    assert no.headers["location"].endswith("state=s")
    assert consented(program, says="").headers["location"].startswith(f"{BACK}?error=access_denied")


def test_out_of_band_the_code_is_shown_to_be_copied(house: House, client: Client, alice: int) -> None:
    program = register(client)
    be_member(house, client, alice)
    shown = consented(program, OOB, state="None", lang="None", force_login="False")
    code = re.search(r'id="code" value="([^"]+)"', shown.text)
    assert shown.status_code == 200
    assert code is not None
    assert program.by_code(code[1], OOB).status_code == 200
    refused = consented(program, OOB, says="no")
    assert (refused.status_code, "Nothing was let in" in refused.text) == (200, True)


@pytest.mark.promise(10)
def test_a_code_is_good_once_for_its_program_its_address_and_its_verifier(
    house: House, client: Client, alice: int, clock: SimulatedClock
) -> None:
    program, other = register(client), register(client)
    be_member(house, client, alice)

    def code() -> str:
        return code_in(consented(program, **PKCE))

    def said(answered: object) -> tuple[int, str]:
        return answered.status_code, answered.json()["error"]  # type: ignore[attr-defined]  # a response

    wrong = (400, "invalid_grant")
    first = code()
    assert said(program.by_code(first, code_verifier="w" * 43)) == wrong
    assert said(program.by_code(first)) == (400, "invalid_request")
    assert said(program.by_code(first, OOB, code_verifier=VERIFIER)) == wrong
    assert said(other.by_code(first, code_verifier=VERIFIER)) == wrong
    assert said(Program(client=client, id=program.id, secret="x").by_code(first, code_verifier=VERIFIER)) == (
        401,
        "invalid_client",
    )
    assert said(Program(client=client, id="nobody", secret="é\x00").by_code(first)) == (401, "invalid_client")
    assert program.by_code(first, code_verifier=VERIFIER).status_code == 200
    assert said(program.by_code(first, code_verifier=VERIFIER)) == wrong
    late = code()
    clock.advance(10 * MINUTE)
    assert said(program.by_code(late, code_verifier=VERIFIER)) == wrong
    assert said(program.token(grant_type='magic é"')) == (400, "unsupported_grant_type")
    assert said(program.token()) == (400, "unsupported_grant_type")


OUT_OF_ORDER = [
    {"client_id": "nobody"},
    {"client_id": ""},
    {"redirect_uri": 'https://elsewhere.example/é"'},
    {"redirect_uri": f"{BACK}/more"},
    {"response_type": "token é"},
    {"scope": "read nonsense"},
    {"scope": "admin:write"},
    {"code_challenge": CHALLENGE},
    {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
    {"code_challenge": "short", "code_challenge_method": "S256"},
]


@pytest.mark.promise(20)
def test_a_question_out_of_order_leads_no_browser_anywhere(house: House, client: Client, alice: int) -> None:
    program = register(client)
    be_member(house, client, alice)
    assert client.get("/oauth/authorize", params=question(program), headers=HTML).status_code == 200
    for wrong in OUT_OF_ORDER:
        answered = client.get("/oauth/authorize/", params=question(program) | wrong, headers=HTML)
        assert (answered.status_code, "location" in answered.headers) == (400, False), wrong
        assert "This program cannot be let in" in answered.text


def test_whoever_is_not_signed_in_does_so_and_comes_back_with_every_parameter(client: Client, alice: int) -> None:
    program = register(client)
    asked = client.get("/oauth/authorize", params=question(program, state="a b&c"), headers=HTML)
    assert asked.status_code == 303
    page = client.get(asked.headers["location"], headers=HTML)
    back = re.search(r'action="/sign-in">.*?name="next" value="([^"]+)"', page.text, re.DOTALL)
    assert back is not None
    form = {"email": "alice@example.org", "password": PASSWORD, "next": back[1].replace("&amp;", "&")}
    led = client.post("/sign-in", data=form | {"_csrf_token": client.cookies["csrf"]}, headers=HTML)
    assert (led.status_code, led.headers["location"][:17]) == (303, "/oauth/authorize?")
    shown = client.get(led.headers["location"], headers=HTML)
    assert 'name="state" value="a b&amp;c"' in shown.text
    assert "A program" in shown.text
    assert "Read whatever you can read" in shown.text


@pytest.mark.promise(10)
def test_no_other_site_says_yes_for_a_member(house: House, client: Client, alice: int) -> None:
    program = register(client)
    be_member(house, client, alice)
    client.get("/home", headers=HTML)
    form = question(program) | {"answer": "yes"}
    assert client.post("/oauth/authorize", data=form, headers=HTML).status_code == 403
    own = form | {"_csrf_token": client.cookies["csrf"]}
    elsewhere = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    assert client.post("/oauth/authorize", data=own, headers=HTML | elsewhere).status_code == 403
    assert client.post("/oauth/authorize", data=own, headers=HTML).status_code == 303


def test_a_token_is_no_wider_than_the_program_registered_for(client: Client, alice: int) -> None:
    program = register(client, scopes="read write:statuses")
    narrow = program.by_password(scope="read:accounts write:statuses")
    assert narrow.json()["scope"] == "read:accounts write:statuses"
    for wider in ("write", "follow", "admin:read", "write:media", "nonsense é"):
        answered = program.by_password(scope=wider)
        assert (answered.status_code, answered.json()["error"]) == (400, "invalid_scope"), wider
    assert program.by_password(scope="").json()["scope"] == "read"
    token = program.by_password(scope="write:statuses").json()["access_token"]
    said = client.get(ME, headers=bearer(token))
    assert (said.status_code, said.json()["error"]) == (403, "This action is outside the authorized scopes")


def test_a_password_signs_in_as_the_form_does_where_the_house_allows_it(
    house: House, program: Program, alice: int
) -> None:
    assert program.by_password().status_code == 200
    assert program.by_password(email=" ALICE@example.org ").status_code == 200
    for wrong in (program.by_password(password="wrong horse"), program.by_password(email="nobody@example.org")):
        assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    with serving(house) as client:
        off = register(client).by_password()
        assert (off.status_code, off.json()["error"]) == (400, "unsupported_grant_type")


def test_a_password_is_guessed_no_oftener_than_at_the_form(program: Program, alice: int, clock: SimulatedClock) -> None:
    tries = LOGINS[Entry.MEMBER_SIGN_IN].tries
    assert {program.by_password(password="x" * 10).status_code for _ in range(tries)} == {400}
    much = program.by_password()
    assert (much.status_code, "retry-after" in much.headers) == (429, True)
    clock.advance(HOUR)
    assert program.by_password().status_code == 200


@pytest.mark.promise(8)
def test_an_owner_who_cannot_act_is_told_so_at_every_door(house: House, client: Client, alice: int) -> None:
    program = register(client)
    be_member(house, client, alice)
    token = program.by_password().json()["access_token"]
    waiting = code_in(consented(program))
    assert status_of(client, token) == 200
    with house.db.transaction() as tx:
        put_standing(tx, house.clock.now(), subject_id=alice, standing="hidden")
    disabled = (403, "Your login is currently disabled")
    for answered in (client.get(ME, headers=bearer(token)), program.by_password(), program.by_code(waiting)):
        assert (answered.status_code, answered.json()["error"]) == disabled
    assert client.get("/oauth/authorize", params=question(program), headers=HTML).headers["location"] == "/home"
    with house.db.transaction() as tx:
        put_standing(tx, house.clock.now(), subject_id=alice, standing="active")
    assert status_of(client, token) == 200
    assert program.by_code(waiting).status_code == 200


def test_a_program_gives_its_own_token_back_as_often_as_it_likes_and_no_others(
    client: Client, program: Program, alice: int
) -> None:
    token = program.by_password().json()["access_token"]
    other = register(client)
    foreign = client.post("/oauth/revoke", data=other.shown | {"token": token})
    assert (foreign.status_code, foreign.json()["error"]) == (403, "unauthorized_client")
    stranger = client.post("/oauth/revoke", data={"client_id": program.id, "client_secret": "x", "token": token})
    assert (stranger.status_code, stranger.json()["error"]) == (401, "invalid_client")
    assert status_of(client, token) == 200
    for _ in range(2):
        ended = client.post("/oauth/revoke", json=program.shown | {"token": token})
        assert (ended.status_code, ended.json()) == (200, {})
    assert status_of(client, token) == 401
    assert client.post("/oauth/revoke", data=program.shown).status_code == 400


@pytest.mark.parametrize("how", ["a new password", "staff end the ways in", "the member lets it out"])
def test_tokens_and_codes_end(house: House, client: Client, program: Program, how: str) -> None:
    handle = how.replace(" ", "_")
    bob = add_member(house, handle)
    be_member(house, client, bob)
    token = program.by_password(f"{handle}@example.org").json()["access_token"]
    waiting = code_in(consented(program))
    app_token = program.token(grant_type="client_credentials").json()["access_token"]
    now, actor = house.clock.now(), Actor.member(bob)
    if how == "the member lets it out":
        page = client.get("/settings/apps", headers=HTML)
        address = re.search(r'action="(/settings/apps/\d+/end)"', page.text)
        assert address is not None
        assert client.post(address[1], data={"_csrf_token": client.cookies["csrf"]}).status_code == 303
        assert "No program acts for you." in client.get("/settings/apps", headers=HTML).text
    else:
        with house.db.transaction() as tx:
            if how == "a new password":
                link = make_link(tx, actor=actor, now=now, account_id=bob)
                set_password(tx, actor=actor, now=now, token=link, password_hash=hashed("another horse"))
            else:
                end_ways_in(tx, actor=actor, account_id=bob, password=False)
    assert status_of(client, token) == 401
    assert program.by_code(waiting).json()["error"] == "invalid_grant"
    assert client.get("/api/v1/apps/verify_credentials", headers=bearer(app_token)).json()["name"] == "A program"


def test_a_token_of_a_program_alone_speaks_for_nobody(client: Client, program: Program) -> None:
    token = program.token(grant_type="client_credentials", scope="read").json()["access_token"]
    said = client.get(ME, headers=bearer(token))
    assert (said.status_code, said.json()["error"]) == (422, "This method requires an authenticated user")


def test_what_a_program_sends_in_an_address_is_not_read(client: Client, program: Program, alice: int) -> None:
    given = program.shown | {"grant_type": "client_credentials"}
    assert client.post("/oauth/token", json=given).status_code == 200
    assert client.post("/oauth/token", params=given).status_code == 400
    token = client.post("/oauth/token", json=given).json()["access_token"]
    assert client.get("/api/v1/apps/verify_credentials", params={"access_token": token}).status_code == 400
    basic = client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(program.id, program.secret))
    assert basic.status_code == 200
    for broken in ("Basic \u00e9", "Basic AAAA", "Basic /w==", "Basic"):
        sent = {b"authorization": broken.encode("latin-1")}
        answered = client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=sent)
        assert answered.status_code in (400, 401), broken


def test_over_https_the_ways_in_are_described_and_over_http_they_are_not(house: House, client: Client) -> None:
    address = "/.well-known/oauth-authorization-server"
    assert client.get(address).status_code == 404
    with serving(house, url="https://network.example") as secure:
        said = secure.get(address, headers={"origin": "https://elsewhere.example"})
        assert said.headers["access-control-allow-origin"] == "*"
        told = said.json()
        assert told["token_endpoint"] == "https://network.example/oauth/token"
        assert told["grant_types_supported"] == ["authorization_code", "client_credentials"]
    with serving(house, url="http://network.example") as clear:
        in_clear = register(clear).token(grant_type="client_credentials")
        assert (in_clear.status_code, in_clear.json()["error"]) == (400, "insecure_transport")


def count_of(house: House, table: Table) -> int:
    with house.db.reading() as tx:
        return len(tx.all(select(table)))


def test_a_code_that_ran_out_is_dropped(house: House, client: Client, alice: int, clock: SimulatedClock) -> None:
    program = register(client)
    be_member(house, client, alice)
    consented(program)
    clock.advance(HOUR)
    consented(program)
    assert count_of(house, net_code) == 1


@pytest.mark.promise(10)
def test_a_code_that_is_shown_again_ends_the_token_that_it_gave(
    house: House, client: Client, alice: int, clock: SimulatedClock
) -> None:
    program, other = register(client), register(client)
    be_member(house, client, alice)

    def good(token: str) -> bool:
        return client.get("/api/v1/accounts/verify_credentials", headers=bearer(token)).status_code == 200

    def given() -> tuple[str, str]:
        code = code_in(consented(program, **PKCE))
        return code, program.by_code(code, code_verifier=VERIFIER).json()["access_token"]

    (code, token), (_code, another) = given(), given()
    assert other.by_code(code, code_verifier=VERIFIER).status_code == 400
    assert good(token)
    assert program.by_code(code, code_verifier=VERIFIER).json()["error"] == "invalid_grant"
    assert (good(token), good(another)) == (False, True)
    code, token = given()
    clock.advance(10 * MINUTE)
    assert program.by_code(code, code_verifier=VERIFIER).status_code == 400
    assert good(token), "so late nobody knows any more what it was good for"


def test_the_worker_sweeps_away_what_has_run_out_and_programs_nobody_let_in(
    house: House, client: Client, alice: int, clock: SimulatedClock
) -> None:
    worker = Worker(house)
    never, once = register(client), register(client)
    be_member(house, client, alice)
    code = code_in(consented(once, scope="read write", **PKCE))
    token = once.by_code(code, code_verifier=VERIFIER).json()["access_token"]
    say = {**bearer(token), "idempotency-key": "one"}
    once.client.post("/api/v1/statuses", headers=say, json={"status": "Good morning."})
    assert once.client.post("/oauth/revoke", data=once.shown | {"token": token}).status_code == 200

    def known(program: Program) -> bool:
        asked = client.post("/oauth/revoke", data=program.shown | {"token": "of nobody"})
        return asked.status_code == 200

    clock.advance(7 * DAY - MINUTE)
    worker.round()
    assert (known(never), count_of(house, net_code), count_of(house, net_posted_once)) == (True, 0, 0)
    clock.advance(HOUR)
    worker.round()
    assert (known(never), known(once)) == (False, True)
    worker.close()


def test_a_page_is_led_back_to_with_its_question_alone_on_this_site(client: Client) -> None:
    away = client.get("/settings/apps?x=//evil.example", headers=HTML).headers["location"]
    assert away == "/sign-in?next=" + quote("/settings/apps?x=//evil.example", safe="/@")


@pytest.mark.usefixtures("alice")
def test_a_program_that_signs_in_without_end_keeps_its_newest_tokens(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 3)
    mine = [program.by_password().json()["access_token"] for _ in range(5)]
    own = [program.token(grant_type="client_credentials", scope="read").json()["access_token"] for _ in range(4)]
    asked = [program.client.get(ME, headers=bearer(one)).status_code for one in mine]
    assert asked == [401, 401, 200, 200, 200]
    other = register(program.client).by_password().json()["access_token"]
    assert program.client.get(ME, headers=bearer(mine[2])).status_code == 200
    assert program.client.get(ME, headers=bearer(other)).status_code == 200
    verify = "/api/v1/apps/verify_credentials"
    assert [program.client.get(verify, headers=bearer(one)).status_code for one in own] == [401, 200, 200, 200]
