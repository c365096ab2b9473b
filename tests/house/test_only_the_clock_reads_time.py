"""Time is an argument. Only `clock.py` reads a clock, so that replay and tests can say what time it is."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Module, calls, modules, parse, walk

CLOCK = "gardefou/clock.py"

_MODULE = {
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.localtimestamp",
    "sqlalchemy.func.clock_timestamp",
}
#: How long something took, never what time it is: only for the files listed below.
_STEADY = {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"}
_SQL = re.compile(r"\b(now\(\)|current_timestamp|clock_timestamp\(|datetime\('now|strftime\([^)]*'now)", re.IGNORECASE)

#: Who may measure a wait, and why the simulated clock would be wrong there.
MAY_MEASURE_WAITING = {"gardefou/storage/together.py": "a database is waited for whatever time it is in the house"}


def readings(module: Module) -> Iterator[str]:
    """Yield every place where a module asks what time it is."""
    for call, name in calls(module):
        if name in _MODULE:
            yield f"{module.path}:{call.lineno} reads {name}"
        elif name in _STEADY and module.path not in MAY_MEASURE_WAITING:
            yield f"{module.path}:{call.lineno} measures with {name} and is not on the list of those who may"
    for node in walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
            yield f"{module.path}:{node.lineno} lets the database say the time"


def test_no_module_but_the_clock_reads_the_time() -> None:
    assert [line for module in modules() if module.path != CLOCK for line in readings(module)] == []


def test_whoever_may_measure_waiting_does_so() -> None:
    """A permission nobody uses is taken back."""
    using = {module.path for module in modules() if any(name in _STEADY for _, name in calls(module))}
    assert set(MAY_MEASURE_WAITING) <= using


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.time()",
        "from time import time\ntime()",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "from datetime import datetime\ndatetime.utcnow()",
        "from sqlalchemy import func\nfunc.now()",
        "import time\ntime.monotonic()",
        "query = 'SELECT now()'",
    ],
)
def test_every_way_to_read_a_clock_is_seen(text: str) -> None:
    assert len(list(readings(parse(text)))) == 1
    assert list(readings(parse("def verb(tx, *, now): return now + 1"))) == []
