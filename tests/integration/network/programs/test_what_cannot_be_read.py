"""What programs send by mistake, or to break something: each gets the API's own error and the right status.

Never a fault of ours, and nothing is half done: at the end there is what there was.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from gardefou.app.house import House
from gardefou.network.queries import any_account
from gardefou.network.tables import net_account, net_app, net_notification, net_post
from tests.factories.client_api import make_token
from tests.factories.programs import Client, bearer

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = {"content-type": "multipart/form-data; boundary=b"}
KEPT = (net_account, net_post, net_app, net_notification)
MEGABYTES = b"a" * (10 * 1024 * 1024)
DEEP = 100_000


def _part(head: bytes, content: bytes = b"hello") -> bytes:
    return b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


_NAMED = b'Content-Disposition: form-data; name="status"'
_END = b"--b--\r\n"
#: Bodies that nobody can post, with what they are answered.
UNREADABLE: dict[str, tuple[dict[str, str], bytes, int]] = {
    "deep JSON": (JSON, b'{"status":' + b"[" * DEEP + b"]" * DEEP + b"}", 400),
    "deep objects": (JSON, b'{"status":"x","poll":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}", 413),
    "JSON cut short": (JSON, b'{"status": "x', 400),
    "a form said to be JSON": (JSON, b"status=x", 400),
    "JSON that is no object": (JSON, b'["status"]', 400),
    "no number": (JSON, b'{"status": NaN}', 400),
    "a number beyond any": (JSON, b'{"status": ' + b"9" * 5_000 + b"}", 400),
    "half a character": (JSON, b'{"status": "a\\ud800b"}', 400),
    "a NUL as it is": (JSON, b'{"status": "a\0b"}', 400),
    "JSON in Latin-1": (JSON, '{"status": "é"}'.encode("latin-1"), 400),
    "JSON in UTF-16": ({"content-type": "application/json; charset=utf-16"}, '{"status": "x"}'.encode("utf-16"), 400),
    "compressed": ({**JSON, "content-encoding": "gzip"}, b"\x1f\x8b\x08\0", 415),
    "a list for a text": (JSON, b'{"status": {"a": 1}}', 422),
    "a form in Latin-1": (FORM, "status=é".encode("latin-1"), 400),
    "escapes in Latin-1": (FORM, b"status=%e9", 400),
    "a form that says Latin-1": ({"content-type": f"{FORM['content-type']}; charset=iso-8859-1"}, b"status=x", 400),
    "fifty thousand fields": (FORM, b"&".join(b"a%d=1" % number for number in range(50_000)), 400),
    "one field thousands of times": (FORM, b"&".join([b"media_ids[]=1"] * 30_000), 400),
    "JSON said to be a form": (FORM, b'{"status": "x"}', 422),
    "thousands of parts": (PARTS, _part(_NAMED) * 5_000 + _END, 400),
    "parts without a boundary": ({"content-type": "multipart/form-data"}, b"x", 400),
    "parts that do not end": (PARTS, _part(_NAMED), 400),
    "parts that are none": (PARTS, b"status=x", 400),
    "a part that says nothing": (PARTS, _part(b"X: y") + _END, 400),
    "a part in no letters": (PARTS, _part(_NAMED + b"\r\nContent-Type: text/plain; charset=nonsense") + _END, 400),
    "a part in no UTF-8": (PARTS, _part(_NAMED, b"\xff\xfe") + _END, 400),
    "a file for a text": (PARTS, _part(_NAMED + b'; filename="x"') + _END, 422),
    "XML": ({"content-type": "application/xml"}, b"<status>x</status>", 415),
    "another JSON": ({"content-type": "application/vnd.api+json"}, b'{"status": "x"}', 415),
    "no type at all": ({}, b"status=x", 415),
    "a type that is none": ({"content-type": ";;;"}, b"status=x", 415),
    "nothing to see": (JSON, '{"status": "\u200b\u2060\ufeff"}'.encode(), 422),
    "a thousand names": (JSON, b'{"status": "' + b"@a " * 1_000 + b'"}', 422),
    "more names than a post has": (JSON, b'{"status": "%s"}' % b" ".join(b"@a%d" % one for one in range(99)), 422),
    "an answer to no id": (JSON, b'{"status": "x", "in_reply_to_id": 1.5}', 422),
    "an answer to nothing": (JSON, b'{"status": "x", "in_reply_to_id": "%d"}' % 2**62, 404),
    "an image that is none": (JSON, b'{"status": "x", "media_ids": [{"id": 1}]}', 422),
    "ten megabytes of JSON": (JSON, b'{"status": "' + MEGABYTES + b'"}', 413),
    "ten megabytes of form": (FORM, b"status=" + MEGABYTES, 413),
    "ten megabytes of parts": (PARTS, _part(_NAMED, MEGABYTES) + _END, 413),
    "ten megabytes of nothing known": ({}, MEGABYTES, 413),
}


@pytest.fixture(scope="module")
def shown(house: House, alice: int) -> dict[str, str]:
    with house.db.transaction() as tx:
        return bearer(make_token(tx, house.clock.now(), account_id=alice))


@pytest.fixture(autouse=True)
def _nothing_is_half_done(house: House, alice: int, shown: dict[str, str]) -> Iterator[None]:
    def there() -> Any:
        with house.db.reading() as tx:
            account = {**(any_account(tx, alice) or {}), "last_post_at": None}
            return account, [tx.scalar(select(func.count()).select_from(table)) for table in KEPT]

    before = there()
    yield
    assert there() == before


@pytest.mark.promise(20)
def test_a_body_that_cannot_be_used_is_refused_in_the_apis_own_words(client: Client, shown: dict[str, str]) -> None:
    for name, (headers, body, status) in UNREADABLE.items():
        answer = client.post("/api/v1/statuses", headers={**shown, **headers}, content=body)
        assert answer.status_code == status, (name, answer.status_code, answer.text)
        assert (isinstance(answer.json()["error"], str), "\n" in answer.json()["error"]) == (True, False), name


@pytest.mark.promise(20)
def test_ten_megabytes_are_too_long_wherever_a_program_sends_them(client: Client, shown: dict[str, str]) -> None:
    addresses = ["/oauth/token", "/oauth/revoke", "/api/v1/apps", "/api/v1/accounts", "/api/v1/reports"]
    for path in [*addresses, "/api/v1/markers"]:
        answer = client.post(path, headers={**shown, **FORM}, content=b"status=" + MEGABYTES)
        assert (answer.status_code, list(answer.json())) == (413, ["error"]), path


@pytest.mark.promise(20)
@pytest.mark.parametrize(("said", "most"), [([(b"content-length", b"%d" % 10**12)], 1), ([], 10)])
def test_what_is_too_long_is_read_no_further_than_needed(
    client: Client, shown: dict[str, str], said: list[tuple[bytes, bytes]], most: int
) -> None:
    """A sender that never ends is answered: at once if it says how much is to come, or when it is too much."""
    given, answered = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal given
        given += 1
        return {"type": "http.request", "body": b"a" * 65_536, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        answered.append(message)

    named = {**shown, **FORM, "host": "127.0.0.1:8000"}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/statuses",
        "raw_path": b"/api/v1/statuses",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()] + said,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "extensions": {},
    }
    client.blocking_portal.call(client.app, scope, receive, send)
    assert answered[0]["status"] == 413
    assert given <= most


@pytest.mark.promise(20)
def test_the_wrong_verb_is_said_in_the_apis_form_and_the_right_ones_are_told(
    client: Client, shown: dict[str, str]
) -> None:
    wrong = {
        "/api/v1/statuses": ("PUT", "PATCH", "DELETE", "TRACE"),
        "/api/v1/timelines/home": ("POST", "PUT", "DELETE"),
        "/api/v1/accounts/verify_credentials/": ("POST", "DELETE"),
        "/api/v2/search": ("POST",),
        "/oauth/token": ("GET", "PUT"),
        "/media/1/original": ("POST", "PUT", "DELETE"),
    }
    for path, methods in wrong.items():
        for method in methods:
            answer = client.request(method, path, headers=shown)
            assert (answer.status_code, list(answer.json())) == (405, ["error"]), (method, path)
            assert method not in answer.headers["allow"]
        assert client.request("OPTIONS", path, headers=shown).status_code == 204
    for path in ("/api/v1/timelines/public", "/api/v1/timelines/home"):
        answer = client.request("HEAD", path, headers=shown)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.promise(20)
def test_pages_out_of_range_are_brought_within_it_or_refused(client: Client, shown: dict[str, str]) -> None:
    big = 2**70
    read = [
        "limit=0",
        "limit=-1",
        "limit=1000000000",
        f"limit={'9' * 400}",
        "limit=",
        "max_id=0",
        f"min_id={2**63 - 1}",
    ]
    refused = ["limit=abc", "limit=1e9", "max_id=abc", "max_id=-1", f"max_id={big}", f"since_id={2**63}", "min_id=1.0"]
    refused += ["max_id=%EF%BC%91"]
    for path in ("/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/bookmarks"):
        for asked, status in [*((one, 200) for one in read), *((one, 422) for one in refused)]:
            answer = client.get(f"{path}?{asked}", headers=shown)
            assert (answer.status_code, type(answer.json())) == (status, list if status == 200 else dict), asked
    for number in ("abc", "-1", "1.5", str(big), "%00", "%F0%9F%98%80", "1%2F2"):
        for path in (f"/api/v1/accounts/{number}", f"/api/v1/statuses/{number}/context", f"/media/{number}/original"):
            answer = client.get(path, headers=shown)
            assert (answer.status_code, answer.json()["error"]) == (404, "Record not found"), path


@pytest.mark.promise(20)
def test_a_form_in_letters_nobody_knows_is_refused_on_pages_too(client: Client) -> None:
    body = _part(_NAMED + b"\r\nContent-Type: text/plain; charset=nonsense") + _END
    for path in ("/sign-in", "/oauth/authorize"):
        answer = client.post(path, headers={**PARTS, "accept": "text/html"}, content=body)
        assert answer.status_code == 400, path


def test_the_last_of_two_alike_counts(house: House, client: Client, shown: dict[str, str], alice: int) -> None:
    for headers, body in ((JSON, b'{"status": "one", "status": "two"}'), (FORM, b"status=one&status=two")):
        said = client.post("/api/v1/statuses", headers={**shown, **headers}, content=body).json()
        assert said["content"] == "<p>two</p>"
        client.delete(f"/api/v1/statuses/{said['id']}", headers=shown)


def test_a_name_of_which_nobody_sees_anything_is_none(client: Client, shown: dict[str, str]) -> None:
    before = client.get("/api/v1/accounts/verify_credentials", headers=shown).json()["display_name"]
    names = {"\u202ealice\u2066\0": "alice", "\u200b\u2060 \u202e": "", "a\u0301": "a\u0301"}
    for sent, kept in {**names, before: before}.items():
        told = client.patch("/api/v1/accounts/update_credentials", headers=shown, json={"display_name": sent})
        assert told.json()["display_name"] == kept
