"""What a platform lets staff do at all is a list in code, and nothing on it is done but by an order of its kind.

1. Every writing verb of `network/staff/` stands in `ACTS`, or takes back what stands there.
2. No verb elsewhere in the network is told an order's number, but the one that sets standings.
3. The embedded connector calls no writing verb of the network but these.
4. Every act is done by one deed, every deed has a kind, and that kind is silence to the guard.
"""

import ast
from collections.abc import Iterator, Sequence

import pytest

from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.guard import facts
from gardefou.network.staff import ACTS
from gardefou.orders.kinds import DEEDS, SILENCING, Kind
from tests.house.source import Module, dotted, modules, parse, walk
from tests.house.test_actors import verbs, writing

pytestmark = pytest.mark.promise(1)

STAFF = "gardefou/network/staff/"
STANDING = "network.set_standing.set_standing"
#: Write for a verb that is told the order itself.
HELPERS = {"network.post.publish"}


def listed() -> set[str]:
    """Return the full names of everything staff may do, and of what takes it back."""
    found = [*ACTS, *(back for back in ACTS.values() if back is not None)]
    return {f"{verb.__module__}.{verb.__name__}".removeprefix("gardefou.") for verb in found}


def strays(every: Sequence[Module]) -> Iterator[str]:
    """Yield every writing verb of the network that acts for staff and is not listed."""
    writers = writing(every)
    for module in every:
        if module.room != "network":
            continue
        for name, function in verbs(module, writers):
            told = {parameter.arg for parameter in function.args.kwonlyargs}
            if (module.path.startswith(STAFF) or "order_id" in told) and name not in {*listed(), STANDING, *HELPERS}:
                yield name


def side_doors(every: Sequence[Module]) -> Iterator[str]:
    """Yield every writing verb of the network that the embedded connector calls and that is not listed."""
    writers = writing(every)
    allowed = {f"gardefou.{name.rpartition('.')[2]}" for name in {*listed(), STANDING}}
    for module in every:
        if not module.path.startswith("gardefou/connectors/embedded/"):
            continue
        for node in walk(module.tree):
            name = dotted(module, node.func) if isinstance(node, ast.Call) else ""
            short = f"gardefou.{name.rpartition('.')[2]}"
            if name.startswith("gardefou.network.") and name in writers and short not in allowed:
                yield f"{module.path} calls {name}"


def test_everything_staff_may_do_is_listed() -> None:
    assert list(strays(modules())) == []


def test_the_connector_does_nothing_else_to_the_network() -> None:
    assert list(side_doors(modules())) == []


def test_every_act_is_done_by_one_deed() -> None:
    deeds = [module for module in modules() if module.path.startswith("gardefou/connectors/embedded/deeds/")]
    called = [
        name.rpartition(".")[2]
        for module in deeds
        for node in walk(module.tree)
        if isinstance(node, ast.Call) and (name := dotted(module, node.func)).startswith("gardefou.network.staff.")
    ]
    assert sorted(set(called)) == sorted({name.rpartition(".")[2] for name in listed()})


def test_every_deed_has_its_kind_and_that_kind_is_silence() -> None:
    assert {Kind(kind) for kind in EmbeddedPlatform().deeds} == DEEDS
    assert {kind.value for kind in SILENCING} == facts.SILENCING


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gardefou/network/staff/mute.py", "def mute(tx, *, actor: Actor): tx.execute(update(1))"),
        ("gardefou/network/merge.py", "def merge(tx, *, actor: Actor, order_id): tx.execute(update(1))"),
    ],
)
def test_an_act_that_is_not_listed_is_seen(path: str, text: str) -> None:
    module = parse(f"from sqlalchemy import update\nfrom gardefou.events import Actor\n{text}", path)
    assert len(list(strays([*modules(), module]))) == 1


def test_a_call_past_the_list_is_seen() -> None:
    text = "from gardefou.network.sign_out import sign_out\ndef out(tx): sign_out(tx)"
    module = parse(text, "gardefou/connectors/embedded/more.py")
    assert len(list(side_doors([*modules(), module]))) == 1
