"""`gardefou prove`: is the rulebook proved, or what is the way in?

The story of a way in is told in the rulebook's own English, as errors of rulebooks are; what stands around it is not.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from gardefou.app.commands.common import Data, Json, answer, out, speak_as_the_terminal, the_house
from gardefou.app.errors import FINDING, OK, FileUnreadableError
from gardefou.clock import SystemClock
from gardefou.guard.errors import RulebookError
from gardefou.guard.reading import read
from gardefou.guard.rules import Rulebook
from gardefou.orders.rulebook import text_in_force
from gardefou.words import gettext as _
from gardefou.words import ngettext

SECOND = 1_000_000

Book = Annotated[
    str | None, typer.Argument(help="A rulebook's file; without it, the one in force.", metavar="[RULEBOOK]")
]


def read_file(path: str) -> Rulebook:
    """Read a rulebook that may be no good.

    Raises:
        FileUnreadableError: the file cannot be read, or is no rulebook.
    """
    text = text_of(path)
    try:
        return read(text)
    except RulebookError as problem:
        raise FileUnreadableError(f"{path}: {problem.message}") from problem


def text_of(path: str) -> str:
    """Return what a file says.

    Raises:
        FileUnreadableError: the file cannot be read.
    """
    try:
        return Path(path).read_text("utf-8")
    except FileNotFoundError as problem:
        raise FileUnreadableError(f"{path} cannot be read: there is no such file") from problem
    except UnicodeDecodeError as problem:
        raise FileUnreadableError(f"{path} cannot be read: it is not UTF-8 text") from problem
    except OSError as problem:
        raise FileUnreadableError(f"{path} cannot be read: {problem.strerror}") from problem


def called(book: Rulebook, path: str | None) -> str:
    """Return what to call a rulebook: by its file too, since every copy has the name that stands in it."""
    return book.name if path is None else f"{book.name} ({path})"


def given(path: str | None, data: str | None) -> Rulebook:
    """Return the rulebook of a file, or the one in force."""
    if path is not None:
        speak_as_the_terminal()
        return read_file(path)
    with the_house(data) as house, house.db.reading() as tx:
        return read(text_in_force(tx)[1])


def prove(
    rulebook: Book = None,
    humans: Annotated[int, typer.Option(min=1, max=9, help="How many act together, any number of logins each.")] = 1,
    against: Annotated[str | None, typer.Option(help="Another rulebook: say what needs less than under it.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Prove that so many people silence no protected account, by any sequence of orders; or print the way in."""
    begun = SystemClock().now()
    # Z3 is loaded for the commands that need it, and for no other.
    from gardefou.guard import prove as prover  # noqa: PLC0415

    book = given(rulebook, data)
    prover.check(book)
    found = prover.prove(book, humans=humans)
    less = () if against is None else prover.against(read_file(against), book)
    fewest = prover.smallest(book)
    seconds = (SystemClock().now() - begun) / SECOND
    if json:
        thing = found.to_json() | {"name": book.name, "seconds": seconds, "smallest": fewest}
        extra = {} if against is None else {"against": [one.to_json() for one in less]}
        answer(thing | extra, as_json=True, words="")
    else:
        _tell(called(book, rulebook), found, seconds)
        _tell_fewest(fewest)
        if against is not None:
            tell_less(less, rulebook or book.name)
    return OK if isinstance(found, prover.Proof) and not less else FINDING


def _tell(name: str, found: Any, seconds: float) -> None:
    """Print the proof with everything it rests on, or the way in."""
    if found.to_json()["proved"]:
        head = ngettext(
            "Proved for %(count)s person, with any number of logins: %(name)s.",
            "Proved for %(count)s people, with any number of logins each: %(name)s.",
            found.humans,
            name=name,
        )
        out().print(head, style="bold green", markup=False)
        listed(_("What holds"), found.claims)
        listed(_("What it rests on"), found.assumptions)
        _pairs({_("Rulebook"): found.rulebook, _("Proof"): found.digest, _("Seconds"): f"{seconds:.2f}"})
        return
    head = ngettext(
        "Not proved: %(count)s person is enough. %(name)s.",
        "Not proved: %(count)s people are enough. %(name)s.",
        found.humans,
        name=name,
    )
    out().print(head, style="bold red", markup=False)
    from gardefou.guard.prove import CLAIMS  # noqa: PLC0415  # Z3 is loaded already when this is reached

    listed(_("What does not hold"), [CLAIMS[found.claim]])
    listed(_("The way in"), found.words)
    _pairs({_("Rulebook"): found.rulebook, _("Seconds"): f"{seconds:.2f}"})


def _tell_fewest(fewest: Mapping[str, int | None]) -> None:
    """Print how many people it would take, honestly."""
    what = {
        "silence": _("silence a protected account"),
        "rules": _("bring other rules into force"),
        "rights": _("change who may do what"),
    }
    lines = []
    for claim, humans in fewest.items():
        if humans is None:
            lines.append(_("%(what)s: not even nine people", what=what[claim]))
        else:
            lines.append(ngettext("%(what)s: %(count)s person", "%(what)s: %(count)s people", humans, what=what[claim]))
    listed(_("How many people together can"), lines)


def tell_less(less: Sequence[Any], new: str) -> None:
    """Print what needs less under a new rulebook."""
    from gardefou.guard.prove.words import differences  # noqa: PLC0415  # Z3 is loaded already when this is reached

    if not less:
        out().print("\n" + _("Nothing needs less under %(new)s.", new=new), style="green", markup=False)
        return
    listed(_("What needs less under %(new)s", new=new), differences(less), style="yellow")


def listed(title: str, lines: Sequence[str], *, style: str = "") -> None:
    """Print lines under a title."""
    out().print(f"\n{title}", style="bold", markup=False)
    for line in lines:
        out().print(f"  {line}", style=style, markup=False)


def _pairs(pairs: Mapping[str, str]) -> None:
    out().print()
    for name, value in pairs.items():
        out().print(f"{name:<10} {value}", markup=False)
