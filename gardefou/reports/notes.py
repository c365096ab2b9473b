"""Notes: what colleagues tell each other about an account, or about one case of it.

Plain text, with its author and its time. Nobody outside ever reads it: no letter, feed, receipt or published entry has
it. It is mutable on purpose, so that erasing somebody empties what they wrote and takes their name out of what others
wrote (promise 15).
"""

from dataclasses import dataclass

from sqlalchemy import insert, or_, select, update

from gardefou.accounts.queries import account as account_row
from gardefou.events import Actor, record
from gardefou.events.erase_mail import without
from gardefou.reports.errors import NoteError
from gardefou.reports.tables import note
from gardefou.reports.view import case as case_row
from gardefou.reports.workers import require_worker
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import numbers
from gardefou.words.plain import is_blank, paragraphs

LONGEST = 2_000
SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note; `case_id` is None when it is about the account as a whole."""

    id: int
    case_id: int | None
    person_id: int
    text: str
    at: int


def note_case(tx: Tx, *, actor: Actor, now: int, case_id: int, text: str, whole: bool = False) -> int:
    """Write a note on a case, open or closed; with `whole`, on the account it is about.

    Raises:
        UnknownCaseError: there is no such case.
        WorkerError: the actor does not work on cases.
        NoteError: nothing can be read in it, or it is too long.
    """
    found = case_row(tx, case_id)
    return _write(tx, actor=actor, now=now, account_id=found.account_id, case_id=None if whole else case_id, text=text)


def note_account(tx: Tx, *, actor: Actor, now: int, account_id: int, text: str) -> int:
    """Write a note on an account: it stands on every case of it.

    Raises:
        UnknownAccountError: there is no such account.
        WorkerError: the actor does not work on cases.
        NoteError: nothing can be read in it, or it is too long.
    """
    account_row(tx, account_id)
    return _write(tx, actor=actor, now=now, account_id=account_id, case_id=None, text=text)


def _write(tx: Tx, *, actor: Actor, now: int, account_id: int, case_id: int | None, text: str) -> int:
    one, said = require_worker(tx, actor, now), paragraphs(text)
    if is_blank(said):
        raise NoteError(_("There is nothing to read in this note. Nothing was kept."))
    if len(said) > LONGEST:
        raise NoteError(_("A note has at most %(most)s characters; this one has more.", most=numbers.number(LONGEST)))
    note_id = tx.new_id(now)
    row = {"id": note_id, "account_id": account_id, "case_id": case_id, "person_id": one.id, "text": said, "at": now}
    tx.execute(insert(note).values(**row))
    # A subject of its own: a desk that shows notes does not ask for them again at every report of a storm.
    body = {"by": str(actor), "case": None if case_id is None else str(case_id)}
    record(tx, now=now, kind="note.written", subject=f"notes:{account_id}", body=body)
    return note_id


def notes_on(tx: Tx, *, account_id: int, case_id: int | None) -> list[Note]:
    """Return the notes on an account and on one case of it, the newest first; without a case, on all of them."""
    here = note.c.account_id == account_id
    if case_id is not None:
        here &= or_(note.c.case_id.is_(None), note.c.case_id == case_id)
    rows = tx.all(select(note).where(here).order_by(note.c.id.desc()).limit(SHOWN))
    return [Note(**{name: row[name] for name in ("id", "case_id", "person_id", "text", "at")}) for row in rows]


def erase_notes(tx: Tx, *, actor: Actor, person_id: int, name: str, email: str, mark: str) -> None:  # noqa: ARG001  # every write names its actor
    """Empty the notes that somebody wrote, and put a word in place of their name and address in everybody else's."""
    tx.execute(update(note).where(note.c.person_id == person_id).values(text=mark))
    spelt = or_(*(note.c.text.icontains(text, autoescape=True) for text in (name, email) if text))
    for row in tx.all(select(note.c.id, note.c.text).where(spelt)):
        left = without({"text": row["text"]}, (email, name), mark)["text"]
        tx.execute(update(note).where(note.c.id == row["id"]).values(text=left))
