"""The command line: `gardefou …`. Whatever goes wrong, a person reads one line and gets a documented exit code."""

import json
import sys
from collections.abc import Sequence

import typer

from gardefou.app import errors, logs
from gardefou.app.commands import account, demo, imports, ledger, run, setup, staff
from gardefou.app.commands.doctor import doctor
from gardefou.app.commands.replay import replay
from gardefou.app.settings import load
from gardefou.errors import GardefouError

app = typer.Typer(
    name="gardefou",
    help="Garde-fou: nobody silences an account that matters alone.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("init")(setup.init)
app.command("upgrade")(setup.upgrade_database)
app.command("serve")(run.serve)
app.command("worker")(run.worker)
app.command("replay")(replay)
app.command("restore")(account.restore)
app.command("who")(account.who)
app.command("doctor")(doctor)
app.add_typer(demo.app, name="demo")
app.add_typer(staff.app, name="staff")
app.add_typer(imports.app, name="import")
app.add_typer(ledger.app, name="ledger")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. No traceback ever reaches a person."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        done = app(args=given or ["--help"], prog_name="gardefou", standalone_mode=False)
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
        return _bug(given, problem)
    return done if isinstance(done, int) else errors.OK


def _say(given: Sequence[str], code: str, message: str, number: int) -> int:
    line = " ".join(message.split())
    if "--json" in given:
        sys.stdout.write(json.dumps({"error": {"code": code, "message": line}}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"gardefou: {line}\n")
    return number


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
