"""`gardefou rules`: check a rulebook, read it as a table, and say what changes between two."""

from typing import Annotated

import typer
from rich.table import Table

from gardefou.app.commands.common import Data, Json, answer, out, speak_as_the_terminal
from gardefou.app.commands.prove import Book, given, listed, read_file, tell_less
from gardefou.app.errors import OK
from gardefou.guard.rules import Rule, Rulebook
from gardefou.words import gettext as _
from gardefou.words.numbers import duration
from gardefou.words.roles import one_of, place

app = typer.Typer(help="Rulebooks.")

File = Annotated[str, typer.Argument(help="A rulebook's file.")]


@app.callback()
def rules() -> None:
    """Rulebooks: checked, shown, compared."""


@app.command("check")
def check_command(file: File, json: Json = False) -> int:
    """Say whether a file is a rulebook in which every rule can apply and be met. `gardefou prove` proves it."""
    from gardefou.guard.prove import check  # noqa: PLC0415  # Z3 is loaded for the commands that need it

    speak_as_the_terminal()
    book = read_file(file)
    check(book)
    thing = {"name": book.name, "digest": book.digest.hex(), "rules": len(book.rules)}
    words = _(
        "%(name)s: %(rules)s rules, each of which can apply and be met. Digest %(digest)s.",
        name=book.name,
        rules=len(book.rules),
        digest=book.digest.hex(),
    )
    answer(thing, as_json=json, words=words)
    return OK


@app.command("show")
def show(rulebook: Book = None, data: Data = None, json: Json = False) -> int:
    """Print a rulebook as a table: acts, when, who proposes, who agrees, how long it waits, when it is void."""
    book = given(rulebook, data)
    if json:
        things = [_row(rule) for rule in book.rules]
        answer({"name": book.name, "digest": book.digest.hex(), "rules": things}, as_json=True, words="")
        return OK
    out().print(_table(book))
    return OK


def _table(book: Rulebook) -> Table:
    headings = (_("Rule"), _("Acts"), _("When"), _("Proposes"), _("Agree"), _("Needs"), _("Hold"), _("Void after"))
    table = Table(*headings, title=f"{book.name} · {book.digest.hex()[:12]}", show_lines=True)
    for rule in book.rules:
        row = _row(rule)
        table.add_row(f"[bold]{row['rule']}[/bold]", *(str(row[name]) for name in row if name != "rule"))
    return table


def _row(rule: Rule) -> dict[str, str]:
    """Return one rule in words, cell by cell."""
    agree = [f"{clause.n} × {place(' or '.join(clause.roles), other=clause.other)}" for clause in rule.approve]
    waits = [_length(rule.approve_within), _length(rule.execute_within)]
    return {
        "rule": rule.id,
        "acts": ", ".join(sorted(rule.kinds)),
        "when": " ".join(rule.when_text.split()),
        "propose": one_of(" or ".join(rule.propose)) if rule.propose else "",
        "approve": "\n".join(agree),
        "needs": ", ".join(need.text for need in rule.needs),
        "hold": _length(rule.hold),
        "clocks": " / ".join(wait or "–" for wait in waits) if any(waits) else "",
    }


def _length(micros: int) -> str:
    return duration(micros) if micros else ""


@app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(help="The rulebook before.")],
    new: Annotated[str, typer.Argument(help="The rulebook after.")],
    json: Json = False,
) -> int:
    """Say in words what needs less, and what needs more, under a new rulebook than under an old one."""
    from gardefou.guard.prove import against  # noqa: PLC0415  # Z3 is loaded for the commands that need it
    from gardefou.guard.prove.words import differences  # noqa: PLC0415  # as above

    speak_as_the_terminal()
    before, after = read_file(old), read_file(new)
    less, more = against(before, after), against(after, before)
    if json:
        answer(
            {"less": [one.to_json() for one in less], "more": [one.to_json() for one in more]}, as_json=True, words=""
        )
        return OK
    tell_less(less, new)
    if more:
        listed(_("What needs more under %(new)s", new=new), differences(more, more=True), style="green")
    return OK
