"""Every verb that writes says who does it.

The rule that is checked, on the syntax of every module:

1. A function writes when it calls SQLAlchemy's `insert`, `update` or `delete`, or a function of the house that writes.
   Every public function that takes an open transaction `tx` first and writes is a writing verb.
2. A writing verb has a keyword-only parameter `actor`, annotated `Actor`: never `None`, and with no default but one of
   the house's own named machines (`CLOCK`). Instead of it, it may take a value that carries the actor of the step that
   is under way.

The plumbing below the rooms, and what only the house itself does, is listed with its reason.
"""

import ast
from collections.abc import Iterator, Sequence

import pytest

from gardefou.events import actor as actors
from tests.house.source import Module, dotted, modules, parse, walk

#: Rooms whose functions carry no deed of their own: they write down what a verb above them does.
PLUMBING = {
    "storage": "transactions and ids",
    "events": "writes down the event of a verb, which names its actor in the order, case or entry it belongs to",
    "ledger": "writes down the entry of a verb, whose body names the actor",
}

#: The house's own hands, named in `events/actor.py`.
MACHINES = {"CLOCK", "IMPORTER", "SETUP", "WATCH"}

#: What carries the actor: of the step under way, of a report.
CARRIERS = {"Step", "OrderEvent", "Asked", "Sequence[Asked]"}

