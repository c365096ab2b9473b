"""Keep which words of a case are watched from now on, and until where those were that are not any more.

What was counted stays counted. Which reports were in shared words is asked again whenever some are set aside, so words
that give up their place leave a row that says in which reports they counted; they never count in others.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict

from sqlalchemy import delete, func, insert, select, text

from gardefou.reports.heaviest import Place, heaviest
from gardefou.reports.sums import within
from gardefou.reports.tables import case_words, case_words_past, report
from gardefou.storage import Tx
from gardefou.storage.among import among

#: So many are watched of a case, also where few reports come in them.
PLACES = 20
#: Both databases read this sentence alike.
_HOLD = text(
    "INSERT INTO case_words (case_id, words, after, weight, error) VALUES (:it, :words, :after, :weight, :error) "
    "ON CONFLICT (case_id, words) DO UPDATE SET weight = excluded.weight, error = excluded.error"
)


def keep_words(tx: Tx, *, case_id: int, after: int, upto: int, words: Mapping[int, int]) -> None:
    """Settle which words are watched after some reports of a case were added up.

    Args:
        tx: the open transaction, in which the case is locked.
        case_id: the case.
        after: those reports stand after this place,
        upto: and up to this one.
        words: what counted as shared in them, each with the place after which it does.
    """
    if not words:
        return
    held = _held(tx, case_id)
    stay = heaviest(held, _came(tx, case_id, after, upto, words), after=after, places=PLACES)
    gone = [{"case_id": case_id, "words": one, "after": words[one], "upto": upto} for one in words if one not in stay]
    tx.execute(_HOLD, [{"it": case_id, "words": one} | asdict(place) for one, place in stay.items()])
    if gone:
        tx.execute(insert(case_words_past), gone)
        theirs = case_words.c.case_id == case_id, among(case_words.c.words, [row["words"] for row in gone])
        tx.execute(delete(case_words).where(*theirs))


def _held(tx: Tx, case_id: int) -> dict[int, Place]:
    rows = tx.all(select(case_words).where(case_words.c.case_id == case_id))
    return {row["words"]: Place(after=row["after"], weight=row["weight"], error=row["error"]) for row in rows}


def _came(tx: Tx, case_id: int, after: int, upto: int, words: Collection[int]) -> dict[int, int]:
    """Return how many of those reports were in which of these words."""
    these = within(case_id, after, upto), among(report.c.words, words)
    rows = tx.all(select(report.c.words, func.count().label("number")).where(*these).group_by(report.c.words))
    return {row["words"]: row["number"] for row in rows}
