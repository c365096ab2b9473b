"""Notes on a case and on its account, where colleagues read and write them; nobody outside does."""

from dataclasses import dataclass

from litestar import post
from litestar.response import Redirect

from gardefou.accounts.queries import account as account_row
from gardefou.clock import Clock
from gardefou.desk.forms import Fields
from gardefou.desk.people import known, named
from gardefou.may import May
from gardefou.reports.notes import note_account, note_case, notes_on
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """One note as it is read: who wrote it, what it is about and where that is read, when, and the text."""

    name: str
    about: str
    href: str
    at: int
    text: str


def note_lines(tx: Tx, *, account_id: int, case_id: int | None, now: int) -> list[NoteLine]:
    """Return the notes on an account and on one case of it, the newest first; without a case, on every one."""
    found = notes_on(tx, account_id=account_id, case_id=case_id)
    people = known(tx, [], now, also=[note.person_id for note in found])
    lines = []
    for note in found:
        about, href = _about(note.case_id, case_id)
        lines.append(NoteLine(name=named(note.person_id, people), about=about, href=href, at=note.at, text=note.text))
    return lines


def _about(case_id: int | None, here: int | None) -> tuple[str, str]:
    """Return what a note is about, and its address where it is not in front of whoever reads the note."""
    if case_id is None:
        return _("on the account"), ""
    if case_id == here:
        return _("on this case"), ""
    return _("on case %(case)s", case=str(case_id)), f"/desk/cases/{case_id}"


@post("/desk/cases/{case_id:int}/note", may=May.STAFF, asks=("text", "about"), sync_to_thread=True)
def on_case(db: Database, clock: Clock, me: SignedIn, case_id: int, fields: Fields) -> Redirect:
    """Write a note on a case; with `about=account`, on the account it is about."""
    now, text = clock.now(), fields.text("text")
    with db.transaction() as tx:
        note_case(tx, actor=me.actor, now=now, case_id=case_id, text=text, whole=fields.text("about") == "account")
    return Redirect(f"/desk/cases/{case_id}#notes", status_code=303)


@post("/desk/accounts/{account_id:int}/note", may=May.STAFF, asks=("text",), sync_to_thread=True)
def on_account(db: Database, clock: Clock, me: SignedIn, account_id: int, fields: Fields) -> Redirect:
    """Write a note on an account."""
    with db.transaction() as tx:
        note_account(tx, actor=me.actor, now=clock.now(), account_id=account_id, text=fields.text("text"))
        handle = account_row(tx, account_id)["handle"]
    return Redirect(f"/desk/who/{handle}#notes", status_code=303)
