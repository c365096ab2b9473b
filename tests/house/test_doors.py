"""Every way in says who may come through it, and that is what is enforced (promise 10).

Pages are asked of the application as it is served, not of the source: each route is tried by a stranger.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient

from gardefou.app import cli
from gardefou.app.cli import COMMANDS
from gardefou.app.demo.web import HANDLERS as DEMO
from gardefou.app.house import House
from gardefou.app.routes import Who, answer, routes
from gardefou.app.web import create_app
from gardefou.app.worker import TASKS, Worker
from gardefou.clock import SimulatedClock
from gardefou.desk.session import COOKIE
from gardefou.may import May, declared
from gardefou.network.scopes import KNOWN
from gardefou.staff.roles import Role
from gardefou.staff.scopes import Scope
from gardefou.staff.sessions import make_link, sign_in
from tests.factories.house import make_house
from tests.factories.town import add_person
from tests.house.source import Module, modules, walk

#: Who comes through each kind of door; a page for the house itself, or a command for visitors, is a mistake.
PAGES = {May.ANYONE, May.MEMBER, May.STAFF, May.TOKEN, May.CLIENT}
COMMAND_LINE = {May.STAFF, May.OPERATOR}
#: All of the desk that is open to somebody who is not signed in there yet, or no more.
THRESHOLD = {
    "/desk/passkey",
    "/desk/enrol/{token}",
    "/desk/sign-in",
    "/desk/sign-in/{token}",
    "/desk/sign-out",
    "/desk/oidc",
    "/desk/oidc/back",
}
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with nobody in it."""
    folder = tmp_path_factory.mktemp("doors")
    made = make_house(f"sqlite:///{folder / 'house.db'}", folder, SimulatedClock(1_509_649_200_000_000))
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(house: House) -> Litestar:
    """The application with all that it can have, the demo's doors too."""
    return create_app(house, more=DEMO)


