"""`ledger export`: write a part of the record, or all of it, into one file that another machine checks."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from gardefou.app.commands.common import Data, Json, answer, the_house
from gardefou.app.errors import FileUnreadableError
from gardefou.app.ledger_key import verifier_keys
from gardefou.app.people import account_named, number_typed, person_named
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.incidents.queries import incident
from gardefou.ledger.folder import LedgerFolder
from gardefou.safeguards.searches import searches_open_to
from gardefou.staff.queries import colleagues
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.watch.bundle import Scope, Written, write_bundle
from gardefou.watch.record_export import record_export
from gardefou.words import gettext as _
from gardefou.words import ngettext

File = Annotated[str, typer.Argument(help="The file to write; it must not be there yet.", metavar="FILE")]
OfAccount = Annotated[str, typer.Option("--account", help="Only what concerns this account, by handle or number.")]
OfIncident = Annotated[str, typer.Option("--incident", help="Only what concerns this incident, by its number.")]
As = Annotated[
    str, typer.Option("--as", help="Which auditor takes it: then it says what commitments stand for, and is an entry.")
]


def export(
    file: File, account: OfAccount = "", incident_: OfIncident = "", as_: As = "", data: Data = None, json: Json = False
) -> None:
    """Write a bundle: entries, proofs, rulebooks and the signed head; with --as an auditor, names as well."""
    if account and incident_:
        raise BadInputError(_("An account or an incident: one of the two, or neither for everything."))
    path = Path(file)
    if not path.name or path.name == "..":
        raise FileUnreadableError(_("“%(file)s” is no name of a file to write.", file=file[:80]))
    with the_house(data) as house:
        now = house.clock.now()
        folder, keys = LedgerFolder(house.settings.ledger_folder), verifier_keys(house.settings)
        beside = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            with _new(path, beside) as out, house.db.reading() as tx:
                actor = _auditor(tx, as_, now) if as_ else None
                scope = _scope(tx, account, incident_, actor, now)
                written = write_bundle(tx, out, folder=folder, scope=scope, keys=keys)
            if actor is not None:
                with house.db.transaction() as tx:
                    record_export(tx, actor=actor, now=now, scope=scope, written=written)
            beside.replace(path)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
    thing = {
        "file": str(path),
        "size": written.size,
        "entries": written.entries,
        "openings": written.openings,
        "manifest": written.digest,
    }
    answer(thing, as_json=json, words=_words(path, written))


def _new(path: Path, beside: Path) -> BinaryIO:
    """Open a file that is not there yet, for its owner alone to read."""
    try:
        if path.exists():
            raise FileUnreadableError(_("%(file)s is there already; name another, or take it away.", file=path))
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise FileUnreadableError(
            _("%(file)s cannot be written: %(why)s.", file=path, why=problem.strerror or "")
        ) from problem
    return os.fdopen(descriptor, "wb")


def _auditor(tx: Tx, as_: str, now: int) -> Actor:
    person_id = int(person_named(tx, as_)["id"])
    found = colleagues(tx, [person_id], now).get(person_id)
    if found is None or not found.engaged or Role.AUDITOR.value not in found.roles:
        raise BadInputError(_("Only an engaged auditor takes what commitments stand for out of the house."))
    return Actor.person(person_id)


def _scope(tx: Tx, account: str, incident_: str, actor: Actor | None, now: int) -> Scope:
    opened = actor is not None
    if account:
        return Scope(account_id=int(account_named(tx, account)["id"]), opened=opened)
    if incident_:
        return Scope(incident_id=int(incident(tx, number_typed(incident_))["id"]), opened=opened)
    people = () if actor is None else tuple(searches_open_to(tx, reader=actor, now=now))
    return Scope(opened=opened, people=people)


def _words(path: Path, written: Written) -> str:
    return ngettext(
        "Written: %(file)s, with %(count)s entry of the %(size)s that are published. Its manifest: %(digest)s.",
        "Written: %(file)s, with %(count)s entries of the %(size)s that are published. Its manifest: %(digest)s.",
        written.entries,
        file=path,
        size=written.size,
        digest=written.digest,
    )
