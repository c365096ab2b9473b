"""Only the transition of an order calls a platform: there is no side door to a standing."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Module, dotted, modules, parse, walk

#: Where an effect is applied, from the inside out; each is the only caller of the next.
MAY_APPLY = {
    "gardefou/orders/move.py": "the one place where an order takes its step, in the order's own transaction",
    "gardefou/enforcement/effects.py": "the effect that app plugs into orders: hands the step on to the platform",
}
#: The network's own verb that writes a standing, and who may call it.
STANDING_WRITERS = ("gardefou.network.set_standing", "gardefou.network.standing")
MAY_SET_STANDING = ("gardefou/connectors/embedded/", "gardefou/network/")


def doors(module: Module) -> Iterator[str]:
    """Yield every call by which a module could change a standing without being an order."""
    for node in walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "apply" and module.path not in MAY_APPLY:
            yield f"{module.path}:{node.lineno} applies an effect"
        name = dotted(module, node.func)
        if name.startswith(STANDING_WRITERS) and not module.path.startswith(MAY_SET_STANDING):
            yield f"{module.path}:{node.lineno} calls {name}"


@pytest.mark.promise(10)
def test_only_an_orders_step_applies_an_effect() -> None:
    assert [line for module in modules() for line in doors(module)] == []


@pytest.mark.promise(10)
@pytest.mark.parametrize("path", MAY_APPLY)
def test_whoever_may_apply_an_effect_does_so_once(path: str) -> None:
    (module,) = [module for module in modules() if module.path == path]
    applying = [
        node
        for node in walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply"
    ]
    assert len(applying) == 1


@pytest.mark.parametrize(
    "text",
    [
        "def post(platform, tx): platform.apply(tx)",
        "from gardefou.network.set_standing import set_standing\ndef post(tx): set_standing(tx)",
    ],
)
def test_a_side_door_is_seen(text: str) -> None:
    assert len(list(doors(parse(text, "gardefou/desk/web.py")))) == 1
    assert list(doors(parse("from gardefou.orders.propose import propose\npropose(1)", "gardefou/desk/web.py"))) == []