def pages(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Return method, address and handler of every page; the framework's own answers to OPTIONS read nothing."""
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            methods = getattr(handler, "http_methods", {"GET"}) - {"OPTIONS"}
            found += [(method, route.path_format, handler) for method in methods]
    return found


def ask(client: "TestClient[Litestar]", method: str, path: str, accept: str) -> tuple[int, str]:
    """Ask for a page as a stranger does, with the token that every form of ours carries."""
    client.cookies.clear()
    client.get("/desk/sign-in/none")
    headers = {"accept": accept, "x-csrftoken": client.cookies["csrf"]}
    answer = client.request(method, re.sub(r"\{\w+\}", "1", path), headers=headers, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", "") or answer.text


@pytest.mark.promise(10)
def test_every_page_says_who_may_read_it(app: Litestar) -> None:
    found = pages(app)
    assert len(found) > 60
    assert [(method, path) for method, path, handler in found if handler.opt.get("may") not in PAGES] == []


@pytest.mark.promise(10)
def test_no_page_of_the_desk_is_anybodys_but_the_way_in(app: Litestar) -> None:
    desk = [(path, handler.opt["may"]) for _, path, handler in pages(app) if path.startswith("/desk")]
    assert {path for path, who in desk if who is May.ANYONE} == THRESHOLD
    assert {who for path, who in desk if path not in THRESHOLD} == {May.STAFF}


@pytest.mark.promise(10)
def test_a_stranger_is_turned_away_from_every_page_that_is_not_anybodys(app: Litestar) -> None:
    """By the declaration alone: no handler of these runs, whatever it would have looked at."""
    with TestClient(app, base_url="http://127.0.0.1") as client:
        for method, path, handler in pages(app):
            match handler.opt["may"]:
                case May.STAFF:
                    assert ask(client, method, path, "application/json")[0] == 401, path
                    code, where = ask(client, method, path, "text/html")
                    assert (code, where.startswith("/desk/sign-in?next=")) == (303, True), path
                case May.TOKEN:
                    assert isinstance(handler.opt["scope"], Scope), path
                    assert ask(client, method, path, "application/json")[0] == 401, path
                case May.CLIENT:
                    assert handler.opt["needs"] in KNOWN | {""}, path
                    code, said = ask(client, method, path, "application/json")
                    assert (code, json.loads(said)["error"]) == (401, "The access token is invalid"), path
                case May.MEMBER:
                    code, where = ask(client, method, path.replace("{name}", "@1"), "text/html")
                    assert (code, where.startswith("/sign-in?next=")) == (303, True), path


@pytest.mark.promise(6)
def test_a_stranger_who_asks_for_the_stream_is_told_that_it_is_over(app: Litestar) -> None:
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert ask(client, "GET", "/desk/stream", "text/event-stream") == (200, "event: end\r\ndata: {}\r\n\r\n")


def test_a_page_that_says_nothing_lets_nobody_in(house: House) -> None:
    @get("/nobody")
    async def nobody() -> str:
        return "in"

    @get("/everybody", may=May.ANYONE)
    async def everybody() -> str:
        return "in"

    with TestClient(create_app(house, more=[nobody, everybody]), base_url="http://127.0.0.1") as client:
        assert client.get("/everybody", headers=JSON).text == "in"
        assert client.get("/nobody", headers=JSON).status_code == 500


def test_a_page_for_one_role_lets_in_no_other(house: House) -> None:
    """The same page, asked by two colleagues who differ in nothing but their role."""

    @get("/one", may=May.STAFF, roles=(Role.AUDITOR,))
    async def one() -> dict[str, str]:
        return {"who": "in"}

    now, cookies = house.clock.now(), {}
    with house.db.transaction() as tx:
        for role in ("auditor", "reviewer"):
            actor = add_person(tx, now, f"the {role}", role, "North")
            link = make_link(tx, actor=actor, now=now, person_id=int(actor.key))
            cookies[role] = sign_in(tx, now=now, token=link)
    with TestClient(create_app(house, more=[one]), base_url="http://127.0.0.1") as client:
        client.cookies.set(COOKIE, cookies["auditor"])
        assert client.get("/one", headers=JSON).json() == {"who": "in"}
        client.cookies.set(COOKIE, cookies["reviewer"])
        refused = client.get("/one", headers=JSON)
        assert (refused.status_code, refused.json()["code"]) == (403, "other_roles")
        assert refused.json()["detail"] == "This page is only for an auditor. Nothing has changed."
        told = client.get("/openapi.json").json()["paths"]["/one"]["get"]
        assert told["x-may"] == {"may": "staff", "roles": ["auditor"]}
        assert list(told["responses"]["200"]["content"]) == ["application/json"]
        route = next(route for route in routes(client.app) if route.path == "/one")
        assert [answer(route, who) for who in (Who.VISITOR, Who.AUDITOR, Who.REVIEWER)] == ["303 door", "200", "403"]


def test_every_command_says_who_may_run_it() -> None:
    assert {name for name, command in COMMANDS.items() if command.may not in COMMAND_LINE} == set()


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if command.may is May.STAFF])
def test_a_command_for_staff_asks_who_it_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main([name, "tier.assign" if name == "propose" else "somebody"]) == 2
    assert "--as" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_every_task_of_the_worker_is_the_houses_own() -> None:
    assert [name for name in TASKS if declared(getattr(Worker, name)) is not May.MACHINE] == []
    marked = {name for name, task in vars(Worker).items() if declared(task) is not None}
    assert marked == set(TASKS)


def undeclared(module: Module) -> Iterator[str]:
    """Yield every route in the source that says nothing, whether any application serves it or not."""
    for node in walk(module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for one in node.decorator_list:
            name = one.func.id if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) else ""
            if module.names.get(name, "").startswith("litestar.") and name in {"get", "post", "put", "patch", "delete"}:
                assert isinstance(one, ast.Call)
                if "may" not in {keyword.arg for keyword in one.keywords}:
                    yield f"{module.path}:{node.lineno} {node.name}"


def test_every_route_in_the_source_says_who_may_come() -> None:
    assert [line for module in modules() for line in undeclared(module)] == []


#: Who asks does not matter, since everybody reads the same; or what an image belongs to says it.
ALIKE = {"/media/{media_id}/{size}"}


@pytest.mark.promise(20)
def test_a_route_where_it_matters_who_reads_says_what_a_token_needs(app: Litestar) -> None:
    for _method, path, handler in pages(app):
        if handler.opt["may"] is May.ANYONE and "caller" in handler.parsed_fn_signature.parameters:
            assert (handler.opt.get("needs") in KNOWN) is (path not in ALIKE), path
