"""`init` and `upgrade`: the database made and brought up to date."""

from gardefou.app.commands.common import Data, Json, answer, load_settings
from gardefou.app.found import found_house
from gardefou.app.house import open_db
from gardefou.app.settings import prepare_folder
from gardefou.storage.migrate import revision, upgrade


def init(data: Data = None, json: Json = False) -> None:
    """Make the database and put the rulebook in force. Safe to run twice."""
    settings = load_settings(data=data)
    prepare_folder(settings)
    made = found_house(settings)
    words = f"Set up: {made.database}, rulebook {made.rulebook}." if made.new else f"Already set up: {made.database}."
    answer(
        {"database": made.database, "rulebook": made.rulebook, "new": made.new},
        as_json=json,
        words=f"{words}\nNext: gardefou import staff FILE, then gardefou serve and gardefou worker.",
    )


def upgrade_database(data: Data = None, json: Json = False) -> None:
    """Bring the database to this program's revision."""
    settings = load_settings(data=data)
    db = open_db(settings)
    try:
        before = revision(db)
        upgrade(db)
        after = revision(db)
    finally:
        db.close()
    words = f"Upgraded from {before} to {after}." if before != after else f"Already at revision {after}."
    answer({"before": before, "after": after}, as_json=json, words=words)
