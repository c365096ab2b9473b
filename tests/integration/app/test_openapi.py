"""The OpenAPI document says what the house really answers; schemathesis makes up what is asked (promises 10 and 20).

Of what it makes up for each address, the first request for what is there is sent by everybody in the table of routes
(with FULL=1 each of them), and the others by one of them in turn: no answer is a fault of ours, none is outside the
document, and nobody is let in whom the table does not name.
"""

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count, product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from httpx import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from gardefou.app.routes import STATIC, Route, Who, answer, door_of, routes
from gardefou.clock import SimulatedClock, from_iso
from gardefou.orders.kinds import SHAPES, Kind
from tests.conftest import FULL
from tests.factories.everybody import Everybody, everybody

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
#: Requests for each address: that fit the document, and that do not.
FITTING, UNFIT = (40, 40) if FULL else (2, 1)
#: How often each kind of order is proposed.
TIMES = 40 if FULL else 1
FIELDS = ["reason", "clause", "comment", "posts", "whole", "not_before", "until", "starts", "ends", "role", "tier"]
FIELDS += ["name", "value", "email", "locale", "employer", "team", "source", "office", "case_id", "version", "digest"]
FIELDS += ["handle", "display_name", "contact", "ways_in", "text", "followers", "about", "language"]
RIGHT = {"starts": "2017-11-03", "ends": "2017-11-04", "role": "reviewer", "tier": "critical", "employer": "House"}
RIGHT |= {"team": "North", "name": "Somebody", "email": "some@body.example", "locale": "fr", "source": "the press"}
TYPED = ["", "0", "1", "-1", "9" * 19, "9" * 400, "\0", "é" * 3000, " ", "None", "2017-11-02T19:30", "9999-12-31T23:59"]
TYPED += ["0001-01-01T00:00", "2017-13-01", "2017-12-01T00:00Z", "a@b.example", "critical", "reviewer", "spam", "fr"]
TYPED += ["other", "\u202e", "<b>", "'; --", "%s", "{}", "[]", "terrorism", "mayor", "password", "1 h", "hand"]
ACCEPT = ("text/html", "application/json", "*/*")
AnyCase = Case[Any]
SITE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Everybody]:
    """One house for everything that is made up."""
    folder = tmp_path_factory.mktemp("openapi")
    shutil.copy(sqlite_template, folder / "house.db")
    clock = SimulatedClock(from_iso("2017-11-02T19:00:00Z"))
    with everybody(f"sqlite:///{folder / 'house.db'}", folder, clock) as found:
        yield found


@pytest.fixture(scope="module")
def document(asked: Everybody) -> dict[str, Any]:
    """The document as it is served."""
    found: dict[str, Any] = asked.client.get("/openapi.json").json()
    return found


def let_in(route: Route, given_back: Response) -> bool:
    """Return whether somebody came through: whatever is not the door's own answer, or a page for other roles."""
    if given_back.headers.get("location", "").startswith(f"{door_of(route)}?next="):
        return False
    if given_back.status_code in (401, 429):
        return False
    if given_back.headers.get("content-type", "").startswith("application/problem+json"):
        return bool(given_back.json().get("code") != "other_roles")
    return given_back.status_code != 403 or "This page is only for" not in given_back.text


def test_the_document_has_every_route_and_says_who_may(document: dict[str, Any], asked: Everybody) -> None:
    told = {
        (method.upper(), path): one["x-may"]["may"]
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    }
    assert told == {(one.method, one.path): one.may.value for one in routes(asked.app) if one.path != STATIC}
    named = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    assert len(named) == len(set(named))


@pytest.mark.promise(10)
@pytest.mark.promise(20)
def test_whatever_is_asked_by_whomever_is_answered_as_the_document_says(
    document: dict[str, Any], asked: Everybody
) -> None:
    known = {(one.method, one.path): one for one in routes(asked.app)}
    wrong: list[str] = []
    turn = count()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        route = known[operation.method.upper(), operation.path]
        for number, case in enumerate(made_up(operation)):
            at = next(turn)
            everyone = list(Who) if number == 0 or (FULL and number % 2 == 0) else [list(Who)[at % len(Who)]]
            address = asked.path(route) if number % 2 == 0 else ""
            wrong += tried(asked, route, case, everyone, address=address, turn=at)
    assert wrong == []
    assert next(turn) > len(known)


