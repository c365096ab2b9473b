"""`ledger receipt check`: what a receipt proves, found out with nothing but the file and the keys one trusts.

No house, no database, no settings, no network: it runs in an empty folder. There is no command that makes one: receipts
go to those whom they concern, and whoever runs the house is none of them.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gardefou.app.commands.receipt_words import thing, words
from gardefou.app.commands.terminal import Json, answer, speak_as_the_terminal
from gardefou.app.errors import OK, BadKeyError, FileUnreadableError
from gardefou.ledger import receipt as receipts
from gardefou.ledger.cosignature import Policy
from gardefou.ledger.errors import NoteError, ReceiptError
from gardefou.ledger.note import COSIGNATURE, ED25519, VerifierKey, read_key

app = typer.Typer(help="Receipts: portable proofs that an entry is in the record.")

File = Annotated[
    str, typer.Argument(help="The receipt's file; - for standard input.", metavar="FILE", show_default=False)
]
Keys = Annotated[
    list[str], typer.Option("--key", help="A public key of the log, NAME+ID+KEY; may be given again.", metavar="VKEY")
]
Witnesses = Annotated[
    list[str] | None,
    typer.Option("--witness", help="A witness's public key; may be given again.", metavar="VKEY", show_default=False),
]
Needed = Annotated[
    int | None,
    typer.Option("--needed", help="How many of the witnesses must have signed; all when left out.", min=0),
]
Origin = Annotated[str, typer.Option("--origin", help="Which log it must be of.", show_default=False)]
EntryFile = Annotated[
    str | None, typer.Option("--entry", help="The entry's bytes, where you have them.", metavar="FILE")
]


@app.callback()
def receipt() -> None:
    """Hold the group together: with one command alone, Typer would drop its name."""


@app.command("check")
def check(
    file: File,
    key: Keys,
    witness: Witnesses = None,
    needed: Needed = None,
    origin: Origin = "",
    entry: EntryFile = None,
    json: Json = False,
) -> int:
    """Check a receipt offline, and say in plain words what it proves."""
    speak_as_the_terminal()
    keys = _read_keys(key, ED25519)
    policy = _policy(_read_keys(witness or [], COSIGNATURE), needed)
    content = None if entry is None else _read(entry)
    found = receipts.check(_receipt(file), keys=keys, origin=origin, witnesses=policy, content=content)
    answer(thing(found), as_json=json, words=words(found))
    return OK


def _receipt(file: str) -> receipts.Receipt:
    try:
        return receipts.read(_read(file))
    except ReceiptError as problem:
        raise FileUnreadableError(f"{file} is no receipt: {problem.message}") from problem


def _read(file: str) -> bytes:
    """Return a file's bytes, and no more than any receipt has.

    Raises:
        FileUnreadableError: it cannot be read.
    """
    try:
        if file == "-":
            return sys.stdin.buffer.read(receipts.LONGEST + 1)
        with Path(file).open("rb") as opened:
            return opened.read(receipts.LONGEST + 1)
    except (OSError, ValueError) as problem:
        raise FileUnreadableError(
            f"{file} cannot be read: {getattr(problem, 'strerror', None) or problem}"
        ) from problem


def _read_keys(texts: list[str], kind: int) -> tuple[VerifierKey, ...]:
    """Return the keys, each of the type that its place calls for, and none twice under two names.

    Raises:
        BadKeyError: one is none, of the other type, or another's as well.
    """
    found: list[VerifierKey] = []
    for text in texts:
        try:
            key = read_key(text)
        except NoteError as problem:
            raise BadKeyError(f"{text[:100]!r}: {problem.message}") from problem
        if key.kind != kind:
            what = "a log (type 1)" if kind == ED25519 else "a witness (type 4)"
            raise BadKeyError(f"the key of {key.name} is not of {what}: --key is for logs, --witness for witnesses")
        if any(one.public == key.public for one in found):
            raise BadKeyError(f"the key of {key.name} was given twice: one key is one voice")
        found.append(key)
    return tuple(found)


def _policy(witnesses: tuple[VerifierKey, ...], needed: int | None) -> Policy:
    if needed is not None and needed > len(witnesses):
        raise BadKeyError(f"--needed {needed}, and {len(witnesses)} witnesses are named")
    return Policy(n=len(witnesses) if needed is None else needed, witnesses=witnesses)
