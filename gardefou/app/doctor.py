"""What is misconfigured, dead, late, or cannot be satisfied by the people at hand. Changes nothing."""

from collections.abc import Iterator

from sqlalchemy import func, select

from gardefou.accounts.queries import reviews_due
from gardefou.app.check import Check
from gardefou.app.health import ALIVE_WITHIN
from gardefou.app.house import MAIL_AT, House
from gardefou.app.ledger_checks import ledger_checks
from gardefou.app.mail import Mailer, MailError
from gardefou.app.settings_checks import settings_checks
from gardefou.app.witness_checks import witness_checks
from gardefou.clock import MINUTE
from gardefou.events.tables import outbox
from gardefou.guard.rules import Rulebook
from gardefou.orders import drive, queries, rulebook
from gardefou.safeguards.at_hand import for_want_of_keys, unsatisfied
from gardefou.safeguards.found import founded
from gardefou.safeguards.week import gaps
from gardefou.safeguards.week_words import sentence
from gardefou.staff.credentials import first_signs_at
from gardefou.staff.keepers import keepers
from gardefou.staff.queries import colleagues
from gardefou.storage import Tx
from gardefou.storage.guards import broken_guards
from gardefou.storage.house import last_beat, remembered
from gardefou.storage.migrate import revision
from gardefou.storage.roles import owns_tables
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import day, day_and_time, duration

#: An order whose clock ran out this long ago should have been moved by a worker.
LATE = MINUTE
#: So many gaps of the rota are told at once.
MOST_GAPS = 6


def examine(house: House) -> Iterator[Check]:
    """Look at everything, one check after the other."""
    now = house.clock.now()
    with house.db.reading() as tx:
        yield _database(house)
        yield _guards(tx)
        yield from settings_checks(tx, house)
        yield from _proxies(house)
        yield _founded(tx)
        yield from _role(tx)
        yield _worker(tx, now)
        yield _clock(tx)
        yield _late(tx, now)
        yield _outbox(tx, now)
        yield from ledger_checks(tx, house, now)
        book = rulebook.in_force(tx, house.ports.load_rulebook)
        yield from _rules(tx, book, now)
        yield from _keys(tx, now)
        yield from witness_checks(tx, house, book, now)
        yield _nights(tx, book, now)
        yield from _keepers(tx, now)
        yield from _reviews(tx, now)
        caught_at = remembered(tx, MAIL_AT)
    yield _mail(house, caught_at)


def _database(house: House) -> Check:
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[house.db.dialect]
    words = _("%(kind)s at revision %(revision)s.", kind=kind, revision=revision(house.db) or "")
    return Check(name="database", state="ok", words=words)


def _guards(tx: Tx) -> Check:
    broken = broken_guards(tx)
    if broken:
        words = _(
            "Missing, changed or none of ours: %(guards)s. Nothing is executed until they are put back; restoring goes "
            "on.",
            guards=", ".join(broken),
        )
        return Check(name="guards", state="problem", words=words)
    return Check(name="guards", state="ok", words=_("The database’s own guards stand as they were raised."))


def _proxies(house: House) -> Iterator[Check]:
    """Look whether those who try to come in can be told apart."""
    if house.settings.public_url.startswith("https://") and not house.settings.proxies:
        words = _(
            "People reach the house over TLS, so something ends it in front, and everybody seems to come from there: a "
            "stranger could use up everybody’s tries to sign in. Name it with GARDEFOU_PROXIES."
        )
        yield Check(name="proxies", state="warning", words=words)


def _founded(tx: Tx) -> Check:
    if founded(tx):
        return Check(name="founded", state="ok", words=_("Founded: safeguards change only by orders."))
    words = _(
        "Not founded yet: whoever has this folder can still set people, roles and the roster alone. "
        "When they are in, run `gardefou init --close`."
    )
    return Check(name="founded", state="warning", words=words)


def _role(tx: Tx) -> Iterator[Check]:
    if owns_tables(tx):
        words = _(
            "The application works as the owner of its tables, and could take their guards down. Name an owner "
            "(GARDEFOU_OWNER), another role in GARDEFOU_DATABASE, and run `gardefou init` again."
        )
        yield Check(name="role", state="warning", words=words)


def _worker(tx: Tx, now: int) -> Check:
    at, _stepped = last_beat(tx)
    if at is None:
        words = _("No worker has ever run here: no hold ends and no mail is sent. Run `gardefou worker`.")
        return Check(name="worker", state="problem", words=words)
    ago = duration(max(0, now - at))
    if now - at > ALIVE_WITHIN:
        words = _(
            "The worker last spoke %(ago)s ago: no hold ends and no mail is sent. Run `gardefou worker`.", ago=ago
        )
        return Check(name="worker", state="problem", words=words)
    return Check(name="worker", state="ok", words=_("Alive; it last spoke %(ago)s ago.", ago=ago))


def _clock(tx: Tx) -> Check:
    _at, stepped = last_beat(tx)
    if stepped:
        words = _("The clock jumped while the worker ran: nothing is executed until somebody restarts the worker.")
        return Check(name="clock", state="problem", words=words)
    return Check(name="clock", state="ok", words=_("Steady since the worker started."))


def _late(tx: Tx, now: int) -> Check:
    late = len(drive.due(tx, struck_by=now - LATE - 1)) + drive.overdue(tx, since=now - LATE)
    if late:
        words = ngettext(
            "%(count)s order is late: nobody drives its clock. Is the worker running?",
            "%(count)s orders are late: nobody drives their clocks. Is the worker running?",
            late,
        )
        return Check(name="orders", state="problem", words=words)
    open_ = queries.count_open(tx)
    words = ngettext("None late; %(count)s open.", "None late; %(count)s open.", open_)
    return Check(name="orders", state="ok", words=words)


