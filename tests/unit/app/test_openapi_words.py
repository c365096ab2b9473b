"""What the OpenAPI document makes of what a route says of itself."""

from typing import Annotated, Any

import msgspec
from litestar import Litestar, get, post

from gardefou.app.openapi import document
from gardefou.app.routes import Who, answer, routes
from gardefou.may import May


class Sent(msgspec.Struct, kw_only=True):
    """What a machine sends."""

    account: Annotated[str, msgspec.Meta(max_length=100)]


@post("/api/things", may=May.ANYONE, scope="things")
async def for_machines(data: Sent) -> dict[str, str]:
    """Take a thing."""
    return {"thing": data.account}


@get("/tried", may=May.ANYONE, limit="tried", plain=404)
async def tried() -> dict[str, str]:
    """Say nothing to whoever asks for nothing."""
    return {}


@get("/page", may=May.ANYONE)
async def page() -> dict[str, str]:
    """Say something to everybody."""
    return {}


def told() -> dict[str, Any]:
    paths: dict[str, Any] = document(Litestar([for_machines, tried, page], openapi_config=None))["paths"]
    return paths


def test_a_structure_is_asked_for_as_json_alone() -> None:
    asked = told()["/api/things"]["post"]["requestBody"]
    assert list(asked["content"]) == ["application/json"]
    assert asked["content"]["application/json"]["schema"]["required"] == ["account"]


def test_what_is_for_machines_needs_a_token_and_is_nobody_elses() -> None:
    found = told()["/api/things"]["post"]
    assert found["security"] == [{"token": []}]
    assert {"201", "401", "403"} <= set(found["responses"])
    app = Litestar([for_machines], openapi_config=None)
    assert {answer(route, who) for route in routes(app) for who in Who} == {"401"}


def test_where_tries_are_counted_too_many_are_told_so() -> None:
    assert "429" in told()["/tried"]["get"]["responses"]
    assert "429" in told()["/api/things"]["post"]["responses"]
    assert "429" not in told()["/page"]["get"]["responses"]


def test_a_page_whose_plain_answer_is_another_says_which() -> None:
    app = Litestar([tried], openapi_config=None)
    assert {answer(route, who) for route in routes(app) for who in Who} == {"404"}
