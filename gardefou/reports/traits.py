"""What is known of a reporter at the moment they report: kept with the report, since tomorrow it is not so any more."""

from collections.abc import Collection, Mapping
from enum import IntFlag

from sqlalchemy import CompoundSelect, Text, cast, literal, select, union_all

from gardefou.accounts.tables import account
from gardefou.clock import DAY
from gardefou.reports.priority import Known
from gardefou.reports.tables import report, reporter
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.ids import instant_of
from gardefou.storage.prepared import prepared

#: An account that was opened less than this ago is young.
YOUNG_FOR = DAY
_MEMBER = "member:"


class Trait(IntFlag):
    """One of them. Values are stored: never change one."""

    #: Their account was opened less than a day ago. Of a visitor, or of a platform's reporter, nobody knows.
    YOUNG = 1
    #: A case in which they had reported was upheld before.
    RIGHT_BEFORE = 2
    #: They had not reported in this case.
    FIRST = 4


#: The same in SQL, of a report.
YOUNG = report.c.traits.bitwise_and(Trait.YOUNG.value) != 0
FIRST = report.c.traits.bitwise_and(Trait.FIRST.value) != 0
RIGHT_BEFORE = report.c.traits.bitwise_and(Trait.RIGHT_BEFORE.value) != 0


def traits_of(
    tx: Tx, *, now: int, reporters: Collection[str], known: Mapping[str, Known] | None = None
) -> dict[str, Trait]:
    """Return what is known of some reporters now, all in one statement at most; nothing of those who are not in it.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        reporters: their keys.
        known: what was just read of some of them, and is not asked again.
    """
    read = known or {}
    found = {key: Trait.RIGHT_BEFORE for key, one in read.items() if one.upheld}
    members = (int(one.removeprefix(_MEMBER)) for one in reporters if one.startswith(_MEMBER))
    # A number says when it was made here. An account that came from elsewhere may be older than it, and is looked up.
    new_here = [number for number in members if instant_of(number) > now - YOUNG_FOR]
    others = [key for key in reporters if key not in read]
    if new_here or others:
        for row in tx.all(*_known(sorted(others), sorted(new_here), now - YOUNG_FOR)):
            found[row["key"]] = found.get(row["key"], Trait(0)) | Trait(row["trait"])
    return found


@prepared
def _known(reporters: list[str], new_here: list[int], since: int) -> CompoundSelect[tuple[str, int]]:
    right = select(reporter.c.key.label("key"), literal(Trait.RIGHT_BEFORE.value).label("trait"))
    young = select(literal(_MEMBER) + cast(account.c.id, Text), literal(Trait.YOUNG.value))
    return union_all(
        right.where(among(reporter.c.key, reporters), reporter.c.upheld > 0),
        young.where(among(account.c.id, new_here), account.c.created_at > since),
    )
