"""The table of every route and everybody is what the server really answers, in every cell (promise 10)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from gardefou.app.routes import Route, Who, answer, door_of, routes
from gardefou.clock import SimulatedClock, from_iso
from gardefou.storage.tables import tries
from scripts.routes import PAGE, current
from tests.conftest import fresh_database
from tests.factories.everybody import Everybody, everybody

pytestmark = pytest.mark.promise(10)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    """One house for every cell, on each database: every page's own queries run on both."""
    folder = tmp_path_factory.mktemp("routes")
    clock = SimulatedClock(from_iso("2017-11-02T19:00:00Z"))
    with fresh_database(request, request.param, folder) as url, everybody(url, folder, clock) as found:
        yield found


def answered(asked: Everybody, route: Route, who: Who) -> str:
    """Return what the server answers in one cell, in the table's own words."""
    given = asked.ask(who, route.method, asked.path(route))
    where = given.headers.get("location", "")
    if where.startswith(f"{door_of(route)}?next="):
        return "303 door"
    if given.status_code == 403 and "This page is only for" in given.text:
        return "403"
    # A program that does not say which one it is has come through the door, and is asked at the counter.
    if given.status_code == 401 and "invalid_client" not in given.text:
        return "401"
    if route.method == "GET":
        return f"303 {where}" if where and where == route.past else str(given.status_code)
    asked.sign_in(who)  # Whatever the form did for whom it let in: it may have been the one that signs out.
    assert given.status_code < 500, (route.path, who)
    assert given.status_code != 405, (route.path, who)
    assert "not from this browser" not in given.text, (route.path, who)
    return "asks"


@pytest.mark.parametrize("who", list(Who))
def test_every_cell_is_what_the_server_answers(asked: Everybody, who: Who) -> None:
    found = routes(asked.app)
    if asked.town.db.dialect == "postgresql" and who is not Who.VISITOR:
        # What takes a token alone answers every browser alike, before it asks the database anything.
        found = [route for route in found if not route.token]
    # Whoever shows no token is counted; those before have knocked at the same doors from the same address.
    with asked.town.db.transaction() as tx:
        tx.execute(delete(tries))
    asked.sign_in(who)
    cells = [(route, answered(asked, route, who)) for route in found]
    assert len(found) > 70
    wrong = [(route.method, route.path, said) for route, said in cells if said != answer(route, who)]
    assert wrong == [], f"not what the table says of {who}"


def test_the_table_in_the_documents_has_every_route_of_the_server(asked: Everybody) -> None:
    written = PAGE.read_text("utf-8")
    assert written == current(), "docs/routes.md is stale: run `make routes`, and read what has changed"
    assert [one for one in routes(asked.app) if f"| {one.method} | `{one.path}` |" not in written] == []
