"""The worker: drives the clocks of orders, publishes the record, delivers the outbox, and says that it is alive.

Every step is a transaction of its own, and one that fails is logged and left for the next round: it never stops the
others. A second worker beside this one is harmless, since every step is compared-and-set (promise 5, 9).
"""

import json
import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from sqlalchemy import RowMapping, func, select

from gardefou.app.cosigning.cosigning import Cosigning
from gardefou.app.errors import UndeclaredDoorError
from gardefou.app.house import House
from gardefou.app.invitation_letter import with_invitation
from gardefou.app.mail import Mailer, MailError
from gardefou.app.nights import look_ahead
from gardefou.app.password_letter import with_link
from gardefou.app.protected_letter import tell_of_protected
from gardefou.app.publisher import Publisher
from gardefou.app.receipt_letter import Riding, riding
from gardefou.app.reviews import ask_for_reviews
from gardefou.app.teller import Teller
from gardefou.app.tiers import TierSweep
from gardefou.clock import HOUR, MINUTE, SECOND
from gardefou.errors import GardefouError
from gardefou.events import Actor, outbox
from gardefou.events.tables import event
from gardefou.events.tables import outbox as outbox_table
from gardefou.may import May, declared, may
from gardefou.network.drop_media import sweep_media
from gardefou.network.media_folder import MediaFolder
from gardefou.network.passwords_anew import TOPIC
from gardefou.network.sweep import sweep
from gardefou.orders import drive, notices
from gardefou.reports.after_a_step import end_what_is_ahead
from gardefou.reports.take_out import take_out_next, waits_to_be_taken_out
from gardefou.reports.tally import count_on, waits_to_be_counted
from gardefou.safeguards.credentials import INVITATION
from gardefou.storage.house import beat
from gardefou.storage.outage import Outage, outage_of

#: The longest a due clock waits to be noticed.
ROUND = 0.25
BEAT_EVERY = 5 * SECOND
#: Open orders are looked at this often even when nothing seems to have happened.
LOOK_EVERY = 2 * SECOND
#: So many open orders that are not due are looked at in one round.
AT_ONCE = 500
#: A lift that cannot be done is spoken of this often; it is tried in every round.
SPEAK_AGAIN_AFTER = 10 * MINUTE
#: The rota of the coming week is held against the rules this often.
LOOK_AHEAD_EVERY = HOUR
#: Images that nobody posted are swept this often.
SWEEP_EVERY = HOUR
#: Duty managers are told of protected accounts' cases this often at most.
TELL_EVERY = MINUTE
#: A letter whose receipt is about to come is looked at again after this.
LETTER_WAITS = SECOND // 4
NAME = "worker"
#: What is done in each round, in this order.
TASKS = (
    "_beat",
    "_guards",
    "_drive",
    "_lift",
    "_publish",
    "_tiers",
    "_look_ahead",
    "_reporters",
    "_set_aside",
    "_protected",
    "_tell",
    "_mail",
    "_witness",
    "_sweep_network",
)
MAIL = "mail"
#: What is sent by mail: letters as they stand, and links that are made when they are sent.
BY_MAIL = (MAIL, TOPIC, INVITATION)

_log = structlog.get_logger(__name__)


