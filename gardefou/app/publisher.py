"""Publishes the record, beside the worker's rounds and never within them: a slow disk or signer holds no order up.

Upholds promise 14. A failure is written to the log once in ten minutes, kept where the doctor and the desk find it, and
tried again in every round. Who publishes is alone in the folder: a second worker passes by.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.app.behind_watch import CURE, LOST, PUBLISHED, Held, ahead, held_elsewhere
from gardefou.app.errors import LedgerKeyError
from gardefou.app.house import House
from gardefou.app.ledger_key import signer_of, unkeyed, verifier_keys
from gardefou.clock import MINUTE, SECOND
from gardefou.errors import GardefouError
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger import store
from gardefou.ledger.errors import BehindError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.fsck import Checked, fsck
from gardefou.ledger.log import TROUBLE
from gardefou.ledger.note import Signer
from gardefou.ledger.publish import publish
from gardefou.safeguards.settings import LOG_KEY, head_spelt, in_force, recovered_heads
from gardefou.storage import Tx
from gardefou.storage.house import remember, remembered

SPEAK_AGAIN_AFTER = 10 * MINUTE
#: What failed is tried again after this long, twice as long each time, and at least this often.
PAUSE, LONGEST_PAUSE = SECOND // 2, MINUTE
_LONGEST = 500

_log = structlog.get_logger(__name__)


class Publisher:
    """Publishes one house's record, one step at a time."""

    def __init__(self, house: House, *, folder: LedgerFolder | None = None) -> None:
        """Prepare; nothing is read before the first step."""
        self._house = house
        self._folder = folder or LedgerFolder(house.settings.ledger_folder)
        # Half of the time is left for noticing, and for the writing itself.
        self._every = int(house.settings.ledger_every * SECOND) // 2
        self._pause = 0
        self._at = 0
        self._size = -1
        # Whether the files have been compared since this program began, or since something went wrong.
        self._checked = False
        self._in_trouble = True
        self._said_keyless = False
        self._spoke_at: int | None = None
        self._runs: Future[None] | None = None
        self._thread: ThreadPoolExecutor | None = None

    def nudge(self) -> None:
        """Let a step be taken in a thread of its own, unless one is under way."""
        if self._runs is not None and not self._runs.done():
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="publisher")
        self._runs = self._thread.submit(self.step)

    def close(self) -> None:
        """Wait for the step that is under way."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def step(self) -> None:
        """Publish what is new, if it is time; whatever goes wrong is said and tried again."""
        now = self._house.clock.now()
        if 0 <= now - self._at < max(self._every, self._pause):
            return
        try:
            self._publish(now)
        except (GardefouError, OSError, SQLAlchemyError) as problem:
            self._trouble(now, problem)
        except Exception as problem:  # noqa: BLE001  # a bug of ours: it is told whole, and must not end the thread
            _log.exception("ledger.failed", problem=type(problem).__name__)
            self._trouble(now, problem)
        else:
            self._well()

    def _publish(self, now: int) -> None:
        house = self._house
        with house.db.reading() as tx:
            if self._checked and store.head(tx).size == self._size:
                return
            keyless = unkeyed(house.settings) and not in_force(tx).get(LOG_KEY)
        self._at = now
        if keyless:
            self._say_keyless()
            return
        signer = signer_of(house.settings)
        # The database is read once nobody else writes here: else what another worker published meanwhile would seem to
        # be ahead of it.
        with self._folder.alone() as alone:
            if not alone:
                return
            with house.db.reading() as tx:
                _agreed(tx, signer)
                self._begin_anew(tx, signer)
            self._publish_alone(signer)

    def _publish_alone(self, signer: Signer) -> None:
        held = held_elsewhere(self._house.settings)
        with self._house.db.reading() as tx:
            _not_witnessed_ahead(tx, held)
            keys, size = verifier_keys(self._house.settings), store.head(tx).size
            if not self._checked:
                _tell(fsck(tx, folder=self._folder, keys=keys))
            self._checked = False
            publish(tx, folder=self._folder, signer=signer, earlier=keys[1:])
            self._checked, self._size = True, size

    def _begin_anew(self, tx: Tx, signer: Signer) -> None:
        """Put a log away that the house has lost and goes on without; the next one has another name.

        No log signs two heads of which the one does not lead to the other, under one name.
        """
        data, recovered = self._folder.checkpoint(), recovered_heads(tx)
        if data is None or not recovered:
            return
        lost = checkpoints.read(notes.read(data).text)
        if head_spelt(lost.size, lost.root) not in recovered:
            return
        if lost.origin == signer.key.name:
            raise BehindError(
                f"the log {lost.origin} was lost at {lost.size} entries, and its name with it: set ledger_origin to "
                "another name, then `gardefou ledger key --new`, and have that key agreed upon"
            )
        self._folder.put_aside(lost.size)

    def _say_keyless(self) -> None:
        """Say once that a house set up before there was a log has no key; the doctor says it whenever asked."""
        if not self._said_keyless:
            self._said_keyless = True
            _log.warning("ledger.no_key", do="gardefou init")

    def _trouble(self, now: int, problem: Exception) -> None:
        """Say it, at most once in ten minutes, and keep it for whoever asks."""
        self._pause = min(max(PAUSE, 2 * self._pause), LONGEST_PAUSE)
        self._in_trouble = True
        if self._spoke_at is None or not 0 <= now - self._spoke_at < SPEAK_AGAIN_AFTER:
            self._spoke_at = now
            keep_trouble(self._house, problem)

    def _well(self) -> None:
        self._pause = 0
        if self._in_trouble:
            self._in_trouble, self._spoke_at = False, None
            forget_trouble(self._house)


def check_published(house: House) -> None:
    """Compare the right edge of what was published with the database, as a program starts; put back what is damaged.

    Where that cannot be, it is said, and the program starts all the same: bringing back never waits for it (promise 7).
    """
    try:
        keys = verifier_keys(house.settings)
        folder = LedgerFolder(house.settings.ledger_folder)
        if not keys or folder.checkpoint() is None:
            return
        with folder.alone() as alone, house.db.reading() as tx:
            if alone:
                _tell(fsck(tx, folder=folder, keys=keys))
    except (GardefouError, OSError, SQLAlchemyError) as problem:
        keep_trouble(house, problem)


def keep_trouble(house: House, problem: Exception) -> None:
    """Write to the log why nothing is published, and remember it."""
    if isinstance(problem, GardefouError):
        why = problem.message
    elif isinstance(problem, OSError):
        why = f"{problem.filename or house.settings.ledger_folder}: {problem.strerror}"
    else:
        why = type(problem).__name__
    line = " ".join(why.split())[:_LONGEST]
    _log.error("ledger.not_published", why=line)
    with suppress(SQLAlchemyError), house.db.transaction() as tx:
        remember(tx, key=TROUBLE, value=line)


def forget_trouble(house: House) -> None:
    """Let nobody be told any more of what is over."""
    with suppress(SQLAlchemyError):
        with house.db.reading() as tx:
            if not remembered(tx, TROUBLE):
                return
        _log.info("ledger.published_again")
        with house.db.transaction() as tx:
            remember(tx, key=TROUBLE, value="")


def _not_witnessed_ahead(tx: Tx, held: Held) -> None:
    """Insist that no witness holds a head beyond the record: what is signed now, that head would contradict.

    Where the record is as long, and only the size is known, the witness is asked: it signs what leads on from it.
    """
    lost = ahead(tx, held)
    if lost is None or lost.holder in {PUBLISHED, LOST} or (not lost.root and lost.size <= store.head(tx).size):
        return
    raise BehindError(f"{lost.holder} holds a head of {lost.size} entries that the record does not have: {CURE}")


def _agreed(tx: Tx, signer: Signer) -> None:
    """Insist on the key that was agreed upon: at the founding, or by an order since."""
    agreed = in_force(tx).get(LOG_KEY, "")
    if agreed and agreed != str(signer.key):
        raise LedgerKeyError(
            f"{signer.key} is not the key that was agreed upon, {agreed}: put that one back, or have the other agreed "
            f"upon: gardefou propose setting.change --set name={LOG_KEY} --set value=… --as PERSON"
        )


def _tell(checked: Checked) -> None:
    if checked.damaged:
        _log.warning("ledger.repaired", entries=checked.size, files=len(checked.damaged), first=checked.damaged[0])
