"""The client API as clients ask it: with a good token, and with one that moderates; what they give is made up.

The names are those that the API reads, the values what people and programs type: no answer is a fault of ours, and none
is outside the document (promises 10 and 20).
"""

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from sqlalchemy import func, select

from gardefou.app.routes import Who, routes
from gardefou.clock import SECOND, SimulatedClock, from_iso
from gardefou.network.api.problems import asked_by_a_client
from gardefou.network.tables import net_token
from gardefou.staff import sessions
from gardefou.staff.clients import choose_client
from tests.conftest import FULL
from tests.factories.client_api import shown_token
from tests.factories.everybody import Everybody, everybody
from tests.integration.app.test_openapi import CHECKS, TYPED, AnyCase, made_up, written

#: How often each address is asked with names that are read there.
TIMES = 40 if FULL else 2
NAMES = ["limit", "max_id", "min_id", "since_id", "offset", "q", "acct", "type", "types[]", "status", "visibility"]
NAMES += [
    "spoiler_text",
    "sensitive",
    "in_reply_to_id",
    "media_ids[]",
    "language",
    "id[]",
    "account_id",
    "status_ids[]",
]
NAMES += ["comment", "category", "rule_ids[]", "duration", "notifications", "display_name", "note", "fields_attributes"]
NAMES += ["fields_attributes[0][name]", "source[privacy]", "home[last_read_id]", "home", "client_name", "redirect_uris"]
NAMES += ["scopes", "website", "grant_type", "code", "token", "client_id", "username", "email", "password", "agreement"]
NAMES += [
    "locale",
    "report_id",
    "text",
    "resolved",
    "any[]",
    "tag",
    "description",
    "focus",
    "poll",
    "following",
    "local",
]
MORE = [
    "public",
    "direct",
    "suspend",
    "silence",
    "none",
    "read write",
    "authorization_code",
    "client_credentials",
    "true",
]
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def clock() -> SimulatedClock:
    return SimulatedClock(from_iso("2017-11-02T19:00:00Z"))


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, clock: SimulatedClock
) -> Iterator[Everybody]:
    """One house for everything that is made up."""
    folder = tmp_path_factory.mktemp("clients")
    shutil.copy(sqlite_template, folder / "house.db")
    with everybody(f"sqlite:///{folder / 'house.db'}", folder, clock) as found:
        yield found


def token(asked: Everybody, scopes: str, *, chosen_by: str = "") -> dict[str, str]:
    """Return what a member's client shows; one that somebody who works here chose moderates."""
    town = asked.town
    with town.db.transaction() as tx:
        shown = shown_token(tx, town.now, town.accounts["anna"], scopes=scopes)
        if chosen_by:
            person = town.people[chosen_by]
            link = sessions.make_link(tx, actor=person, now=town.now, person_id=int(person.key))
            found = sessions.person_of(tx, sessions.sign_in(tx, now=town.now, token=link), town.now)
            assert found is not None
            client_id = int(tx.scalar(select(func.max(net_token.c.id))))
            choose_client(tx, actor=person, now=town.now, session_id=found.session_id, client_id=client_id)
    return shown


def typed(operation: Any, chance: random.Random) -> AnyCase:
    """Return a request with names that are read there, each with something that somebody types."""

    def value() -> Any:
        one = chance.choice(TYPED + MORE)
        return chance.choice([one, one, one, [one], {"a": one}, 1, True, None, -1.5])

    given = {name: value() for name in chance.sample(NAMES, k=chance.choice([1, 3, 9]))}
    parts: dict[str, Any] = {"path_parameters": dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "1")}
    if operation.method.upper() == "GET":
        parts["query"] = {name: str(one) for name, one in given.items()}
    else:
        parts["media_type"] = chance.choice([JSON, FORM])
        parts["body"] = given if parts["media_type"] == JSON else {name: str(one) for name, one in given.items()}
    case: AnyCase = operation.Case(**parts)
    return case


@pytest.mark.promise(10)
@pytest.mark.promise(20)
def test_whatever_a_client_gives_is_answered_as_the_document_says(asked: Everybody, clock: SimulatedClock) -> None:
    shown = [
        token(asked, "read write follow push"),
        token(asked, "read admin:read admin:write", chosen_by="reviewer 1"),
    ]
    document = asked.client.get("/openapi.json").json()
    known = {(one.method, one.path): one for one in routes(asked.app)}
    chance = random.Random(1711)  # noqa: S311  # a test's own dice
    wrong, refused, good = [], 0, 0
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if not asked_by_a_client(operation.path) or "/streaming/" in operation.path:
            continue
        address = asked.path(known[operation.method.upper(), operation.path])
        headers = shown["/admin/" in operation.path]
        for case in [*(made_up(operation) if FULL else []), *(typed(operation, chance) for _ in range(TIMES))]:
            clock.advance(SECOND)
            method, path, kind, body = written(case, address)
            asked.client.cookies.clear()
            answer = asked.client.request(method, path, headers={**headers, **kind}, content=body)
            good += answer.status_code == 200
            refused += answer.status_code == 401
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failures:
                wrong += [f"{method} {path} {body!r}: {answer.status_code}: {one}" for one in failures.exceptions]
    assert wrong == []
    assert good > refused
    assert asked.ask(Who.VISITOR, "GET", "/api/v1/instance").status_code == 200
