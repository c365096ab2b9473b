"""A rota from a file: told whole before anything is written, and entered whole or not at all."""

from pathlib import Path
from typing import Any

from gardefou.app.commands.common import answer, err
from gardefou.app.errors import FINDING, OK, FileUnreadableError
from gardefou.app.house import House
from gardefou.app.imports.proposing import importer
from gardefou.clock import to_iso
from gardefou.errors import BadInputError
from gardefou.events.actor import IMPORTER
from gardefou.safeguards.enter_rota import Entered, enter_rota
from gardefou.safeguards.found import founded
from gardefou.safeguards.rota_plan import RotaPlan, rota_plan
from gardefou.staff.rota.reading import read_rota
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import day_and_time
from gardefou.words.reasons import sentence


def import_rota(house: House, file: Path, *, zone: str, dry_run: bool, by: str, as_json: bool) -> int:
    """Enter a rota, or say what it would change.

    Returns:
        `FINDING` when something is wrong with it, and so nothing was entered.

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
    done = None if dry_run or plan.faults else _entered(house, plan, by=by, now=now)
    answer(_as_json(file, plan, done), as_json=as_json, words="\n".join(_words(file, plan, done)))
    return FINDING if plan.faults or (done is not None and done.refused) else OK


def _entered(house: House, plan: RotaPlan, *, by: str, now: int) -> Entered:
    with house.db.transaction() as tx:
        actor = importer(tx, by) if founded(tx) else IMPORTER
        return enter_rota(tx, house.ports, actor=actor, now=now, plan=plan)


def _words(file: Path, plan: RotaPlan, done: Entered | None) -> list[str]:
    if done is not None:
        return [f"{file}: {words}" for words in _became(done)]
    said = []
    for part in plan.parts:
        spans = [f"  {day_and_time(starts)} – {day_and_time(ends)} UTC" for starts, ends in part.fresh]
        words = ngettext("%(count)s shift", "%(count)s shifts", len(part.fresh))
        said += [_("%(name)s: %(shifts)s new, %(known)s known", name=part.name, shifts=words, known=part.known), *spans]
    if plan.faults:
        words = ngettext(
            "%(count)s line is wrong, so nothing is entered.",
            "%(count)s lines are wrong, so nothing is entered.",
            len(plan.faults),
        )
        return [f"{file}: {words}"]
    tried = _("nothing was entered: this was a dry run")
    return [*said, f"{file}: {tried}"]


def _became(done: Entered) -> list[str]:
    said = [f"{one.where}: {one.words}" for one in done.left]
    if done.refused:
        return [*said, _("refused:"), *(sentence(one.code, one.fields)[0] for one in done.refused)]
    if done.shifts:
        return [*said, ngettext("%(count)s shift entered", "%(count)s shifts entered", done.shifts)]
    words = ngettext("%(count)s order proposed", "%(count)s orders proposed", len(done.orders))
    return [*said, words]


def _as_json(file: Path, plan: RotaPlan, done: Entered | None) -> dict[str, Any]:
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
        "entered": 0 if done is None else done.shifts,
        "orders": [] if done is None else [str(order.id) for order in done.orders],
        "left": [] if done is None else [{"who": one.where, "words": one.words} for one in done.left],
        "refused": [] if done is None else [one.code for one in done.refused],
    }
