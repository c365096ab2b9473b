"""`import accounts|posts|roster|staff|reports FILE`."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from gardefou.app.commands.common import Data, Json, answer, err, the_house
from gardefou.app.errors import FINDING, OK
from gardefou.app.house import House, address
from gardefou.app.imports.accounts import Accounts
from gardefou.app.imports.posts import Posts
from gardefou.app.imports.reading import Source
from gardefou.app.imports.reports import Reports
from gardefou.app.imports.roster import Roster
from gardefou.app.imports.run import Fate, Importer, Rejected, Run
from gardefou.app.imports.staff import Staff
from gardefou.clock import from_iso
from gardefou.errors import BadInputError
from gardefou.words import gettext as _

app = typer.Typer(help="Real data in: CSV, JSON lines, JSON, YAML, or any of them gzipped.")

File = Annotated[Path, typer.Argument(help="The file.", metavar="FILE")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="Read our column from theirs; may come several times.", metavar="OURS=THEIRS"),
]
By = Annotated[str, typer.Option("--as", help="Who proposes each row, once the house is founded.", metavar="PERSON")]
Strict = Annotated[bool, typer.Option("--strict", help="Everything or nothing.")]


@app.command("accounts")
def accounts(
    file: File,
    map_: Map = None,
    strict: Strict = False,
    locale: Annotated[str, typer.Option(help="The language of owners whose row does not say.")] = "en",
    data: Data = None,
    json: Json = False,
) -> int:
    """Import accounts with their counters."""
    return _run(Accounts(locale=locale), file, map_, strict=strict, data=data, json=json)


@app.command("posts")
def posts(
    file: File,
    map_: Map = None,
    strict: Strict = False,
    account: Annotated[str, typer.Option(help="Whose they are, whatever the file says.")] = "",
    until: Annotated[str | None, typer.Option(help="Reject what was posted after this instant.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import posts."""
    try:
        last = None if until is None else from_iso(until)
    except ValueError:
        raise BadInputError(f"--until {until}: not a date and time (2017-11-02T22:35:43Z)") from None
    importer = Posts(account=account.removeprefix("@"), until=last)
    return _run(importer, file, map_, strict=strict, data=data, json=json)


@app.command("roster")
def roster(
    file: File,
    map_: Map = None,
    strict: Strict = False,
    tier: Annotated[str, typer.Option(help="The tier of lines that name none: notable or critical.")] = "notable",
    office: Annotated[str, typer.Option(help="The office of lines that name none.")] = "",
    source: Annotated[str, typer.Option(help="Where the roster is known from; the file's name when empty.")] = "",
    by: By = "",
    data: Data = None,
    json: Json = False,
) -> int:
    """Import a roster of protected accounts."""
    importer = Roster(tier=tier, office=office, source=source or file.name, by=by)
    return _run(importer, file, map_, strict=strict, data=data, json=json)


@app.command("staff")
def staff(
    file: File, map_: Map = None, strict: Strict = False, by: By = "", data: Data = None, json: Json = False
) -> int:
    """Import people, with engagement, roles and shifts."""
    return _run(Staff(by=by), file, map_, strict=strict, data=data, json=json)


@app.command("reports")
def reports(file: File, map_: Map = None, strict: Strict = False, data: Data = None, json: Json = False) -> int:
    """Import reports."""
    return _run(Reports(), file, map_, strict=strict, data=data, json=json)


def _run(
    importer: Importer[Any], file: Path, pairs: list[str] | None, *, strict: bool, data: str | None, json: bool
) -> int:
    with closing(Source(file)) as source:
        size = source.size
    console = err()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console
    )
    with the_house(data) as house, ExitStack() as shown:
        where = _address(house)
        task = bar.add_task(file.name, total=size)

        def progress(position: int) -> None:
            if not bar.live.is_started:  # Nothing is drawn for what was asked wrongly.
                shown.enter_context(bar)
            bar.update(task, completed=position)

        def reject(row: Rejected) -> None:
            console.print(f"{file}:{row.line}: {row.reason}", markup=False)

        summary = Run(
            house=house,
            importer=importer,
            path=file,
            pairs=pairs or (),
            strict=strict,
            on_progress=progress,
            on_reject=reject,
        )()
    counts = ", ".join(f"{number} {fate}" for fate, number in summary.as_json().items() if fate != "file")
    words = f"{file}: {counts}"
    if summary.counts[Fate.TO_SIGN]:
        words += "\n" + _("Sign them here, within an hour: %(link)s", link=f"{where}/desk/papers")
    answer(summary.as_json(), as_json=json, words=words)
    return FINDING if summary.rejected else OK


def _address(house: House) -> str:
    with house.db.reading() as tx:
        return address(tx, house)
