"""The house: settings, database, clock and everything the rooms plug into each other. The one place that joins them."""

from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from gardefou.app.behind_watch import BehindWatch
from gardefou.app.guard_watch import GuardWatch
from gardefou.app.ledger_key import key_in_use
from gardefou.app.official import OfficialAnnouncer
from gardefou.app.setting_watch import SettingWatch
from gardefou.app.settings import Settings, prepare_folder
from gardefou.app.shown_settings import guarded, spell
from gardefou.clock import Clock, StepWatch, SystemClock
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.effects import StandingEffect, deeds
from gardefou.enforcement.evidence import ReportedEvidence
from gardefou.enforcement.ports import Platform
from gardefou.enforcement.subjects import AccountSubjects, PostSubjects
from gardefou.events.stream import Fanout
from gardefou.guard.rules import Rulebook
from gardefou.incidents.declare import watch_orders
from gardefou.incidents.publish import PublishEffect, StatementSubjects
from gardefou.incidents.queries import open_incidents_naming
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.ports import Neighbours
from gardefou.network.queries import all_followed
from gardefou.network.report import Intake, intake
from gardefou.orders.ports import Ports
from gardefou.redress.notices import Notices
from gardefou.redress.taken_back import tell_of_taking_back
from gardefou.reports.answered import answer_case
from gardefou.reports.become_protected import become_protected
from gardefou.reports.offers import nearest
from gardefou.safeguards.found import founded_by
from gardefou.safeguards.plugs import safeguards
from gardefou.safeguards.subjects import HouseSubjects, PersonSubjects
from gardefou.staff.site import site_at
from gardefou.staff.unsafe_demo_authenticator import UnsafeDemoAuthenticator
from gardefou.storage import Database, Tx, open_database
from gardefou.storage.errors import SchemaMismatchError
from gardefou.storage.house import MADE_BY, remembered
from gardefou.storage.migrate import require_current

