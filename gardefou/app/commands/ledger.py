"""`ledger verify`: check everything from the first entry; `ledger erase` stands in a file of its own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from gardefou.app.commands import ledger_published, receipt
from gardefou.app.commands.common import Data, Json, answer, err, the_house
from gardefou.app.commands.erase import erase
from gardefou.app.commands.ledger_bundle import trusted_keys, verify_bundle
from gardefou.app.commands.ledger_export import export
from gardefou.app.commands.ledger_recover import recover
from gardefou.app.errors import FINDING, OK, FileUnreadableError
from gardefou.app.house import House, platform
from gardefou.app.ledger_checks import other_key
from gardefou.app.ledger_key import verifier_keys
from gardefou.app.witnesses import policy_of
from gardefou.errors import BadInputError
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import store
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import ED25519, VerifierKey
from gardefou.ledger.store import Head
from gardefou.staff.credentials import DEMO, VALID
from gardefou.watch.audit import audit
from gardefou.watch.finding import Finding, sentence
from gardefou.watch.published import Published, check_published
from gardefou.watch.signatures import ERASED, KNOWN, Tally
from gardefou.words import gettext as _
from gardefou.words import ngettext

app = typer.Typer(help="The record.")
ledger_published.register(app)
app.add_typer(receipt.app, name="receipt")
Bundle = Annotated[str | None, typer.Option(help="Check this bundle instead, without a database.", metavar="FILE")]
Key = Annotated[
    list[str] | None,
    typer.Option(
        help="A verifier key, NAME+ID+KEY, or a file of some: the log’s, and of witnesses as one asks about.",
        metavar="VKEY",
    ),
]
Since = Annotated[
    str | None, typer.Option(help="Continue from this signed head, whose entries were verified before.", metavar="FILE")
]
#: A checkpoint is a few lines.
_LONGEST = 1_000_000


app.command("erase")(erase)


app.command("export")(export)
app.command("recover")(recover)


@app.command("verify")
def verify(bundle: Bundle = None, since: Since = None, key: Key = None, data: Data = None, json: Json = False) -> int:
    """Check everything from the first entry, replaying every decision, and name the first thing that differs."""
    if bundle is not None:
        if since is not None:
            raise BadInputError(_("A bundle is checked whole: leave --since out."))
        return verify_bundle(bundle, key or [], json=json)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with the_house(data) as house, Progress(*columns, console=err(), transient=True) as bar:
        task, tally = bar.add_task(_("Checking"), total=None), Tally()
        asked = policy_of(house.settings.witnesses, house.settings.witnesses_needed)
        keys = (*verifier_keys(house.settings), *asked.witnesses, *trusted_keys(key or ()))
        known = None if since is None else _known(since, keys)
        published = _published(house, keys, bar, task)
        found = published if isinstance(published, Finding) else None
        with house.db.reading() as tx:
            head = store.head(tx)
            if found is None:
                heads = [one for one in (known, published.head if isinstance(published, Published) else None) if one]
                found = audit(
                    tx,
                    platform=platform(),
                    progress=lambda done, total: bar.update(task, completed=done, total=total),
                    load_rulebook=house.ports.load_rulebook,
                    tally=tally,
                    heads=heads,
                    since=0 if known is None else known.size,
                )
            other = other_key(tx, house.settings)
    thing = {
        "clean": found is None,
        "entries": head.size,
        "root": head.root.hex(),
        "since": None if known is None else known.size,
        "published": _shown(published),
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
    answer(thing, as_json=json, words="\n".join([words, *_continued(known), *_told(published), *_signatures(tally)]))
    return OK


def _known(file: str, keys: tuple[VerifierKey, ...]) -> Head:
    """Return a signed head from a file.

    Raises:
        FileUnreadableError: there is no such file.
        BadInputError: no key is known to check it with.
        NoteError: none of the keys has signed it.
    """
    try:
        with Path(file).open("rb") as opened:
            signed = opened.read(_LONGEST)
    except OSError as problem:
        raise FileUnreadableError(f"{file}: {problem.strerror}") from problem
    if not keys:
        raise BadInputError(_("Name the log’s verifier key with --key: a head counts only when it is signed."))
    found = checkpoints.opened(signed, keys=keys)[0]
    return Head(size=found.size, root=found.root)


def _published(house: House, keys: tuple[VerifierKey, ...], bar: Progress, task: TaskID) -> Published | Finding | None:
    """Check what was published; nothing is, or nobody could have signed it, where the house has no key."""
    if not any(one.kind == ED25519 for one in keys):
        return None
    folder = LedgerFolder(house.settings.ledger_folder)
    return check_published(folder, keys, lambda done, total: bar.update(task, completed=done, total=total))


def _shown(published: Published | Finding | None) -> dict[str, object] | None:
    if not isinstance(published, Published):
        return None
    return {"size": published.head.size, "cosigned": published.cosigned}


def _continued(known: Head | None) -> list[str]:
    if known is None:
        return []
    return [
        ngettext(
            "Continued from the head signed at %(count)s entry: it was hashed again and leads there, and its decisions "
            "and signatures were taken as verified before.",
            "Continued from the head signed at %(count)s entries: they were hashed again and lead there, and their "
            "decisions and signatures were taken as verified before.",
            known.size,
        )
    ]


def _told(published: Published | Finding | None) -> list[str]:
    if not isinstance(published, Published):
        return [_("What is published was not checked: this house has published nothing, or its key is not here.")]
    size = published.head.size
    said = [
        ngettext(
            "Published: %(count)s entry, whose tiles and signed head are those of the database.",
            "Published: %(count)s entries, whose tiles and signed head are those of the database.",
            size,
        )
    ]
    if published.cosigned:
        said.append(_("Signed by witnesses too: %(names)s.", names=", ".join(sorted(published.cosigned))))
    return said


def _signatures(tally: Tally) -> list[str]:
    """Say how many signatures verify as what; nothing where there is none."""
    sorts = {
        VALID: _("by a passkey"),
        DEMO: _("of a demonstration, which prove nothing"),
        ERASED: _("whose key or person was erased"),
        KNOWN: _("verified before"),
    }
    parts = [f"{tally.counts[sort]} {word}" for sort, word in sorts.items() if sort in tally.counts]
    return [_("Signatures: %(counts)s.", counts=", ".join(parts))] if parts else []