#: Functions that write without an actor, each with its reason.
WITHOUT_ACTOR: dict[str, str] = {
    "accounts.bump_version.bump_version": "notes that something changed, whose verb names the actor",
    "staff.bump_version.bump_version": "notes that something changed, whose verb names the actor",
    "reports.leases.give_back_oldest": "ends holds of whoever takes one, whose verb names them",
    "reports.leases.return_too_near": "ends holds as an order takes effect, which names whoever asked for it",
    "app.commands.staff.enrolment": "invites as the command line, which has no person",
    "app.demo.duty.enrol_cast": "sets the demonstration's stage; every verb it calls is told `machine:setup`",
    "app.demo.duty.put_on_duty": "as above",
    "app.demo.network.fill": "as above",
    "desk.decide.proposed": "whoever is signed in says who",
    "desk.sign_in.depart": "the token says who",
    "desk.step_up.shown_again": "whoever is signed in says who, and their key again",
    "network.delete_post.drop": "deletes a post and counts, for a verb that names the actor",
    "network.media.attach": "hangs images on a post, for a verb that names its author",
    "network.follow.forget_taken": "forgets what was noted of a follow, for a verb that names the member",
    "network.names.write_names": "writes down whom a post names, for a verb that names its author",
    "network.notify.forget": "forgets what was told of a post, for a verb that names the actor",
    "network.post.count_reply": "keeps the counter of answers, for a verb that names the actor",
    "network.post.publish": "writes a post and counts, for a verb that names the actor",
    "network.follow.count": "keeps the counters of a follow, whose verb names the member",
    "orders.drive.lift": "proposes as `machine:clock`, which alone may lift",
    "orders.move.remember": "keeps the guard's newest word with an order that does not move",
    "orders.notices.note": "writes down whom an order's own actor caused to be told",
    "orders.notices.accepted": "the mail server's answer: nobody's deed",
    "orders.sign.entered": "commits to what a step's own actor signed",
    "reports.keep_sums.keep_sums": "keeps the sums of a case, for a verb that names the actor or whoever filed",
    "reports.keep_words.keep_words": "as above",
    "reports.move_sums.move_kinds": "keeps the sums of a case, for a verb that names the actor",
    "reports.move_sums.move_posts": "as above",
    "reports.move_sums.give_back": "as above",
    "reports.uploads.end_upload": "keeps what an upload was answered, whose beginning names the machine",
    "staff.challenges.spend": "before it, nobody is there to name",
    "staff.enrol_passkey.enrol_passkey": "the link says who",
    "staff.use_passkey.use_passkey": "the key says who",
    "staff.oidc_rounds.begin_round": "nobody is there to name before the provider has spoken",
    "staff.oidc_rounds.end_round": "as above",
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


def _functions(module: Module) -> dict[str, ast.FunctionDef]:
    """Return a module's own functions by their full names."""
    prefix = module.path.removesuffix(".py").replace("/", ".")
    return {f"{prefix}.{node.name}": node for node in module.tree.body if isinstance(node, ast.FunctionDef)}


def writing(every: Sequence[Module]) -> set[str]:
    """Return the full names of all functions that write, directly or through others."""
    callees: dict[str, set[str]] = {}
    for module in every:
        own = _functions(module)
        prefix = module.path.removesuffix(".py").replace("/", ".")
        for name, function in own.items():
            called = {dotted(module, node.func) for node in walk(function) if isinstance(node, ast.Call)}
            callees[name] = {f"{prefix}.{word}" if f"{prefix}.{word}" in own else word for word in called}
    found = {name for name, called in callees.items() if called & _WRITES}
    while more := {name for name, called in callees.items() if name not in found and called & found}:
        found |= more
    return found


def verbs(module: Module, writers: set[str]) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the public functions of a module that take an open transaction and write."""
    for name, function in _functions(module).items():
        parameters = [*function.args.posonlyargs, *function.args.args]
        takes_tx = bool(parameters) and parameters[0].arg == "tx"
        if takes_tx and name in writers and not function.name.startswith("_"):
            yield name.removeprefix("gardefou."), function


def fault(function: ast.FunctionDef) -> str:
    """Say what is wrong with a verb's actor, or nothing."""
    for parameter, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if parameter.arg == "actor":
            if default is not None and not (isinstance(default, ast.Name) and default.id in MACHINES):
                return "has an actor with a default"
            return "" if _annotation(parameter) == "Actor" else "has an actor that may be something else"
    every = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    if any(_annotation(parameter) in CARRIERS for parameter in every):
        return ""
    return "takes no keyword-only actor"


def _annotation(parameter: ast.arg) -> str:
    return "" if parameter.annotation is None else ast.unparse(parameter.annotation).strip("\"'")


def nameless(every: Sequence[Module]) -> Iterator[str]:
    """Yield every writing verb that does not say who does it."""
    writers = writing(every)
    for module in every:
        if module.room not in PLUMBING:
            yield from (f"{name} {fault(function)}" for name, function in verbs(module, writers) if fault(function))


def test_every_writing_verb_names_its_actor() -> None:
    found = [line for line in nameless(modules()) if line.split(" ")[0] not in WITHOUT_ACTOR]
    assert found == []


def test_the_houses_hands_are_named() -> None:
    assert {name for name, value in vars(actors).items() if isinstance(value, actors.Actor)} == MACHINES


def test_every_exception_is_still_one() -> None:
    """A permission nobody needs is taken back."""
    assert set(WITHOUT_ACTOR) <= {line.split(" ")[0] for line in nameless(modules())}


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
    text = "from sqlalchemy import insert\ndef example({}): tx.execute(insert(1))"
    assert list(nameless([parse(text.format(signature))])) == [f"orders.example.example {complaint}"]
    for right in ("tx: Tx, *, actor: Actor, now: int", "tx: Tx, *, actor: Actor = CLOCK", "tx: Tx, *, step: Step"):
        assert list(nameless([parse(text.format(right))])) == []


def test_a_write_hidden_in_another_room_is_seen() -> None:
    writer = parse("from sqlalchemy import insert\ndef _put(tx): insert(1)\ndef put(tx, *, actor: Actor): _put(tx)")
    caller = "from gardefou.orders.example import put\ndef give(tx, *, now): {}"
    wrong = parse(caller.format("put(tx, actor=1)"), "gardefou/desk/give.py")
    right = parse(caller.format("return now"), "gardefou/desk/give.py")
    assert list(nameless([writer, wrong])) == ["desk.give.give takes no keyword-only actor"]
    assert list(nameless([writer, right])) == []
