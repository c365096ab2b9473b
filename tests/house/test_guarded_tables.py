"""What is guarded is written by the verbs named here and by nothing else (promises 10 and 11).

`test_tables_have_one_writer.py` keeps each table in its room; this keeps the guarded ones to single files. A write
whose table is chosen at run time counts for every table the module knows.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import Module, calls, dotted, modules, parse, walk
from tests.house.test_foreign_keys import rooms_of_tables
from tests.house.test_tables_have_one_writer import written

#: Each guarded table, and the only files that write it.
WRITERS: Mapping[str, frozenset[str]] = {
    "standing": frozenset({"network/set_standing.py"}),
    "post_standing": frozenset({"network/set_standing.py"}),
    "roster_line": frozenset({"accounts/enter_roster.py", "accounts/remove_roster.py"}),
    "engagement": frozenset({"staff/engage.py", "staff/end_engagement.py", "staff/give_notice.py"}),
    "role_grant": frozenset({"staff/grant_role.py", "staff/take_role.py"}),
    "shift": frozenset({"staff/add_shift.py", "staff/remove_shift.py"}),
    "credential": frozenset(
        {"staff/invite_credential.py", "staff/enrol_passkey.py", "staff/end_credential.py", "staff/erase_person.py"}
    ),
    "person_joined": frozenset({"staff/join_person.py"}),
    "signature": frozenset({"orders/sign.py", "orders/erase_words.py"}),
    "rulebook_in_force": frozenset({"orders/rulebook.py"}),
    "token": frozenset({"staff/issue_token.py", "staff/end_token.py"}),
    "token_secret": frozenset({"staff/collect_token.py"}),
    "setting_in_force": frozenset({"safeguards/settings.py"}),
    "account": frozenset(
        {
            "accounts/assign_tier.py",
            "accounts/bump_version.py",
            "accounts/keep_tier.py",
            "accounts/observe.py",
            "accounts/open_account.py",
            "accounts/remove_roster.py",
        }
    ),
    "house": frozenset({"storage/house.py"}),
    "orders": frozenset({"orders/propose.py", "orders/move.py", "orders/erase_words.py"}),
    "vote": frozenset({"orders/approve.py", "orders/veto.py", "orders/erase_words.py"}),
    "entry": frozenset({"ledger/store.py"}),
    "ledger_head": frozenset({"ledger/store.py"}),
    "opening": frozenset({"ledger/store.py", "ledger/erase.py"}),
}
#: Of an account's many columns one is guarded.
TIER, TIER_WRITERS = "assigned_tier", frozenset({"accounts/assign_tier.py", "accounts/open_account.py"})
_BUILDERS = {"insert", "update", "delete"}


def chosen_at_run_time(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and table for every write to a table that only running would tell: any that the module imports."""
    known = sorted({name.rsplit(".", 1)[1] for name in module.names.values() if ".tables." in name})
    for call, name in calls(module):
        if name.startswith("sqlalchemy.") and name.rsplit(".", 1)[1] in _BUILDERS and call.args:
            target = dotted(module, call.args[0])
            if ".tables." not in target:
                yield from ((call.lineno, table) for table in known)


@cache
def every_write() -> tuple[tuple[Module, tuple[tuple[int, str], ...]], ...]:
    """Return each module of the house with its writes."""
    rooms = rooms_of_tables()
    return tuple((module, tuple(writes(module, rooms))) for module in modules())


def writes(module: Module, rooms: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield line and guarded table for every write a module makes, or may make."""
    found = {*written(module, dict(rooms)), *chosen_at_run_time(module)}
    yield from sorted((line, table) for line, table in found if table in WRITERS)


def sets_a_tier(module: Module) -> Iterator[int]:
    """Yield the line of every `.values(assigned_tier=…)` or of a row that has it."""
    for node in walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
            keys = [key for one in node.args if isinstance(one, ast.Dict) for key in one.keys]
            given = [keyword.arg for keyword in node.keywords]
            if TIER in given or any(isinstance(key, ast.Constant) and key.value == TIER for key in keys):
                yield node.lineno


def side_doors(module: Module, found: Iterable[tuple[int, str]]) -> Iterator[str]:
    """Yield every write of something guarded outside the verbs that may."""
    path = module.path.removeprefix("gardefou/")
    for line, table in found:
        if path not in WRITERS[table]:
            yield f"{module.path}:{line} writes {table}"
    if path not in TIER_WRITERS:
        yield from (f"{module.path}:{line} writes {TIER}" for line in sets_a_tier(module))


@pytest.mark.promise(10)
@pytest.mark.promise(11)
def test_what_is_guarded_is_written_by_its_verbs_alone() -> None:
    assert set(WRITERS) <= set(rooms_of_tables())
    assert [line for module, found in every_write() for line in side_doors(module, found)] == []


def test_every_verb_that_may_write_does() -> None:
    """A permission nobody needs is taken back."""
    used = {(table, one.path.removeprefix("gardefou/")) for one, found in every_write() for _, table in found}
    assert {(table, path) for table, paths in WRITERS.items() for path in paths} - used == set()


_HEAD = "from sqlalchemy import insert, update, delete\n"


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (_HEAD + "from gardefou.staff.tables import role_grant\nupdate(role_grant)", "role_grant"),
        (_HEAD + "from gardefou.staff import tables as t\ndelete(t.engagement)", "engagement"),
        (_HEAD + "from gardefou.network.tables import standing\nit = standing\ninsert(it)", "standing"),
        ("from gardefou.orders.tables import orders\norders.update()", "orders"),
        ("QUERY = 'UPDATE house SET value = 1'", "house"),
        (_HEAD + "from gardefou.accounts.tables import account\nupdate(account)", "account"),
    ],
)
def test_a_made_up_module_that_writes_what_is_guarded_is_seen(tmp_path: Path, text: str, table: str) -> None:
    rooms = rooms_of_tables()
    file = tmp_path / "helper.py"
    file.write_text(text, "utf-8")
    # In the table's own room even: only the verbs may.
    module = parse(file.read_text("utf-8"), f"gardefou/{rooms[table]}/helper.py")
    assert f"writes {table}" in " ".join(side_doors(module, writes(module, rooms)))


def test_a_tier_set_where_only_counters_are_kept_is_seen() -> None:
    text = "def observe(tx):\n    tx.execute(update(account).values({'assigned_tier': None}))"
    module = parse(text, "gardefou/accounts/observe.py")
    assert list(side_doors(module, [])) == ["gardefou/accounts/observe.py:2 writes assigned_tier"]
