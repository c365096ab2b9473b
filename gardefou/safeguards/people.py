"""`person.enrol`, `person.engage`, `person.notice` and `person.end`: who works here, for whom, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import RowMapping

from gardefou.clock import DAY
from gardefou.orders.errors import AlreadyOpenError
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.orders.queries import open_orders
from gardefou.safeguards.change import ahead, fields, instant, interval, spelt
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.joining import still_oneself
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.engage import engage, overlapping
from gardefou.staff.enrol import check_person, email_key, enrol
from gardefou.staff.errors import EngagementOverlapError
from gardefou.staff.give_notice import give_notice
from gardefou.staff.queries import current_engagement, engagement_to_end, engagements_ahead, person_row
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time

_BOND = ("employer", "team", "starts")
#: An engagement may begin at the midnight before it is asked for, and no earlier: days served count from then on.
EARLIER = DAY


def _bond(read: Mapping[str, str]) -> dict[str, str]:
    starts, ends = interval(read)
    return {**read, "starts": spelt(starts), "ends": spelt(ends)}


def _not_backdated(tx: Tx, kind: Kind, subject: Subject, read: Mapping[str, str], now: int) -> None:
    """Refuse an engagement that begins in years, or long ago: nobody has served days before anyone knew them.

    What an open order says was held against the instant it was proposed; it may wait for its people for a day.
    """
    starts, _ends = interval(read)
    ahead(starts, now)
    if starts >= now - EARLIER:
        return
    for order in open_orders(tx, kind=kind, limit=None):
        if order.subject_id == subject.id and order.change["starts"] == read["starts"]:
            return
    words = _(
        "An engagement begins no earlier than a day before it is asked for, here %(time)s: days before do not count",
        time=day_and_time(now - EARLIER),
    )
    raise ChangeError(words, field="starts")


def _not_proposed(tx: Tx, read: Mapping[str, str], person_id: int) -> None:
    """Refuse a second open order to enrol somebody of that name or address."""
    for order in open_orders(tx, kind=Kind.PERSON_ENROL, limit=None):
        said = order.change
        if order.subject_id == person_id:
            continue
        if said["name"] == read["name"] or email_key(said["email"]) == email_key(read["email"]):
            words = _("order %(order)s to enrol %(name)s is open", order=order.id, name=said["name"])
            raise AlreadyOpenError(words, order=str(order.id))


def _engage(tx: Tx, order: Order, person_id: int, now: int) -> None:
    starts, ends = interval(order.change)
    engage(
        tx,
        actor=order.proposer,
        now=now,
        person_id=person_id,
        employer=order.change["employer"],
        team=order.change["team"],
        starts=starts,
        ends=ends,
        order_id=order.id,
    )


@dataclass(frozen=True, slots=True)
class EnrolPerson:
    """Enrols a human and binds them: `name`, `email`, `locale`, `employer`, `team`, `starts`, `ends`."""

    given: ClassVar[tuple[str, ...]] = ("name", "email", "locale", "employer", "team", "starts", "ends")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read who it is.

        Raises:
            ChangeError, PersonError, NameTakenError, EmailTakenError: they cannot be enrolled so.
        """
        read = fields(change, needed=("name", "email", *_BOND), optional=("locale", "ends"))
        read["locale"] = read["locale"] or "en"
        check_person(tx, name=read["name"], email=read["email"], locale=read["locale"])
        _not_proposed(tx, read, subject.id)
        read = _bond(read)
        _not_backdated(tx, Kind.PERSON_ENROL, subject, read, now)
        return read

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Enrol and engage them; they have no role yet."""
        said = order.change
        enrol(
            tx,
            actor=order.proposer,
            now=now,
            name=said["name"],
            email=said["email"],
            locale=said["locale"],
            person_id=subject.id,
        )
        _engage(tx, order, subject.id, now)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return whether they are enrolled."""
        return "" if person_row(tx, subject_id) is None else "enrolled"


