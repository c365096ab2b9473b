"""Found a house: an empty database gets a schema, a rulebook in force and the network's official account."""

from dataclasses import dataclass
from pathlib import Path

from gardefou.app.errors import NotReadyError, PublishedBeforeError, SettingsError
from gardefou.app.house import House, made_by, neighbours, proved, wire
from gardefou.app.ledger_key import key_in_use
from gardefou.app.official import open_official_account
from gardefou.app.settings import Settings
from gardefou.app.shown_settings import guarded
from gardefou.clock import Clock, SystemClock
from gardefou.events.actor import SETUP
from gardefou.ledger.folder import LedgerFolder
from gardefou.orders import rulebook
from gardefou.safeguards.at_hand import unsatisfied
from gardefou.safeguards.found import found, founded
from gardefou.storage import open_database
from gardefou.storage.house import MADE_BY, remember
from gardefou.storage.migrate import require_current, revision, upgrade
from gardefou.storage.roles import prepare

_PACKAGE = Path(__file__).parent.parent
#: In a wheel the rulebooks lie inside the package; in a checkout beside it.
RULEBOOKS = next(
    (path for path in (_PACKAGE / "app" / "shipped" / "rulebooks", _PACKAGE.parent / "rulebooks") if path.is_dir()),
    _PACKAGE.parent / "rulebooks",
)
SHIPPED = "shipped.toml"
INIT = "init"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What became of the founding."""

    database: str
    rulebook: str
    new: bool


def rulebook_text(settings: Settings) -> str:
    """Return the text of the rulebook to found the house on.

    Raises:
        SettingsError: the file cannot be read.
    """
    path = Path(settings.rulebook) if settings.rulebook else RULEBOOKS / SHIPPED
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"rulebook: {path} cannot be read: {problem}") from problem


def close_door(house: House) -> None:
    """Found the house: from now on its safeguards change only by orders.

    Raises:
        NotReadyError: the people who were imported could not do everything the rulebook knows; names the rules.
        FoundedError: it was founded before.
    """
    now = house.clock.now()
    with house.db.transaction() as tx:
        never, _not_now = unsatisfied(tx, rulebook.in_force(tx, house.ports.load_rulebook), now)
        if never and not founded(tx):
            raise NotReadyError(
                f"nobody here could satisfy: {', '.join(never)}; import more people first (`gardefou import staff`) "
                "and have them enrol keys (`gardefou staff link NAME`), since after this both come by orders alone"
            )
        settings = {} if house.demo else guarded(house.settings, log_key=key_in_use(house.settings))
        found(tx, actor=SETUP, now=now, settings=settings)


def _nothing_published(settings: Settings) -> None:
    """Insist that no other house has published its record here: what outsiders have seen is never begun anew."""
    if LedgerFolder(settings.ledger_folder).checkpoint() is not None:
        raise PublishedBeforeError(
            f"{settings.ledger_folder} holds the record of a house that is not in this database: name that house's "
            "database with GARDEFOU_DATABASE, or another folder with GARDEFOU_DATA"
        )


def found_house(settings: Settings, *, by: str = INIT, clock: Clock | None = None) -> Founded:
    """Make the database if it is not there; one that is there is left as it is.

    Raises:
        SchemaMismatchError: it is there at another revision, or holds something that is not ours.
        RulebookError: the rulebook cannot be in force; nothing was made.
        PublishedBeforeError: another house has published its record in the data folder.
    """
    text = rulebook_text(settings)
    ports = wire(settings)
    book, proof = proved(text)
    if settings.owner:
        prepare(settings.owner, settings.database_url)
    db = open_database(settings.database_url)
    try:
        shown = db.engine.url.render_as_string(hide_password=True)
        there = revision(db) is not None
        if there:
            require_current(db)
            if made_by(db):
                return Founded(database=shown, rulebook=book.name, new=False)
        _nothing_published(settings)
        if not there:
            upgrade(db)
        now = (clock or SystemClock()).now()
        with db.transaction() as tx:
            remember(tx, key=MADE_BY, value=by)
            rulebook.enter(tx, actor=SETUP, now=now, text=text, loader=ports.load_rulebook, proof=proof)
            open_official_account(tx, neighbours(), actor=SETUP, now=now)
        return Founded(database=shown, rulebook=book.name, new=True)
    finally:
        db.close()
