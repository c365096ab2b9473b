"""`ledger checkpoint`, `ledger key` and `ledger fsck`: what outsiders see of the record, and whether it is whole."""

from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gardefou.app.commands.common import Data, Json, answer, err, load_settings, the_house
from gardefou.app.errors import FINDING, OK, LedgerKeyError
from gardefou.app.ledger_key import fresh, key_path, origin_of, verifier_keys
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.fsck import fsck
from gardefou.ledger.log import Log, state
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import duration

Look = Annotated[bool, typer.Option("--look", help="Change nothing: only say what is damaged.")]
New = Annotated[bool, typer.Option("--new", help="Make another key beside the one in use, to be agreed upon.")]
NEXT = ".next"


def register(app: typer.Typer) -> None:
    """Put these commands into the group."""
    app.command("checkpoint")(checkpoint)
    app.command("key")(key)
    app.command("fsck")(fsck_all)


def checkpoint(data: Data = None, json: Json = False) -> int:
    """Print the newest signed head of the record, as outsiders read it; how old it is goes to standard error."""
    with the_house(data) as house:
        folder = LedgerFolder(house.settings.ledger_folder)
        now = house.clock.now()
        with house.db.reading() as tx:
            found = state(tx, Log(folder=folder, keys=lambda: verifier_keys(house.settings)))
        note = folder.checkpoint()
    if found.checkpoint is None or note is None:
        words = found.trouble or _("Nothing has been published yet. Is the worker running?")
        answer({"published": False, "waiting": found.waiting, "why": words}, as_json=json, words=words)
        return FINDING
    thing = {
        "published": True,
        "origin": found.checkpoint.origin,
        "size": found.checkpoint.size,
        "root": b64encode(found.checkpoint.root).decode(),
        "key": str(found.key),
        "age_seconds": max(0, now - found.at) // 1_000_000,
        "waiting": found.waiting,
        "note": note.decode(),
    }
    answer(thing, as_json=json, words=note.decode().removesuffix("\n"))
    if not json:
        words = _("Signed %(ago)s ago.", ago=duration(max(0, now - found.at)))
        more = ngettext(
            "%(count)s entry waits to be published.", "%(count)s entries wait to be published.", found.waiting
        )
        err().print(f"{words} {more}" if found.waiting else words, markup=False)
    return OK


def key(new: New = False, data: Data = None, json: Json = False) -> None:
    """Print the verifier key of the record, with which outsiders check it."""
    settings = load_settings(data=data)
    if new:
        path = key_path(settings)
        path = path.with_name(path.name + NEXT)
        made = fresh(path, origin_of(settings)).key
        words = _(
            "Made %(path)s. Its verifier key: %(key)s\nNext: gardefou propose setting.change --set name=ledger_vkey "
            "--set value=THAT --as PERSON; then docs/ledger.md, “Another key”.",
            path=path,
            key=made,
        )
        answer({"path": str(path), "key": str(made)}, as_json=json, words=words)
        return
    keys = verifier_keys(settings)
    if not keys:
        raise LedgerKeyError(f"{_where(settings.data)}: there is no key yet; `gardefou init` makes it")
    answer({"key": str(keys[0]), "earlier": [str(one) for one in keys[1:]]}, as_json=json, words=str(keys[0]))


def _where(data: str) -> Path:
    return Path(data).expanduser()


def fsck_all(look: Look = False, data: Data = None, json: Json = False) -> int:
    """Compare every published file with the database, and put back what is missing or torn."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with the_house(data) as house, Progress(*columns, console=err(), transient=True) as bar:
        keys, folder = verifier_keys(house.settings), LedgerFolder(house.settings.ledger_folder)
        if not keys:
            raise LedgerKeyError(f"{_where(house.settings.data)}: there is no key yet; `gardefou init` makes it")
        task = bar.add_task(_("Comparing"), total=None)
        with folder.alone(wait=True), house.db.reading() as tx:
            found = fsck(
                tx,
                folder=folder,
                keys=keys,
                everything=True,
                repair=not look,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    thing = {"entries": found.size, "damaged": list(found.damaged), "repaired": not look}
    if not found.damaged:
        words = ngettext(
            "Whole: %(count)s entry was published, and every file of it is as it must be.",
            "Whole: %(count)s entries were published, and every file of them is as it must be.",
            found.size,
        )
        answer(thing, as_json=json, words=words)
        return OK
    count = len(found.damaged)
    words = (
        ngettext("%(count)s file is damaged: %(first)s", "%(count)s files are damaged, the first %(first)s", count,
                 first=found.damaged[0])
        if look
        else ngettext("%(count)s file was put back: %(first)s", "%(count)s files were put back, the first %(first)s",
                      count, first=found.damaged[0])
    )  # fmt: skip
    answer(thing, as_json=json, words=words)
    return FINDING if look else OK
