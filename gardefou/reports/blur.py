"""Words that nobody has to read until they ask for them: a short list that administrators keep.

It changes what a colleague sees first and nothing else: no report, priority or decision knows of it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import delete, insert, select

from gardefou.events import Actor, record
from gardefou.reports.errors import BlurError, WorkerError
from gardefou.reports.tables import blurred_word
from gardefou.staff.queries import person
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.plain import one_line

MOST, LONGEST = 200, 40


def keep_words(tx: Tx, *, actor: Actor, now: int, words: Iterable[str]) -> None:
    """Put another list in the place of the one there is.

    Raises:
        WorkerError: the actor is no administrator.
        BlurError: there are too many, or one is too long.
    """
    one = None if actor.person_id is None else person(tx, actor.person_id, now)
    if one is None or not one.engaged or Role.ADMINISTRATOR not in one.roles:
        raise WorkerError(_("Administrators keep the list of words to blur."))
    found = {word.casefold(): word for word in map(one_line, words) if word}
    if len(found) > MOST or any(len(word) > LONGEST for word in found.values()):
        message = _(
            "The list has at most %(most)s words of %(longest)s characters.", most=str(MOST), longest=str(LONGEST)
        )
        raise BlurError(message)
    tx.execute(delete(blurred_word))
    rows = [{"key": key, "word": word, "entered_at": now} for key, word in found.items()]
    if rows:
        tx.execute(insert(blurred_word), rows)
    record(tx, now=now, kind="blur.kept", subject="blur", body={"by": str(actor), "words": len(rows)})


def blurred_words(tx: Tx) -> list[str]:
    """Return the list, in order."""
    return [str(row["word"]) for row in tx.all(select(blurred_word.c.word).order_by(blurred_word.c.key))]


def pieces(text: str, words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each with whether it is to be blurred: whole words only, however they are capitalised."""
    if not words:
        yield text, False
        return
    longest_first = sorted(words, key=len, reverse=True)
    wanted = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)
    for place, piece in enumerate(wanted.split(text)):
        if piece:
            yield piece, place % 2 == 1
