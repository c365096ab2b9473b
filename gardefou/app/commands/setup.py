"""`init` and `upgrade`: the database made and brought up to date."""

from typing import Annotated

import typer

from gardefou.app.commands.common import Data, Json, answer, load_settings, the_house
from gardefou.app.doctor import no_key_before
from gardefou.app.found import close_door, found_house
from gardefou.app.house import open_db
from gardefou.app.ledger_key import make_key
from gardefou.app.settings import prepare_folder
from gardefou.clock import to_iso
from gardefou.staff.credentials import first_signs_at
from gardefou.staff.queries import people
from gardefou.storage.migrate import revision, upgrade
from gardefou.storage.roles import prepare
from gardefou.words import gettext as _


def init(
    close: Annotated[
        bool, typer.Option("--close", help="Found the house: from now on its safeguards change only by orders.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Make the database and put the rulebook in force; with --close, found the house. Safe to run twice."""
    if close:
        _close(data, as_json=json)
        return
    settings = load_settings(data=data)
    prepare_folder(settings)
    made = found_house(settings)
    key = str(make_key(settings))
    words = f"Set up: {made.database}, rulebook {made.rulebook}." if made.new else f"Already set up: {made.database}."
    answer(
        {"database": made.database, "rulebook": made.rulebook, "new": made.new, "ledger_vkey": key},
        as_json=json,
        words=f"{words}\nThe record's verifier key, with which outsiders check it: {key}\n"
        "Next: gardefou import staff FILE, import accounts and roster likewise, then gardefou init "
        "--close, gardefou serve and gardefou worker.",
    )


def _close(data: str | None, *, as_json: bool) -> None:
    with the_house(data) as house:
        close_door(house)
        now = house.clock.now()
        with house.db.reading() as tx:
            first = first_signs_at(tx, now)
            on_shift = any(one.engaged and one.on_shift_until is not None for one in people(tx, now))
    told = [no_key_before(first)] if first is not None else []
    if not on_shift:
        told.append(
            _("Nobody is on shift now; add shifts with `gardefou import rota`, which two people sign from now on.")
        )
    answer(
        {"founded": True, "signs_from": None if first is None else to_iso(first), "on_shift": on_shift},
        as_json=as_json,
        words="\n".join(
            [
                _(
                    "Founded. From now on people, roles, tiers, the roster and the rulebook change only by orders: "
                    "gardefou propose, or the desk."
                ),
                *told,
            ]
        ),
    )


def upgrade_database(data: Data = None, json: Json = False) -> None:
    """Bring the database to this program's revision."""
    settings = load_settings(data=data)
    db = open_db(settings)
    try:
        before = revision(db)
        if settings.owner:
            prepare(settings.owner, settings.database_url)
        else:
            upgrade(db)
        after = revision(db)
    finally:
        db.close()
    words = f"Upgraded from {before} to {after}." if before != after else f"Already at revision {after}."
    answer({"before": before, "after": after}, as_json=json, words=words)
