"""Every verb that writes says who does it.

The rule that is checked, on the syntax of every module of a room:

1. A public function that takes an open transaction `tx` first is a writing verb when its file bears its name
   (`propose` in `orders/propose.py`), or when it, or a function of the same file that it calls, calls SQLAlchemy's
   `insert`, `update` or `delete`.
2. A writing verb has a keyword-only parameter `actor`, annotated `Actor`: never `None`, and with no default but one of
   the house's own named machines (`CLOCK`).

The plumbing below the rooms, and what only the house itself does, is listed with its reason.
"""

import ast
from collections.abc import Iterator

import pytest

from gardefou.events import actor as actors
from tests.house.source import Module, dotted, modules, parse

#: Rooms whose functions carry no deed of their own: they write down what a verb above them does.
PLUMBING = {
    "storage": "transactions and ids",
    "events": "writes down the event of a verb, which names its actor in the order, case or entry it belongs to",
    "ledger": "writes down the entry of a verb, whose body names the actor",
}

#: The house's own hands, named in `events/actor.py`.
MACHINES = {"CLOCK", "IMPORTER", "SETUP", "WATCH"}

#: Functions that write without an actor, each with its reason.
WITHOUT_ACTOR: dict[str, str] = {
    "network.follow.count": "keeps the counters of a follow, whose verb names the member",
    "orders.notices.note": "writes down whom an order's own actor caused to be told",
    "orders.notices.accepted": "the mail server's answer: nobody's deed",
    "watch.audit.audit": "reads only; what it finds it says",
    "watch.reconcile.reconcile": "reads only",
    "watch.who.who": "reads only",
    "accounts.bump_version.bump_version": "counts a change whose own verb names its actor",
    "staff.sessions.sign_in": "the token says who: before it, nobody is there to name",
    "staff.sessions.stay": "the token says who",
    "staff.sessions.sign_out": "the token says who",
}

_WRITES = {
    "sqlalchemy.insert",
    "sqlalchemy.update",
    "sqlalchemy.delete",
    "sqlalchemy.dialects.sqlite.insert",
    "sqlalchemy.dialects.postgresql.insert",
}


def verbs(module: Module) -> Iterator[ast.FunctionDef]:
    """Yield the public functions of a module that take an open transaction and write."""
    functions = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    for function in functions.values():
        parameters = [*function.args.posonlyargs, *function.args.args]
        if function.name.startswith("_") or not parameters or parameters[0].arg != "tx":
            continue
        if function.name == module.stem.rstrip("_") or _writes(module, function, functions, set()):
            yield function


def _writes(module: Module, function: ast.FunctionDef, neighbours: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    seen.add(function.name)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(module, node.func)
        if name in _WRITES:
            return True
        if name in neighbours and name not in seen and _writes(module, neighbours[name], neighbours, seen):
            return True
    return False


def fault(function: ast.FunctionDef) -> str:
    """Say what is wrong with a verb's actor, or nothing."""
    for parameter, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if parameter.arg == "actor":
            if default is not None and not (isinstance(default, ast.Name) and default.id in MACHINES):
                return "has an actor with a default"
            if parameter.annotation is None or ast.unparse(parameter.annotation).strip("\"'") != "Actor":
                return "has an actor that may be something else"
            return ""
    return "takes no keyword-only actor"


def nameless(module: Module) -> Iterator[str]:
    """Yield every writing verb that does not say who does it."""
    if module.room in PLUMBING:
        return
    for function in verbs(module):
        name = f"{module.path.removeprefix('gardefou/').removesuffix('.py').replace('/', '.')}.{function.name}"
        wrong = fault(function)
        if wrong and name not in WITHOUT_ACTOR:
            yield f"{name} {wrong}"


def test_every_writing_verb_names_its_actor() -> None:
    assert [line for module in modules() for line in nameless(module)] == []


def test_the_houses_hands_are_named() -> None:
    assert {name for name, value in vars(actors).items() if isinstance(value, actors.Actor)} == MACHINES


def test_every_exception_is_still_one() -> None:
    """A permission nobody needs is taken back."""
    lines = {
        f"{module.path.removeprefix('gardefou/').removesuffix('.py').replace('/', '.')}.{function.name}"
        for module in modules()
        for function in verbs(module)
        if fault(function)
    }
    assert set(WITHOUT_ACTOR) <= lines


@pytest.mark.parametrize(
    ("signature", "complaint"),
    [
        ("tx: Tx, *, now: int", "takes no keyword-only actor"),
        ("tx: Tx, actor: Actor, *, now: int", "takes no keyword-only actor"),
        ("tx: Tx, *, actor: Actor | None", "has an actor that may be something else"),
        ("tx: Tx, *, actor: Actor = SOMEONE", "has an actor with a default"),
    ],
)
def test_every_way_to_leave_the_actor_out_is_seen(signature: str, complaint: str) -> None:
    module = parse(f"def example({signature}): tx.execute(1)")
    assert list(nameless(module)) == [f"orders.example.example {complaint}"]
    assert list(nameless(parse("def example(tx: Tx, *, actor: Actor, now: int): tx.execute(1)"))) == []


def test_a_write_hidden_in_a_neighbour_is_seen() -> None:
    text = "from sqlalchemy import insert\ndef _put(tx): insert(1)\ndef {}(tx, *, now): {}"
    assert list(nameless(parse(text.format("give", "_put(tx)")))) == ["orders.example.give takes no keyword-only actor"]
    assert list(nameless(parse(text.format("give", "return now")))) == []
