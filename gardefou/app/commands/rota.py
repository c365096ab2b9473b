"""A rota from a file: told whole before anything is written, and entered whole or not at all."""

from pathlib import Path
from typing import Any

from gardefou.app.commands.common import answer, err
from gardefou.app.errors import BAD_INPUT, FINDING, OK, FileUnreadableError
from gardefou.app.house import House, address
from gardefou.app.imports.proposing import importer
from gardefou.app.people import person_named
from gardefou.clock import to_iso
from gardefou.errors import BadInputError
from gardefou.events.actor import IMPORTER
from gardefou.safeguards.enter_rota import Entered, enter_rota, try_rota
from gardefou.safeguards.found import founded
from gardefou.safeguards.rota_plan import RotaPlan, rota_plan
from gardefou.staff.credentials import signs_at
from gardefou.staff.rota.reading import read_rota
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import day_and_time
from gardefou.words.reasons import sentence


def import_rota(house: House, file: Path, *, zone: str, dry_run: bool, by: str, as_json: bool) -> int:
    """Enter a rota, or say what it would change; a trial asks the same guard and ends with the same code.

    Returns:
        `BAD_INPUT` when nothing of it could be used, `FINDING` when the guard said no or somebody was left out.

    Raises:
        FileUnreadableError: the file is not there, or not what its name says.
    """
    try:
        content, now = file.read_bytes(), house.clock.now()
        rows = read_rota(file.name, content, zone=zone, now=now)
    except OSError as problem:
        raise FileUnreadableError(f"{file}: {problem.strerror}") from problem
    except BadInputError as problem:
        raise FileUnreadableError(f"{file}: {problem.message}") from problem
    with house.db.reading() as tx:
        plan = rota_plan(tx, rows, now)
    for line in (*plan.told, *plan.faults):
        err().print(f"{file}: {line.where}: {line.words}", markup=False, highlight=False)
    done = None if plan.faults else _entered(house, plan, by=by, now=now, trial=dry_run)
    with house.db.reading() as tx:
        at = address(tx, house)
    known = _signs(house, by, now) if done is not None and done.refused else {}
    words = [f"{file}: {said}" for said in _words(plan, done, at=at, trial=dry_run, known=known)]
    if dry_run and not plan.faults:
        words = [*_listed(plan), *words]
    answer(_as_json(file, plan, done, trial=dry_run), as_json=as_json, words="\n".join(words))
    return _code(plan, done)


def _entered(house: House, plan: RotaPlan, *, by: str, now: int, trial: bool) -> Entered:
    with house.db.transaction() as tx:
        actor = importer(tx, by) if founded(tx) else IMPORTER
        enter = try_rota if trial else enter_rota
        return enter(tx, house.ports, actor=actor, now=now, plan=plan)


def _code(plan: RotaPlan, done: Entered | None) -> int:
    if done is None or done.useless or not plan.parts:
        return BAD_INPUT
    return FINDING if done.refused or done.left else OK


def _listed(plan: RotaPlan) -> list[str]:
    """Return every shift that is new, person by person."""
    said = []
    for part in plan.parts:
        spans = [f"  {day_and_time(starts)} – {day_and_time(ends)}" for starts, ends in part.fresh]
        words = ngettext("%(count)s shift", "%(count)s shifts", len(part.fresh))
        said += [_("%(name)s: %(shifts)s new, %(known)s known", name=part.name, shifts=words, known=part.known), *spans]
    return said


def _signs(house: House, by: str, now: int) -> dict[str, int]:
    """Return when the key of whoever proposes signs, for the words of a refusal."""
    with house.db.reading() as tx:
        at = signs_at(tx, int(person_named(tx, by)["id"]), now)
    return {} if at is None else {"signs_at": at}


def _words(plan: RotaPlan, done: Entered | None, *, at: str, trial: bool, known: dict[str, int]) -> list[str]:
    if done is None:
        words = ngettext(
            "%(count)s line is wrong, so nothing is entered.",
            "%(count)s lines are wrong, so nothing is entered.",
            len(plan.faults),
        )
        return [words]
    if not plan.parts:
        return [_("there is no shift in it that is still ahead; nothing was entered")]
    said = [f"{one.where}: {one.words}" for one in done.left]
    there = sum(part.known for part in plan.parts)
    if there:
        said.append(
            ngettext("%(count)s shift is on the rota already", "%(count)s shifts are on the rota already", there)
        )
    return [*said, *_refusal(done, known), *(_tried() if trial else _became(done, at))]


def _tried() -> list[str]:
    return [_("nothing was entered: this was a dry run")]


def _refusal(done: Entered, known: dict[str, int]) -> list[str]:
    found = [sentence(one.code, {**known, **one.fields}) for one in done.refused]
    return [_("refused:"), *(f"{words} {detail}".strip() for words, detail in found)] if found else []


def _became(done: Entered, at: str) -> list[str]:
    if done.refused:
        return []
    if done.at_once:
        return [ngettext("%(count)s shift entered", "%(count)s shifts entered", done.shifts)]
    if done.drawn:
        words = ngettext(
            "%(count)s order drawn up. Read and sign it within an hour: %(link)s",
            "%(count)s orders drawn up. Read and sign them within an hour: %(link)s",
            len(done.drawn),
            link=f"{at}/desk/papers",
        )
        return [words]
    return [ngettext("%(count)s order proposed", "%(count)s orders proposed", len(done.orders))]


def _as_json(file: Path, plan: RotaPlan, done: Entered | None, *, trial: bool) -> dict[str, Any]:
    return {
        "file": str(file),
        "people": [
            {
                "person": str(part.person_id),
                "name": part.name,
                "known": part.known,
                "shifts": [{"starts": to_iso(starts), "ends": to_iso(ends)} for starts, ends in part.fresh],
            }
            for part in plan.parts
        ],
        "faults": [{"where": one.where, "words": one.words} for one in plan.faults],
        "told": [{"where": one.where, "words": one.words} for one in plan.told],
        "entered": 0 if done is None or trial else done.shifts,
        "orders": [] if done is None else [str(order.id) for order in done.orders],
        "to_sign": [] if done is None else [str(number) for number in done.drawn],
        "left": [] if done is None else [{"who": one.where, "words": one.words} for one in done.left],
        "refused": [] if done is None else [one.code for one in done.refused],
    }
