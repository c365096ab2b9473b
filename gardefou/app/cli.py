"""The command line: `gardefou …`. Whatever goes wrong, a person reads one line and gets a documented exit code."""

import json
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import typer

from gardefou.app import errors, logs
from gardefou.app.settings import load
from gardefou.errors import GardefouError
from gardefou.may import May
from gardefou.words.plain import printable


class Command(NamedTuple):
    """Where a command, or a group of them, is, and who may come through it: staff name themselves with `--as`."""

    module: str
    attribute: str
    may: May


#: Only the one that is asked for is loaded, so that `who` and `restore` answer at once.
COMMANDS = {
    "init": Command("setup", "init", May.OPERATOR),
    "upgrade": Command("setup", "upgrade_database", May.OPERATOR),
    "serve": Command("run", "serve", May.OPERATOR),
    "worker": Command("worker", "worker", May.OPERATOR),
    "demo": Command("demo", "app", May.OPERATOR),
    "propose": Command("propose", "propose", May.STAFF),
    "approve": Command("votes", "approve", May.STAFF),
    "veto": Command("votes", "veto", May.STAFF),
    "restore": Command("account", "restore", May.STAFF),
    "who": Command("who", "who", May.OPERATOR),
    "ledger": Command("ledger", "app", May.OPERATOR),
    "witness": Command("witness", "app", May.OPERATOR),
    "staff": Command("staff", "app", May.OPERATOR),
    "token": Command("token", "app", May.OPERATOR),
    "import": Command("imports", "app", May.OPERATOR),
    "doctor": Command("doctor", "doctor", May.OPERATOR),
    "rules": Command("rules", "app", May.OPERATOR),
    "prove": Command("prove", "prove", May.OPERATOR),
    "rehearse": Command("rehearse", "rehearse", May.OPERATOR),
    "replay": Command("replay", "replay", May.OPERATOR),
}


#: Parts of a group that stand alone: who asks for one of these loads nothing of the rest of the house.
ALONE = {("ledger", "receipt"): Command("receipt", "app", May.OPERATOR)}


def build(names: Iterable[str] = tuple(COMMANDS), *, alone: tuple[str, str] | None = None) -> typer.Typer:
    """Return the command line with some of its commands, or all; or with one part of one group alone."""
    built = typer.Typer(
        name="gardefou",
        help="Garde-fou: nobody silences an account that matters alone.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # With a callback, Typer keeps a single command's name.
    built.callback()(_together)
    if alone is not None:
        group, part = alone
        inner = typer.Typer()
        inner.callback()(_together)
        inner.add_typer(_loaded(ALONE[alone]), name=part)
        built.add_typer(inner, name=group)
        return built
    for name in names:
        command = _loaded(COMMANDS[name])
        if isinstance(command, typer.Typer):
            built.add_typer(command, name=name)
        else:
            built.command(name)(command)
    return built


def _loaded(command: Command) -> Any:
    return getattr(import_module(f"gardefou.app.commands.{command.module}"), command.attribute)


def _together() -> None:
    """Garde-fou: nobody silences an account that matters alone."""


def __getattr__(name: str) -> typer.Typer:
    """Return `app`, the whole command line, to whoever wants to look at all of it."""
    if name == "app":
        return build()
    raise AttributeError(name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. No traceback ever reaches a person."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if any("\ud800" <= sign <= "\udfff" for word in given for sign in word):
        # Bytes that are no text, which neither a database nor the record could keep.
        return _say(given, "usage", "the command line holds bytes that are not UTF-8 text", errors.BAD_INPUT)
    try:
        asked = [name for name in given[:1] if name in COMMANDS]
        alone = next((part for part in ALONE if part == tuple(given[:2])), None)
        done = build(asked or COMMANDS, alone=alone)(
            args=given or ["--help"], prog_name="gardefou", standalone_mode=False
        )
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        return _say(given, "interrupted", "interrupted", errors.INTERRUPTED)
    except typer.TyperException as problem:
        context = getattr(problem, "ctx", None)
        where = context.command_path if context else "gardefou"
        return _say(given, "usage", f"{problem.format_message()} See `{where} --help`.", errors.BAD_INPUT)
    except GardefouError as problem:
        return _say(given, problem.code, problem.message, errors.exit_code(problem))
    except KeyboardInterrupt:
        return _say(given, "interrupted", "interrupted", errors.INTERRUPTED)
    except BrokenPipeError:
        return errors.OK
    except Exception as problem:  # noqa: BLE001  # the last line of defence: a bug is ours, not the reader's
        return _outage(given, problem) or _bug(given, problem)
    return done if isinstance(done, int) else errors.OK


def _say(given: Sequence[str], code: str, message: str, number: int) -> int:
    # A message may repeat what somebody typed, or what stands in a file that a stranger sent.
    line = printable(" ".join(message.split()))
    if "--json" in given:
        sys.stdout.write(json.dumps({"error": {"code": code, "message": line}}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"gardefou: {line}\n")
    return number


def _outage(given: Sequence[str], problem: Exception) -> int:
    """Say that the database could not be asked, if that is all there is; nought otherwise."""
    from gardefou.storage.outage import outage_of  # noqa: PLC0415  # a database is loaded where one was asked

    outage = outage_of(problem)
    if outage is None:
        return 0
    why = str(getattr(problem, "orig", None) or problem).partition("\n")[0]
    unsure = "; whether what it wrote last was kept, look before you do it again" if outage == "kept_or_not" else ""
    return _say(given, outage.value, f"the database cannot be asked now ({why}){unsure}", errors.CONFIGURATION)


def _bug(given: Sequence[str], problem: Exception) -> int:
    named = given[given.index("--data") + 1 :] if "--data" in given else []
    try:
        folder = load({"data": named[0]} if named else None).folder
    except GardefouError:
        folder = None
    path = logs.write_bug(problem, folder)
    what = f"this is a bug in Garde-fou ({type(problem).__name__}); the whole story is in {path}"
    return _say(given, "bug", what, errors.BUG)


if __name__ == "__main__":
    sys.exit(main())
