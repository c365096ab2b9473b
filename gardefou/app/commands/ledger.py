"""`ledger verify`: check everything from the first entry."""

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gardefou.app.commands import ledger_published
from gardefou.app.commands.common import Data, Json, answer, err, the_house
from gardefou.app.errors import FINDING, OK
from gardefou.app.house import platform
from gardefou.app.ledger_checks import other_key
from gardefou.ledger import store
from gardefou.staff.credentials import DEMO, VALID
from gardefou.watch.audit import audit
from gardefou.watch.finding import sentence
from gardefou.watch.signatures import ERASED, Tally
from gardefou.words import gettext as _
from gardefou.words import ngettext

app = typer.Typer(help="The record.")
ledger_published.register(app)


@app.callback()
def ledger() -> None:
    """Hold the group together: with one command alone, Typer would drop its name."""


@app.command("verify")
def verify(data: Data = None, json: Json = False) -> int:
    """Check everything from the first entry, replaying every decision, and name the first thing that differs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with the_house(data) as house, Progress(*columns, console=err(), transient=True) as bar:
        task, tally = bar.add_task(_("Checking"), total=None), Tally()
        with house.db.reading() as tx:
            head = store.head(tx)
            found = audit(
                tx,
                platform=platform(),
                progress=lambda done, total: bar.update(task, completed=done, total=total),
                load_rulebook=house.ports.load_rulebook,
                tally=tally,
            )
            other = other_key(tx, house.settings)
    thing = {
        "clean": found is None,
        "entries": head.size,
        "root": head.root.hex(),
        "signatures": tally.counts,
        "finding": None if found is None else found.to_json(),
        "log_key": other or "as agreed",
    }
    if found is not None:
        answer(thing, as_json=json, words=sentence(found))
        return FINDING
    if other:
        answer(thing | {"clean": False}, as_json=json, words=other)
        return FINDING
    words = ngettext(
        "Clean: %(count)s entry, every decision replayed, the database and the platform agree. Root %(root)s.",
        "Clean: %(count)s entries, every decision replayed, the database and the platform agree. Root %(root)s.",
        head.size,
        root=head.root.hex(),
    )
    answer(thing, as_json=json, words="\n".join([words, *_signatures(tally)]))
    return OK


def _signatures(tally: Tally) -> list[str]:
    """Say how many signatures verify as what; nothing where there is none."""
    sorts = {
        VALID: _("by a passkey"),
        DEMO: _("of a demonstration, which prove nothing"),
        ERASED: _("whose key or person was erased"),
    }
    parts = [f"{tally.counts[sort]} {word}" for sort, word in sorts.items() if sort in tally.counts]
    return [_("Signatures: %(counts)s.", counts=", ".join(parts))] if parts else []
