"""`witness`: run a small witness, which knows nothing of any house."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gardefou.app import logs
from gardefou.app.commands.terminal import Json, answer, speak_as_the_terminal
from gardefou.app.errors import FINDING, OK
from gardefou.app.settings import Settings
from gardefou.app.witness.config import load, make, watch
from gardefou.app.witness.errors import WitnessError
from gardefou.app.witness.memory import Memory
from gardefou.clock import SECOND, to_iso
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import read_key
from gardefou.words import gettext as _

app = typer.Typer(help="A witness: signs a log's heads as long as each begins with the one before.")

Folder = Annotated[Path, typer.Option("--folder", help="Where the witness lives.", envvar="GARDEFOU_WITNESS_FOLDER")]
HERE = Path("witness")


@app.command("init")
def init(
    name: Annotated[str, typer.Argument(help="What others call it, such as paper.example/witness.", metavar="NAME")],
    folder: Folder = HERE,
) -> None:
    """Make a witness's folder and its key, and print what others verify with."""
    speak_as_the_terminal()
    key = make(folder, name)
    words = _("Made in %(folder)s. Give this key to those whose log you will watch:", folder=str(folder))
    answer({}, as_json=False, words=f"{words}\n\n{key}\n")


@app.command("watch")
def watch_log(
    vkey: Annotated[str, typer.Argument(help="The log's verifier key: NAME+ID+KEY.", metavar="VKEY")],
    origin: Annotated[
        str | None, typer.Option("--origin", help="The log's origin, if it is not the key's name.")
    ] = None,
    folder: Folder = HERE,
) -> None:
    """Add a log to what the witness watches."""
    speak_as_the_terminal()
    try:
        key = read_key(vkey)
    except NoteError as problem:
        raise WitnessError(problem.message) from problem
    named = origin or key.name
    if watch(folder, key, named):
        answer({}, as_json=False, words=_("%(log)s is watched once the witness is started again.", log=named))
    else:
        answer({}, as_json=False, words=_("%(log)s is watched already.", log=named))


@app.command("evidence")
def evidence(folder: Folder = HERE, json: Json = False) -> int:
    """Print every two heads of one size that a log has signed both of: proof that it shows two records."""
    speak_as_the_terminal()
    forks = Memory(load(folder).memory).forks()
    told = [f"{fork.origin}, {to_iso(fork.at * SECOND)}\n\n{fork.signed}\n{fork.shown}" for fork in forks]
    words = "\n".join(told) or _("No log has shown this witness two heads of one size.")
    answer([asdict(fork) for fork in forks], as_json=json, words=words)
    return FINDING if forks else OK


@app.command("serve")
def serve(
    folder: Folder = HERE,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="The port to listen on.")] = None,
) -> None:
    """Answer those who have heads to sign."""
    # The other commands need no web server.
    from gardefou.app.witness.serve import serve as serve_witness  # noqa: PLC0415

    config = load(folder, host=host, port=port)
    settings = Settings(host=config.host, port=config.port)
    logs.set_up(settings)
    speak_as_the_terminal()
    serve_witness(
        config,
        settings,
        lambda: answer(
            {},
            as_json=False,
            words=_("Listening on %(where)s. Stop with Ctrl-C.", where=f"http://{config.host}:{config.port}"),
        ),
    )
