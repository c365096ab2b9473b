"""What each program does first: write into the record with which settings it starts, or not start at all."""

from sqlalchemy.exc import SQLAlchemyError

from gardefou.app.errors import RecordUnwritableError
from gardefou.app.house import House
from gardefou.app.ledger_key import key_in_use
from gardefou.app.publisher import check_published
from gardefou.app.shown_settings import shown
from gardefou.events.actor import SETUP
from gardefou.safeguards.digest_settings import digest_settings
from gardefou.staff.heard_roles import forget_roles

#: What leaves such an entry at its start, and is asked about by the doctor.
PROGRAMS = ("serve", "worker", "demo")


def begin(house: House, program: str) -> None:
    """Digest the settings of a program that starts, and look at those that a promise rests on.

    Raises:
        RecordUnwritableError: the record cannot be written to.
    """
    settings = shown(house.settings, log_key=key_in_use(house.settings))
    try:
        with house.db.transaction() as tx:
            if not house.settings.oidc_roles:
                forget_roles(tx, actor=SETUP)
            digest_settings(tx, actor=SETUP, now=house.clock.now(), program=program, settings=settings)
    except SQLAlchemyError as problem:
        why = str(getattr(problem, "orig", problem)).strip().partition("\n")[0]
        raise RecordUnwritableError(
            f"the record cannot be written to ({why}), so `{program}` does not start: nothing runs here with settings "
            "that nobody could look up"
        ) from problem
    house.settings_watch.look()
    check_published(house)