@pytest.mark.promise(20)
def test_every_kind_of_order_is_answered_as_the_document_says_whatever_else_is_typed(
    document: dict[str, Any], asked: Everybody
) -> None:
    """What a proposal is about is really there; what stands in its other fields is what people and programs type."""
    known = {(one.method, one.path): one for one in routes(asked.app)}
    schema = schemathesis.openapi.from_dict(document)
    chance = random.Random(1711)  # noqa: S311  # a test's own dice
    there = {"house": "0", "post": asked.examples["number"]}
    there |= {name: asked.examples[f"{name}_id"] for name in ("account", "person", "statement")}
    wrong: list[str] = []
    for turn, (kind, path) in enumerate(product(list(Kind) * TIMES, ("/desk/orders", "/desk/changes"))):
        body: dict[str, Any] = {"kind": kind.value, "subject_id": there[SHAPES[kind].subject_kind]}
        body |= {"post_id": there["post"], "reason": "spam", "posts": there["post"]}
        body |= RIGHT if chance.random() < 0.5 else {}
        body |= {name: chance.choice(TYPED) for name in chance.sample(FIELDS, k=chance.choice([0, 1, 2, 9]))}
        media = chance.choice(["application/json", "application/x-www-form-urlencoded"])
        case = schema[path]["POST"].Case(body=body, media_type=media)
        who = [list(Who)[turn % len(Who)]]
        wrong += tried(asked, known["POST", path], case, who, address=path, turn=turn)
    assert wrong == []


def made_up(operation: Any) -> list[AnyCase]:
    """Return requests to one address, the same ones in each run: some that fit the document, some that do not."""
    cases: list[AnyCase] = []

    def kept(case: AnyCase) -> None:
        cases.append(case)

    wanted = {GenerationMode.POSITIVE: FITTING}
    if operation.query or operation.body:
        wanted[GenerationMode.NEGATIVE] = UNFIT
    for mode, number in wanted.items():
        how = settings(
            max_examples=number,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        with suppress(Unsatisfiable):  # There may be nothing that does not fit.
            how(given(operation.as_strategy(generation_mode=mode))(kept))()  # type: ignore[no-untyped-call]  # of hypothesis
    return cases


def tried(
    asked: Everybody, route: Route, case: AnyCase, everyone: Sequence[Who], *, address: str, turn: int
) -> list[str]:
    """Send one request, to an address where there is something or else as it was made up; return what is wrong."""
    method, path, headers, body = written(case, address)
    wrong = []
    for number, who in enumerate(everyone, start=turn):
        accept = ACCEPT[number % len(ACCEPT)]
        answered = asked.ask(who, method, path, accept=accept, headers=headers, content=body)
        if "set-cookie" in answered.headers:
            asked.sign_in(who)  # It was the form that signs out, or in as somebody else.
        where = f"{method} {path} as {who}, accepting {accept}: {answered.status_code}"
        nowhere = answered.status_code == 404 and not address
        # Whose page it is although there is nothing on it now, as `plain` says, has been let in.
        shut = answer(route, who) in ("303 door", "401", "403") and not (route.plain == 403 and who.role in route.roles)
        if shut and not nowhere and let_in(route, answered):
            wrong.append(f"{where}: let in, whom the table does not name")
        try:
            case.validate_response(answered, checks=CHECKS)
        except FailureGroup as failures:
            wrong += [f"{where}: {failure}" for failure in failures.exceptions]
    return wrong


def written(case: AnyCase, address: str) -> tuple[str, str, dict[str, str], Any]:
    """Return method, address, headers and body as they go over the wire."""
    parts = case.as_transport_kwargs(base_url=SITE)
    if address:
        parts["url"] = SITE + address
    names = ("method", "url", "data", "json", "files", "params")
    made = requests.Request(**{name: parts[name] for name in names if name in parts}).prepare()
    to = urlsplit(str(made.url))
    kind = {"content-type": str(made.headers["content-type"])} if "content-type" in made.headers else {}
    return case.method, f"{to.path}?{to.query}" if to.query else to.path, kind, made.body