def _outbox(tx: Tx, now: int) -> Check:
    waiting = int(
        tx.scalar(select(func.count()).where(outbox.c.state == "queued", outbox.c.created_at < now - 5 * MINUTE))
    )
    given_up = int(tx.scalar(select(func.count()).where(outbox.c.state == "given up")))
    if waiting or given_up:
        last = tx.scalar(
            select(outbox.c.last_error).where(outbox.c.last_error.is_not(None)).order_by(outbox.c.id.desc())
        )
        words = _(
            "%(waiting)s messages wait for more than five minutes, %(given_up)s were given up. Last answer: %(error)s",
            waiting=waiting,
            given_up=given_up,
            error=last or _("none"),
        )
        return Check(name="outbox", state="problem" if given_up else "warning", words=words)
    return Check(name="outbox", state="ok", words=_("Everything that was to leave has left."))


def _mail(house: House, caught_at: str) -> Check:
    """Look at the mail server, or at the demo's own catcher, which runs while the demo does."""
    if house.demo and not house.settings.smtp:
        return Check(name="mail", state="ok", words=_catcher(house, caught_at))
    if not house.settings.smtp:
        words = _(
            "No mail server is set (GARDEFOU_SMTP): nobody is told, and every hold needs one more approver instead."
        )
        return Check(name="mail", state="warning", words=words)
    mailer = Mailer(house.settings.smtp, house.settings.mail_from)
    try:
        mailer.check()
    except MailError as problem:
        words = _("The mail server does not answer: %(problem)s", problem=str(problem))
        return Check(name="mail", state="problem", words=words)
    return Check(name="mail", state="ok", words=_("The mail server answers."))


def _catcher(house: House, caught_at: str) -> str:
    try:
        if caught_at:
            Mailer(caught_at, house.settings.mail_from).check()
            return _("The demo's own mail catcher answers.")
    except MailError:
        pass
    return _("The demo is not running; its own mail catcher starts with it.")


def _nights(tx: Tx, book: Rulebook, now: int) -> Check:
    """Look for hours of the coming week in which nobody could do what a rule allows, for want of people on shift."""
    found = gaps(tx, book, now)
    if not found:
        words = _("Every hour of the next seven days has someone who could approve.")
        return Check(name="nights", state="ok", words=words)
    told = [sentence(gap, now) for gap in found[:MOST_GAPS]]
    more = len(found) - len(told)
    if more:
        told.append(ngettext("And %(count)s stretch more.", "And %(count)s stretches more.", more))
    return Check(name="nights", state="warning", words=" ".join(told))


def _keepers(tx: Tx, now: int) -> Iterator[Check]:
    """Say who can restore although their engagement has run out, since too few are engaged who could."""
    names = [one.name for one in colleagues(tx, keepers(tx, now), now).values()]
    if names:
        words = ngettext(
            "Fewer than three engaged people can restore, so %(names)s keeps that alone, until an order ends it. "
            "Engage people.",
            "Fewer than three engaged people can restore, so %(names)s keep that alone, until an order ends it. "
            "Engage people.",
            len(names),
            names=", ".join(names),
        )
        yield Check(name="restorers", state="warning", words=words)


def _reviews(tx: Tx, now: int) -> Iterator[Check]:
    """Look for lines of the roster that nobody has looked at for a year; they go on protecting."""
    due = reviews_due(tx, 0, now)
    if due:
        words = ngettext(
            "%(count)s line of the roster is due for its yearly review, the first since %(day)s: %(handles)s. It goes "
            "on protecting.",
            "%(count)s lines of the roster are due for their yearly review, the first since %(day)s: %(handles)s. They "
            "go on protecting.",
            len(due),
            day=day(due[0]["review_by"]),
            handles=", ".join(f"@{row['handle']}" for row in due[:MOST_GAPS]) + (", …" if len(due) > MOST_GAPS else ""),
        )
        yield Check(name="roster", state="warning", words=words)


def _keys(tx: Tx, now: int) -> Iterator[Check]:
    """Say from when on anybody here can sign, where nobody can yet: keys are new in a house that is."""
    first = first_signs_at(tx, now)
    if first is not None:
        yield Check(name="keys", state="warning", words=no_key_before(first))


def no_key_before(first: int) -> str:
    """Return what a house is told whose keys are all too new."""
    return _(
        "No key here signs anything protected before %(time)s: each signs 72 hours after it was enrolled.",
        time=day_and_time(first),
    )


def _rules(tx: Tx, book: Rulebook, now: int) -> Iterator[Check]:
    """Look for rules that nobody at hand could satisfy: with those on shift now, or with everybody engaged."""
    never, not_now = unsatisfied(tx, book, now)
    if never:
        words = _(
            "Nobody here could ever satisfy: %(rules)s. Engage people, or change the rule.", rules=", ".join(never)
        )
        yield Check(name="rules", state="problem", words=words)
    if not_now:
        keys = for_want_of_keys(tx, book, now, not_now)
        people = [rule for rule in not_now if rule not in keys]
        said = [_("Nobody on shift now could satisfy: %(rules)s.", rules=", ".join(people))] if people else []
        if keys:
            said.append(_("For want of keys that sign, nobody could satisfy now: %(rules)s.", rules=", ".join(keys)))
        yield Check(name="rules now", state="warning", words=" ".join(said))
    if not never and not not_now:
        yield Check(name="rules", state="ok", words=_("Each can be satisfied by people on shift now."))
