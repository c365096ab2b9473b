"""`ledger verify --bundle`: check a bundle on any machine, without a database, a folder or a setting."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gardefou.app.commands.common import answer, err, speak_as_the_terminal
from gardefou.app.errors import FINDING, OK, FileUnreadableError
from gardefou.errors import BadInputError
from gardefou.ledger.archive import Archive
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import ED25519, VerifierKey, read_key
from gardefou.staff.credentials import DEMO, VALID
from gardefou.watch.bundle_check import Report, check_bundle
from gardefou.watch.finding import sentence
from gardefou.watch.signatures import ERASED
from gardefou.words import gettext as _
from gardefou.words import ngettext


def verify_bundle(file: str, typed: Sequence[str], *, json: bool) -> int:
    """Check a bundle under keys that whoever checks has from elsewhere.

    Raises:
        BadInputError: no key of a log is named.
        FileUnreadableError: there is no such file.
    """
    speak_as_the_terminal()
    keys, path = trusted_keys(typed), Path(file)
    if not any(key.kind == ED25519 for key in keys):
        raise BadInputError(
            _("Name the log’s verifier key with --key, as you have it from elsewhere than this bundle.")
        )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with path.open("rb") as opened, Progress(*columns, console=err(), transient=True) as bar:
            task = bar.add_task(_("Checking"), total=None)
            report = check_bundle(
                Archive(opened, length=path.stat().st_size),
                keys=keys,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    except OSError as problem:
        raise FileUnreadableError(f"{path}: {problem.strerror}") from problem
    thing = {
        "clean": report.finding is None,
        "of": report.of,
        "entries": report.entries,
        "origin": report.checkpoint.origin,
        "size": report.checkpoint.size,
        "root": report.checkpoint.root.hex(),
        "cosigned": report.cosigned,
        "openings": report.openings,
        "closed": report.closed,
        "signatures": report.signatures,
        "finding": None if report.finding is None else report.finding.to_json(),
    }
    if report.finding is not None:
        answer(thing, as_json=json, words=sentence(report.finding))
        return FINDING
    answer(thing, as_json=json, words="\n".join(_words(report, keys)))
    return OK


def trusted_keys(typed: Sequence[str]) -> tuple[VerifierKey, ...]:
    """Return the keys that are trusted, each typed as it is written, or as a file with one on each line.

    Raises:
        BadInputError: one of them is none.
        FileUnreadableError: there is no such file.
    """
    found: list[VerifierKey] = []
    for one in typed:
        try:
            text = Path(one).read_text("utf-8", errors="replace") if "+" not in one else one
        except OSError as problem:
            raise FileUnreadableError(f"{one[:80]}: {problem.strerror}") from problem
        try:
            found += [read_key(line) for line in text.splitlines() if line.strip()]
        except NoteError as problem:
            raise BadInputError(problem.message) from problem
    return tuple(found)


def _words(report: Report, keys: Sequence[VerifierKey]) -> list[str]:
    head = report.checkpoint
    found = [
        ngettext(
            "Clean: %(count)s entry of %(origin)s, under the head signed at %(size)s entries, root %(root)s.",
            "Clean: %(count)s entries of %(origin)s, under the head signed at %(size)s entries, root %(root)s.",
            report.entries,
            origin=head.origin,
            size=head.size,
            root=head.root.hex(),
        )
    ]
    for key in keys:
        if key.kind == ED25519:
            continue
        seen = report.cosigned.get(key.name)
        when = "" if seen is None else datetime.fromtimestamp(seen, UTC).isoformat().replace("+00:00", "Z")
        found.append(
            _("Witness %(name)s: has signed that head at %(when)s.", name=key.name, when=when)
            if when
            else _("Witness %(name)s: has not signed that head.", name=key.name)
        )
    sorts = {
        VALID: _("by a passkey"),
        DEMO: _("of a demonstration, which prove nothing"),
        ERASED: _("whose key or person this bundle does not open"),
    }
    parts = [f"{report.signatures[sort]} {word}" for sort, word in sorts.items() if sort in report.signatures]
    if parts:
        found.append(_("Signatures: %(counts)s.", counts=", ".join(parts)))
    opened = ngettext("%(count)s commitment was opened.", "%(count)s commitments were opened.", report.openings)
    closed = ngettext(
        "%(count)s entry holds one that this bundle does not open.",
        "%(count)s entries hold one that this bundle does not open.",
        report.closed,
    )
    found.append(f"{opened} {closed}" if report.closed else opened)
    return found
