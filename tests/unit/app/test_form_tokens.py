"""The token in forms is Litestar's: who has none gets one with the first page, and no form counts without it."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from litestar import Litestar, get, post
from litestar.config.csrf import CSRFConfig
from litestar.testing import TestClient

from gardefou.app.form_tokens import cookie_with, form_tokens

CONFIG = CSRFConfig(secret="known to nobody", cookie_name="csrf", cookie_httponly=True)


@get("/")
async def _page() -> str:
    return "a page"


@post("/")
async def _sent() -> str:
    return "done"


@pytest.fixture(params=[False, True], ids=["ours", "Litestar's own"])
def client(request: pytest.FixtureRequest) -> Iterator[TestClient[Litestar]]:
    """A visitor of a page and a form, to compare."""
    how = {"csrf_config": CONFIG} if request.param else {"middleware": [form_tokens(CONFIG)]}
    app = Litestar([_page, _sent], openapi_config=None, **how)
    with TestClient(app, base_url="http://localhost.local") as visitor:
        yield visitor


def test_a_visitor_gets_the_cookie_once(client: TestClient[Litestar]) -> None:
    (told,) = client.get("/").headers.get_list("set-cookie")
    (morsel,) = SimpleCookie(told).values()
    assert told == cookie_with(CONFIG, morsel.value).to_header(header="")
    assert "HttpOnly" in told
    assert "set-cookie" not in client.get("/").headers


def test_each_visitor_gets_another_token(client: TestClient[Litestar]) -> None:
    first = client.get("/").cookies["csrf"]
    client.cookies.clear()
    assert client.get("/").cookies["csrf"] != first


def test_no_form_counts_without_the_token(client: TestClient[Litestar]) -> None:
    token = client.get("/").cookies["csrf"]
    assert client.post("/", data={"a": "b"}).status_code == 403
    assert client.post("/", data={"_csrf_token": "x" * len(token)}).status_code == 403
    assert client.post("/", data={"_csrf_token": token}).text == "done"
    client.cookies.clear()
    assert client.post("/", data={"_csrf_token": token}).status_code == 403
