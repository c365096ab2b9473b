"""What is known of reporters: in how many cases each has filed, and in how many they were right."""

import json
from collections.abc import Mapping

from sqlalchemy import text

from gardefou.reports.priority import Known
from gardefou.storage import Tx

_ADD = (
    " ON CONFLICT (key) DO UPDATE SET filed = reporter.filed + excluded.filed, "
    "last_at = CASE WHEN excluded.last_at > reporter.last_at THEN excluded.last_at ELSE reporter.last_at END "
    "RETURNING key, filed, upheld, rejected, decided_at"
)
#: All in one statement, in one order, so that two who count the same reporters never wait in a circle.
_COUNT = {
    "postgresql": text(
        "INSERT INTO reporter (key, filed, upheld, rejected, last_at) SELECT one.key, one.value::bigint, 0, 0, :now "
        "FROM json_each_text(CAST(:filed AS json)) AS one ORDER BY one.key" + _ADD
    ),
    "sqlite": text(
        "INSERT INTO reporter (key, filed, upheld, rejected, last_at) SELECT one.key, one.value, 0, 0, :now "
        "FROM json_each(:filed) AS one WHERE true ORDER BY one.key" + _ADD
    ),
}


def count_cases(tx: Tx, *, now: int, filed: Mapping[str, int]) -> dict[str, Known]:
    """Count more cases for reporters, and return what is known of each.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        filed: reporter → in how many cases they have filed for the first time.
    """
    if not filed:
        return {}
    return {
        row["key"]: Known(row["filed"], row["upheld"], row["rejected"], row["decided_at"])
        for row in tx.all(_COUNT[tx.dialect], {"filed": json.dumps(filed), "now": now})
    }
