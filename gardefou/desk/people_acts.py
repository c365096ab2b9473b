"""What can be proposed about a person: a role, an engagement, a shift."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from gardefou.clock import to_iso
from gardefou.desk.changes import Asking, Change
from gardefou.desk.problems import sentence
from gardefou.errors import BadInputError
from gardefou.orders import labels
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Subject
from gardefou.staff import credentials
from gardefou.staff.colleague import Colleague
from gardefou.staff.roles import Role
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time


def enrolling(ask: Asking) -> Change:
    """Return the form that enrols somebody who is not here yet."""
    return ask.form(
        Kind.PERSON_ENROL, _("They can sign in once the engagement begins. They have no role until one is granted.")
    )


def about(ask: Asking, one: Colleague, bonds: Sequence[RowMapping], shifts: Sequence[RowMapping]) -> list[Change]:
    """Return every form about a person.

    Args:
        ask: who asks.
        one: whom it is about.
        bonds: their engagements.
        shifts: their shifts that have not ended.
    """
    if one.erased:
        return []  # Whoever works here again is enrolled anew.
    found = [*_roles(ask, one), *_engagements(ask, one, bonds), *_shifts(ask, shifts), _offer(ask), *_keys(ask, one)]
    return [*found, *_search(ask), _erase(ask, one)]


def _offer(ask: Asking) -> Change:
    """Return the form that says what cases they are offered, filled with what is in force."""
    effect = _(
        "The queue offers them cases in these languages and of these kinds alone. It gives them no right and takes "
        "none; but about an account of theirs, of their employer’s, or one that theirs follow, they decide nothing."
    )
    return ask.form(Kind.PERSON_OFFER, effect)


def _erase(ask: Asking, one: Colleague) -> Change:
    """Return the form that erases them, with what stands against it now, whoever asks."""
    effect = _(
        "Their name, their address, their keys and every word they wrote here are destroyed, in the record too, and "
        "read “erased” from then on. What they did stays, under a number. Nothing takes this back."
    )
    subject = Subject(kind="person", id=one.id, account_id=None, version=0, label=one.name)
    try:
        ask.ports.changes[Kind.PERSON_ERASE.value].check(ask.tx, subject=subject, change={}, now=ask.now)
    except BadInputError as problem:
        return ask.form(Kind.PERSON_ERASE, effect, blocked=sentence(problem))
    return ask.form(Kind.PERSON_ERASE, effect)


def _keys(ask: Asking, one: Colleague) -> list[Change]:
    ways = [(way, labels.way(way)) for way in credentials.KINDS]
    invites = _(
        "A link comes to their address, and the key they make speaks for them. What it signs counts after 72 hours."
    )
    found = [ask.choices(Kind.CREDENTIAL_ENROL, invites, "way", ways)]
    mine = [row for row in credentials.of_person(ask.tx, one.id) if row["ended_at"] is None]
    if mine:
        ended = _("It opens nothing from then on, what it had signed counts no more, and they are signed out.")
        named = [(str(row["id"]), f"{row['label']} ({labels.way(row['kind'])})") for row in mine]
        found.append(ask.choices(Kind.CREDENTIAL_END, ended, "credential", named))
    joined = _(
        "This one goes, with its keys and its engagement; the other gains nothing. What both signed counts once."
    )
    return [*found, ask.form(Kind.PERSON_JOIN, joined)]


def _search(ask: Asking) -> list[Change]:
    """Return the form by which two auditors read what somebody did; nobody else is offered it."""
    if Role.AUDITOR.value not in ask.me.roles:
        return []
    effect = _(
        "Two auditors who say why read every entry that names this person, for a day. The order itself is an entry."
    )
    return [ask.form(Kind.PERSON_SEARCH, effect)]


def _roles(ask: Asking, one: Colleague) -> list[Change]:
    free = [(role.value, labels.role(role)) for role in Role if role.value not in one.roles]
    held = [(role.value, labels.role(role)) for role in Role if role.value in one.roles]
    found = []
    if free:
        effect = _("They may do what the rules allow to the role, as soon as the order takes effect.")
        found.append(ask.choices(Kind.ROLE_GRANT, effect, "role", free))
    if held:
        effect = _("What they signed with it and is still open no longer counts.")
        found.append(ask.choices(Kind.ROLE_TAKE, effect, "role", held))
    return found


def _engagements(ask: Asking, one: Colleague, bonds: Sequence[RowMapping]) -> list[Change]:
    endless = any(row["ends"] is None for row in bonds)
    blocked = _("Their engagement has no set end: another can begin once this one is ended.") if endless else ""
    anew = ask.form(
        Kind.PERSON_ENGAGE, _("A new engagement, for a time in which no other binds them."), blocked=blocked
    )
    ending = ask.form(Kind.PERSON_END, _("It ends when the order takes effect, and they are signed out at once."))
    if not one.engaged:
        kept = _("They keep restoring no longer, and are signed out at once.")
        return [anew, ask.form(Kind.PERSON_END, kept)] if one.keeps_restore else [anew]
    effect = _("It fixes the last day: in the days before it they sign nothing on protected accounts.")
    return [anew, ask.form(Kind.PERSON_NOTICE, effect), ending]


def _shifts(ask: Asking, shifts: Sequence[RowMapping]) -> list[Change]:
    found = [ask.form(Kind.SHIFT_ADD, _("Being on shift is what many rules ask of whoever proposes or signs."))]
    if shifts:
        ahead = [(to_iso(row["starts"]), _between(row)) for row in shifts]
        effect = _("A shift that runs ends at once; one that is ahead does not begin.")
        found.append(ask.choices(Kind.SHIFT_REMOVE, effect, "starts", ahead))
    return found


def _between(row: RowMapping) -> str:
    return _("%(from)s to %(until)s", **{"from": day_and_time(row["starts"]), "until": day_and_time(row["ends"])})