class Worker:
    """One worker of one house."""

    def __init__(self, house: House, *, name: str = NAME, at_once: int = AT_ONCE) -> None:
        """Prepare; nothing is read before `run` or `round`. `at_once` is how many orders not due one round looks at."""
        self._house = house
        self._name = name
        self._mailer = Mailer(house.settings.smtp, house.settings.mail_from) if house.settings.smtp else None
        self._sweep = TierSweep(house)
        self._teller = Teller(house, actor=Actor.machine(NAME))
        self._publisher = Publisher(house)
        self._cosigning = Cosigning(house)
        self._beat_at = self._looked_at = self._looked_ahead_at = self._swept_at = self._told_at = 0
        self._last_event = -1
        self._at_once = at_once
        # Whether to look around at all open orders; the last one seen of a look that is under way, None without.
        self._look_around = False
        self._seen_to: int | None = None
        # When each lift that cannot be done was last spoken of.
        self._spoken_of: dict[int, int] = {}
        # Why the database could not be asked in the round before, and in this one.
        self._told: Outage | None = None
        self._outage: Outage | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        _log.info("worker.started", pid=os.getpid(), mail=bool(self._mailer))
        while not stop.is_set():
            self.round()
            stop.wait(ROUND)
        self.close()
        _log.info("worker.stopped")

    def close(self) -> None:
        """Let what is being published be published, and say goodbye to the mail server and to the witnesses."""
        self._publisher.close()
        self._cosigning.close()
        if self._mailer:
            self._mailer.close()

    def round(self) -> None:
        """Do everything that is due now, once."""
        self._told, self._outage = self._outage, None
        for name in TASKS:
            task = getattr(self, name)
            if declared(task) is not May.MACHINE:
                raise UndeclaredDoorError(f"{name} does not say that it is the house's own")
            self._safely(name.strip("_"), task)

    def _safely(self, what: str, act: Callable[[], object], **about: object) -> None:
        """Do one thing; whatever goes wrong is this thing's own misfortune."""
        try:
            act()
        except Exception as problem:  # noqa: BLE001  # the others must go on
            outage = outage_of(problem)
            if outage is None:
                _log.exception("worker.failed", step=what, problem=type(problem).__name__, **about)
            elif outage not in {self._told, self._outage}:
                # It is tried again in the next round, four times a second: one line until it is over.
                _log.warning("worker.not_now", step=what, why=outage.value, **about)
            self._outage = outage or self._outage

    @may(May.MACHINE)
    def _beat(self) -> None:
        now = self._house.clock.now()
        stepped = self._house.steps.look()
        if now - self._beat_at < BEAT_EVERY and now >= self._beat_at:
            return
        with self._house.db.transaction() as tx:
            beat(tx, name=self._name, now=now, pid=os.getpid(), stepped=stepped)
            if stepped or not self._beat_at:  # It may have stepped while nobody was here to see it.
                end_what_is_ahead(tx, actor=Actor.machine(self._name), now=now)
        self._beat_at = now

    @may(May.MACHINE)
    def _guards(self) -> None:
        """Let the log say within a minute that the database's own guards are gone, even while nothing is due.

        And that this worker was started with settings that nobody agreed upon.
        """
        self._house.guards.look()
        self._house.settings_watch.look()

    @may(May.MACHINE)
    def _drive(self) -> None:
        """Look at each open order whose clock has struck, and at all when anything happened or a while has passed."""
        now = self._house.clock.now()
        with self._house.db.reading() as tx:
            last_event = int(tx.scalar(select(func.coalesce(func.max(event.c.id), 0))))
            struck = drive.due(tx, struck_by=now)
            if last_event != self._last_event or not 0 <= now - self._looked_at < LOOK_EVERY:
                self._last_event, self._looked_at, self._look_around = last_event, now, True
            # A look around that is under way goes on to its end, however much happens meanwhile.
            if self._look_around and self._seen_to is None:
                self._look_around, self._seen_to = False, 0
            others = [] if self._seen_to is None else drive.due(tx, after=self._seen_to, limit=self._at_once)
        # However many are open, what is due comes first, and the rest a slice at a time.
        if self._seen_to is not None:
            self._seen_to = others[-1] if len(others) == self._at_once else None
        for order_id in dict.fromkeys(struck + others):
            self._safely("drive", partial(self._drive_one, order_id), order=str(order_id))

    def _drive_one(self, order_id: int) -> None:
        with self._house.db.transaction() as tx:
            drive.drive(tx, self._house.ports, now=self._house.clock.now(), order_id=order_id)

    @may(May.MACHINE)
    def _lift(self) -> None:
        with self._house.db.reading() as tx:
            due = drive.lifts_due(tx, now=self._house.clock.now())
        self._spoken_of = {order_id: self._spoken_of[order_id] for order_id in due if order_id in self._spoken_of}
        for order_id in due:
            self._safely("lift", partial(self._lift_one, order_id), order=str(order_id))

    def _lift_one(self, order_id: int) -> None:
        now = self._house.clock.now()
        try:
            with self._house.db.transaction() as tx:
                drive.lift(tx, self._house.ports, now=now, order_id=order_id)
        except GardefouError as problem:
            if order_id not in self._spoken_of or not 0 <= now - self._spoken_of[order_id] < SPEAK_AGAIN_AFTER:
                self._spoken_of[order_id] = now
                _log.warning("worker.not_lifted", order=str(order_id), problem=problem.message)

    @may(May.MACHINE)
    def _publish(self) -> None:
        """Let the record's new entries be published, beside these rounds: no order waits for a disk or a signer."""
        self._publisher.nudge()

    @may(May.MACHINE)
    def _tiers(self) -> None:
        self._sweep.step()

    @may(May.MACHINE)
    def _look_ahead(self) -> None:
        now = self._house.clock.now()
        if 0 <= now - self._looked_ahead_at < LOOK_AHEAD_EVERY:
            return
        self._looked_ahead_at = now
        # Once a day would do; whoever was asked is not asked again.
        ask_for_reviews(self._house, now)
        new = look_ahead(self._house, now)
        if new:
            _log.warning("rota.gaps", rules=[", ".join(gap.rules) for gap in new])

    @may(May.MACHINE)
    def _reporters(self) -> None:
        """Count for or against some more of the reporters of cases that were decided."""
        with self._house.db.reading() as tx:
            if not waits_to_be_counted(tx):
                return
        with self._house.db.transaction() as tx:
            count_on(tx, actor=Actor.machine(NAME))

    @may(May.MACHINE)
    def _set_aside(self) -> None:
        """Take some more of those out of a case's weight whose reports are set aside."""
        with self._house.db.reading() as tx:
            if not waits_to_be_taken_out(tx):
                return
        with self._house.db.transaction() as tx:
            take_out_next(tx, actor=Actor.machine(NAME), now=self._house.clock.now())

    @may(May.MACHINE)
    def _protected(self) -> None:
        now = self._house.clock.now()
        if 0 <= now - self._told_at < TELL_EVERY:
            return
        if tell_of_protected(self._house, actor=Actor.machine(NAME), now=now):
            self._told_at = now

    @may(May.MACHINE)
    def _tell(self) -> None:
        """Tell the next of those who reported what became of it."""
        self._teller.step()

    @may(May.MACHINE)
    def _witness(self) -> None:
        """Show the record's newest head to the witnesses; they answer in their own time."""
        if not self._house.settings_watch.look():  # Nobody's word counts whom nobody agreed upon.
            self._cosigning.step()

    @may(May.MACHINE)
    def _sweep_network(self) -> None:
        now = self._house.clock.now()
        if 0 <= now - self._swept_at < SWEEP_EVERY:
            return
        self._swept_at = now
        with self._house.db.transaction() as tx:
            folder, neighbours = MediaFolder(self._house.settings.media_folder), self._house.neighbours
            sweep_media(tx, folder, neighbours, actor=Actor.machine(NAME), now=now)
            sweep(tx, actor=Actor.machine(NAME), now=now)

    @may(May.MACHINE)
    def _mail(self) -> None:
        if self._mailer is None or self._house.settings_watch.look():
            return  # No mail leaves through a server, or in a name, that nobody agreed upon; it waits.
        now = self._house.clock.now()
        waiting = select(outbox_table.c.id).where(
            outbox_table.c.state == "queued", outbox_table.c.topic.in_(BY_MAIL), outbox_table.c.due_at <= now
        )
        with self._house.db.reading() as tx:
            if tx.first(waiting.limit(1)) is None:
                return
        with self._house.db.transaction() as tx:
            rows = [row for topic in BY_MAIL for row in outbox.take(tx, now=now, topic=topic)]
        for row in rows:
            self._safely("mail", partial(self._mail_one, self._mailer, row), outbox=str(row["id"]))

    def _mail_one(self, mailer: Mailer, row: RowMapping) -> None:
        """Send first, then write down what the server said: a crash between sends twice, under one Message-ID."""
        letter: dict[str, Any] = json.loads(row["body"])
        if row["topic"] == TOPIC:
            letter |= with_link(self._house, letter)
        elif row["topic"] == INVITATION:
            letter |= with_invitation(self._house, letter)
        along = self._riding(letter, row) if "receipt" in letter else Riding(text="")
        if along is None:
            return
        error = ""
        try:
            mailer.send(
                to=letter["to"],
                subject=letter["subject"],
                text=letter["text"] + along.text,
                key=row["key"],
                at=row["created_at"],
                headers={"Content-Language": letter.get("locale", "en")},
                files=along.files,
            )
        except MailError as problem:
            error = str(problem)
            _log.warning("mail.not_accepted", outbox=str(row["id"]), said=error)
        with self._house.db.transaction() as tx:
            now = self._house.clock.now()
            if error:
                outbox.failed(tx, now=now, row=row, error=error)
            else:
                outbox.accepted(tx, now=now, row_id=row["id"])
                notices.accepted(tx, now=now, outbox_id=row["id"])

    def _riding(self, letter: dict[str, Any], row: RowMapping) -> Riding | None:
        """Return what rides along with an owner's letter; None where it waits a little for what is published next."""
        now = self._house.clock.now()
        found = riding(self._house, letter, written_at=int(row["created_at"]), now=now)
        if found is None:
            with self._house.db.transaction() as tx:
                outbox.put_off(tx, row_id=row["id"], until=now + LETTER_WAITS)
        return found


def until_end_of_file(stop: threading.Event, descriptor: int) -> None:
    """Set `stop` once the other end of a pipe is gone: the parent has ended, however it ended.

    The descriptor is read as it is: a thread inside a buffered reader would hold its lock when the interpreter ends.
    """

    def watch() -> None:
        while os.read(descriptor, 1):
            pass
        stop.set()

    threading.Thread(target=watch, name="parent", daemon=True).start()