DEMO = "demo"
#: What the house remembers of where the demo was last served, and where its mail catcher listened.
RUNS_AT = "demo_runs_at"
MAIL_AT = "demo_mail_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One running house.

    Attributes:
        settings: how it is set up.
        db: its database.
        clock: what time it is.
        ports: what orders call and whom they tell.
        neighbours: what the embedded network tells.
        fanout: the one reader of events of this process.
        intake: the one way in for reports of this process.
        made_by: `init` or `demo`: who made the database.
        steps: notices a clock that jumps.
        guards: notices that the database's own guards are gone.
        settings_watch: notices that a setting a promise rests on is not the one agreed upon.
        behind: notices that the record is behind a head of it that is held elsewhere.
    """

    settings: Settings
    db: Database
    clock: Clock
    ports: Ports
    neighbours: Neighbours
    fanout: Fanout
    intake: Intake
    made_by: str
    steps: StepWatch
    guards: GuardWatch
    settings_watch: SettingWatch
    behind: BehindWatch

    @property
    def demo(self) -> bool:
        """Whether everyone and everything in it is made up."""
        return self.made_by == DEMO

    @property
    def password_grant(self) -> bool:
        """Whether programs may sign members in by e-mail address and password."""
        said = self.settings.password_grant
        return said == "on" or (self.demo and not said)

    def close(self) -> None:
        """Give the database back."""
        self.intake.close()
        self.db.close()


def wire(
    settings: Settings,
    *,
    steps: StepWatch | None = None,
    guards: GuardWatch | None = None,
    settings_watch: SettingWatch | None = None,
    behind: BehindWatch | None = None,
    demo: bool = False,
) -> Ports:
    """Join the rooms: what orders act upon, through what, on what evidence, and who hears of each step.

    Args:
        settings: how the house is set up.
        steps: notices a clock that jumps; None where time is simulated.
        guards: notices that the database's own guards are gone; None where everything is thrown away.
        settings_watch: notices that a setting is not the one agreed upon; None likewise.
        behind: notices that the record is behind what is held of it elsewhere; None likewise.
        demo: the database was made by the demo, or is thrown away: everybody is signed for.
    """
    clock_steps = steps or StepWatch()
    network = platform()
    standing = StandingEffect(network)
    publishing = PublishEffect(OfficialAnnouncer(neighbours()), settings.public_url)
    done = deeds(network)
    changing = {**safeguards(proved, spell, open_incidents_naming, all_followed), **done}
    return Ports(
        subjects={
            "account": AccountSubjects(),
            "post": PostSubjects(network),
            "statement": StatementSubjects(),
            "person": PersonSubjects(),
            "house": HouseSubjects(),
        },
        effects={"account": standing, "post": standing, "statement": publishing, **changing},
        changes=changing,
        touching=done,
        evidence=ReportedEvidence(network),
        site=site_at(settings.public_url),
        authenticator=UnsafeDemoAuthenticator() if demo else None,
        listeners=(
            Notices(
                url=settings.public_url,
                contest=settings.contest_address,
                url_now=lambda tx: _demo_at(tx) or settings.public_url,
            ),
            watch_orders,
            answer_case,
            tell_of_taking_back,
        ),
        tier_rose=become_protected,
        nearness=partial(nearest, follows=all_followed),
        executions_stopped=lambda: (
            clock_steps.look()
            or (guards is not None and guards.look())
            or (settings_watch is not None and bool(settings_watch.look()))
        ),
        record_behind=lambda: behind is not None and behind.look(),
    )


@lru_cache(maxsize=8)
def proved(text: str) -> tuple[Rulebook, str]:
    """Return a rulebook and the digest of its proof.

    Raises:
        RulebookError: it is no rulebook, or not proved.
    """
    # The solver is loaded only where a rulebook is to come into force.
    from gardefou.guard.prove import load_proved  # noqa: PLC0415

    book, proof = load_proved(text)
    return book, proof.digest


def platform() -> Platform:
    """Return the platform that orders act upon."""
    return EmbeddedPlatform()


def neighbours() -> Neighbours:
    """Return what the embedded network tells, carried to the rooms that want to know."""
    return EmbeddedNeighbours()


def open_db(settings: Settings, *, bounded: bool = False) -> Database:
    """Open the database, which must be there already; `bounded` as for `open_database`.

    Raises:
        SchemaMismatchError: there is none yet.
        DatabaseUnreachableError: it does not answer.
        UnwritableFolderError: the data folder cannot be written to.
    """
    prepare_folder(settings)
    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise SchemaMismatchError(f"there is no database at {url}: run `gardefou init` first")
    return open_database(url, bounded=bounded)


def open_house(settings: Settings, *, clock: Clock | None = None, bounded: bool = False) -> House:
    """Open the house on a database that is there and at this program's revision.

    What somebody runs once, and looks at, waits for its database as long as they do; the server and the worker are
    `bounded`, since others wait for them.
    """
    db = open_db(settings, bounded=bounded)
    try:
        require_current(db)
        return house_on(db, settings, clock=clock)
    except BaseException:
        db.close()
        raise


def house_on(db: Database, settings: Settings, *, clock: Clock | None = None) -> House:
    """Return the house on an open database."""
    clock = clock or SystemClock()
    by, steps, guards = made_by(db), StepWatch(), GuardWatch(db, clock)
    agreed = None if by == DEMO else guarded(settings, log_key=key_in_use(settings))
    watch, behind = SettingWatch(db, clock, agreed), BehindWatch(db, clock, settings)
    told = neighbours()
    return House(
        settings=settings,
        db=db,
        clock=clock,
        steps=steps,
        guards=guards,
        settings_watch=watch,
        behind=behind,
        ports=wire(settings, steps=steps, guards=guards, settings_watch=watch, behind=behind, demo=by == DEMO),
        neighbours=told,
        fanout=Fanout(db),
        intake=intake(db, clock, told, partial(accounts, site=settings.public_url)),
        made_by=by,
    )


def address(tx: Tx, house: House) -> str:
    """Return where people reach the house: the demo where it was last served, whatever the settings say now."""
    return (remembered(tx, RUNS_AT) if house.demo else "") or house.settings.public_url


def _demo_at(tx: Tx) -> str:
    """Return where the demo was last served; nothing in a house that is none."""
    return remembered(tx, RUNS_AT) if remembered(tx, MADE_BY) == DEMO else ""


def made_by(db: Database) -> str:
    """Return who made the database; empty when nobody has finished making it.

    Once the house is founded the record says it: a row that was rewritten makes no demo of somebody's house.
    """
    with db.reading() as tx:
        told = founded_by(tx)
        return remembered(tx, MADE_BY) if told is None else told