@dataclass(frozen=True, slots=True)
class EngagePerson:
    """Binds a person anew, to an employer and a team: `employer`, `team`, `starts`, `ends`."""

    given: ClassVar[tuple[str, ...]] = ("employer", "team", "starts", "ends")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read the engagement.

        Raises:
            ChangeError: it cannot be read, or begins long before it is asked for.
            NothingToChangeError: they have been joined into somebody else.
            EngagementOverlapError: another engagement binds them in that time.
        """
        read = _bond(fields(change, needed=_BOND, optional=("ends",)))
        still_oneself(tx, subject)
        starts, ends = interval(read)
        if overlapping(tx, person_id=subject.id, starts=starts, ends=ends) is not None:
            raise EngagementOverlapError
        _not_backdated(tx, Kind.PERSON_ENGAGE, subject, read, now)
        return read

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Engage them.

        Raises:
            EngagementOverlapError: another engagement binds them in that time.
        """
        _engage(tx, order, subject.id, now)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return whether they are enrolled."""
        return "" if person_row(tx, subject_id) is None else "enrolled"


@dataclass(frozen=True, slots=True)
class NoticePerson:
    """Records that notice was given, which fixes the last day: `ends`, and `notice_given_at`, now when left out."""

    given: ClassVar[tuple[str, ...]] = ("ends", "notice_given_at")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read the last day.

        Raises:
            ChangeError: it cannot be read, lies before the first day, before now, or after the one agreed upon.
            NothingToChangeError: no engagement binds them, or this very notice is recorded.
        """
        read = fields(change, needed=("ends",), optional=("notice_given_at",))
        ends, given_at = instant(read, "ends"), instant(read, "notice_given_at")
        given_at = now if given_at is None else given_at
        bond = current_engagement(tx, subject.id, now)
        if bond is None:
            raise NothingToChangeError(_("no engagement binds %(name)s now", name=subject.label))
        if (bond["ends"], bond["notice_given_at"]) == (ends, given_at):
            raise NothingToChangeError(_("that notice of %(name)s is recorded", name=subject.label))
        _fits(bond, ends, given_at, now)
        return {"ends": spelt(ends), "notice_given_at": spelt(given_at)}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Fix the last day.

        Raises:
            NotEngagedError: the engagement has ended meanwhile.
        """
        ends, given_at = instant(order.change, "ends"), instant(order.change, "notice_given_at")
        if ends is None or given_at is None:
            raise ChangeError
        actor = order.proposer
        give_notice(tx, actor=actor, now=now, person_id=subject.id, given_at=given_at, ends=ends, order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return whether they are enrolled."""
        return "" if person_row(tx, subject_id) is None else "enrolled"


def _fits(bond: RowMapping, ends: int | None, given_at: int, now: int) -> None:
    """Refuse a notice that does not fit the engagement: it puts no last day off, and ends nothing that is over."""
    if ends is None or ends <= bond["starts"]:
        words = _(
            "The last day lies before the first: the engagement began at %(time)s", time=day_and_time(bond["starts"])
        )
        raise ChangeError(words, field="ends")
    if ends <= now:
        raise ChangeError(_("That last day is over already; end the engagement instead"), field="ends")
    if bond["ends"] is not None and ends > bond["ends"]:
        words = _("Notice puts no last day off: the engagement ends at %(time)s", time=day_and_time(bond["ends"]))
        raise ChangeError(words, field="ends")
    if not bond["starts"] <= given_at <= now:
        words = _("Notice is given while one is engaged, and not ahead of time")
        raise ChangeError(words, field="notice_given_at")


@dataclass(frozen=True, slots=True)
class EndPerson:
    """Ends a person's engagement now, with their sessions and whatever is agreed upon for later.

    Of one that ran out, what its person kept of it ends.
    """

    given: ClassVar[tuple[str, ...]] = ()

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Insist that one binds them.

        Raises:
            NothingToChangeError: none does.
        """
        fields(change, needed=())
        ahead = engagements_ahead(tx, subject.id, now)
        bond = engagement_to_end(tx, subject.id, now) or next(iter(ahead), None)
        if bond is None:
            raise NothingToChangeError(_("no engagement binds %(name)s now", name=subject.label))
        said = {"employer": str(bond["employer"]), "team": str(bond["team"]), "ends": spelt(bond["ends"])}
        also = {"ahead": ", ".join(spelt(one["starts"]) for one in ahead)} if ahead else {}
        return {**said, "notice_given_at": spelt(bond["notice_given_at"]), **also}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """End it.

        Raises:
            NotEngagedError: somebody has ended it.
        """
        end_engagement(tx, actor=order.proposer, now=now, person_id=subject.id, order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return whether they are enrolled."""
        return "" if person_row(tx, subject_id) is None else "enrolled"
