"""What orders are called, in the language spoken now: the same words on the desk, in mails and in the API."""

from collections.abc import Mapping

from gardefou.clock import from_iso
from gardefou.orders.kinds import Kind, OrderReason
from gardefou.orders.lifecycle import State, VoidBecause
from gardefou.staff.erased import MARK
from gardefou.staff.roles import Role
from gardefou.staff.scopes import Scope
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time

#: So much of a post stands in a sentence about it.
SHORT = 120


def reason(value: str) -> str:
    """Return an order's reason in words; an empty one stays empty."""
    if not value:
        return ""
    return {
        OrderReason.THREATS: _("Coordinated threats"),
        OrderReason.HATE: _("Hate"),
        OrderReason.HARASSMENT: _("Harassment"),
        OrderReason.IMPERSONATION: _("Impersonation"),
        OrderReason.MISLEADING: _("Misleading"),
        OrderReason.FRAUD: _("Fraud"),
        OrderReason.SPAM: _("Spam"),
        OrderReason.CHILD_ABUSE: _("Child abuse"),
        OrderReason.TERRORISM: _("Terrorism"),
        OrderReason.THREAT_TO_LIFE: _("Threat to life"),
        OrderReason.SEVERE: _("Severe harm"),
        OrderReason.LEGAL: _("Illegal, or a legal order"),
        OrderReason.HIJACKED: _("Hijacked account"),
        OrderReason.OTHER: _("Other"),
    }[OrderReason(value)]


def act(kind: Kind) -> str:
    """Return what an order does, as a short title."""
    return {
        Kind.ACCOUNT_HIDE: _("Hide"),
        Kind.ACCOUNT_LIMIT: _("Limit"),
        Kind.ACCOUNT_FREEZE: _("Freeze"),
        Kind.ACCOUNT_RESTORE: _("Restore"),
        Kind.ACCOUNT_LIFT: _("Lift"),
        Kind.ACCOUNT_RENAME: _("Rename"),
        Kind.ACCOUNT_BLOCK: _("Block another account"),
        Kind.ACCOUNT_UNFOLLOW: _("Remove followers"),
        Kind.ACCOUNT_CONTACT: _("Change the owner’s address"),
        Kind.ACCOUNT_CREDENTIALS: _("End ways of signing in"),
        Kind.ACCOUNT_SPEAK: _("Speak in its name"),
        Kind.POST_HIDE: _("Hide a post"),
        Kind.POST_DELETE: _("Delete a post"),
        Kind.POST_RESTORE: _("Restore a post"),
        Kind.POST_LIFT: _("Lift on a post"),
        Kind.STATEMENT_PUBLISH: _("Publish a statement"),
        Kind.TIER_ASSIGN: _("Assign a tier"),
        Kind.ROSTER_ENTER: _("Enter in the roster"),
        Kind.ROSTER_REMOVE: _("Remove from the roster"),
        Kind.PERSON_ENROL: _("Enrol a person"),
        Kind.PERSON_ENGAGE: _("Engage a person"),
        Kind.PERSON_NOTICE: _("Record a notice"),
        Kind.PERSON_END: _("End an engagement"),
        Kind.PERSON_SEARCH: _("Read one person’s record"),
        Kind.PERSON_ERASE: _("Erase a person"),
        Kind.PERSON_OFFER: _("Say what cases they are offered"),
        Kind.SHIFT_ADD: _("Add a shift"),
        Kind.SHIFT_REMOVE: _("Remove a shift"),
        Kind.ROTA_ENTER: _("Enter a rota"),
        Kind.ROLE_GRANT: _("Grant a role"),
        Kind.ROLE_TAKE: _("Take a role"),
        Kind.CREDENTIAL_ENROL: _("Enrol a way of signing in"),
        Kind.CREDENTIAL_END: _("End a way of signing in"),
        Kind.PERSON_JOIN: _("Join with another person"),
        Kind.RULEBOOK_REPLACE: _("Replace the rulebook"),
        Kind.SETTING_CHANGE: _("Change a setting"),
        Kind.TOKEN_ISSUE: _("Issue a token"),
        Kind.TOKEN_END: _("End a token"),
    }[kind]


def titled(kind: Kind, subject: str) -> str:
    """Return an order's title: what it does, and to what."""
    return {
        Kind.ACCOUNT_HIDE: _("Hide %(subject)s", subject=subject),
        Kind.ACCOUNT_LIMIT: _("Limit %(subject)s", subject=subject),
        Kind.ACCOUNT_FREEZE: _("Freeze %(subject)s", subject=subject),
        Kind.ACCOUNT_RESTORE: _("Restore %(subject)s", subject=subject),
        Kind.ACCOUNT_LIFT: _("Lift what was set on %(subject)s", subject=subject),
        Kind.ACCOUNT_RENAME: _("Rename %(subject)s", subject=subject),
        Kind.ACCOUNT_BLOCK: _("Block another account for %(subject)s", subject=subject),
        Kind.ACCOUNT_UNFOLLOW: _("Remove followers of %(subject)s", subject=subject),
        Kind.ACCOUNT_CONTACT: _("Change the address of the owner of %(subject)s", subject=subject),
        Kind.ACCOUNT_CREDENTIALS: _("End ways of signing in to %(subject)s", subject=subject),
        Kind.ACCOUNT_SPEAK: _("Speak in the name of %(subject)s", subject=subject),
        Kind.POST_HIDE: _("Hide a post of %(subject)s", subject=subject),
        Kind.POST_DELETE: _("Delete a post of %(subject)s", subject=subject),
        Kind.POST_RESTORE: _("Restore a post of %(subject)s", subject=subject),
        Kind.POST_LIFT: _("Lift what was set on a post of %(subject)s", subject=subject),
        Kind.STATEMENT_PUBLISH: _("Publish %(subject)s", subject=subject),
        Kind.TIER_ASSIGN: _("Assign a tier to %(subject)s", subject=subject),
        Kind.ROSTER_ENTER: _("Enter %(subject)s in the roster", subject=subject),
        Kind.ROSTER_REMOVE: _("Remove %(subject)s from the roster", subject=subject),
        Kind.PERSON_ENROL: _("Enrol %(subject)s", subject=subject),
        Kind.PERSON_ENGAGE: _("Engage %(subject)s", subject=subject),
        Kind.PERSON_NOTICE: _("Record the notice of %(subject)s", subject=subject),
        Kind.PERSON_END: _("End the engagement of %(subject)s", subject=subject),
        Kind.PERSON_SEARCH: _("Read the record of %(subject)s", subject=subject),
        Kind.PERSON_ERASE: _("Erase %(subject)s", subject=subject),
        Kind.PERSON_OFFER: _("Say what cases %(subject)s is offered", subject=subject),
        Kind.SHIFT_ADD: _("Add a shift for %(subject)s", subject=subject),
        Kind.SHIFT_REMOVE: _("Remove a shift of %(subject)s", subject=subject),
        Kind.ROTA_ENTER: _("Enter the rota of %(subject)s", subject=subject),
        Kind.ROLE_GRANT: _("Grant a role to %(subject)s", subject=subject),
        Kind.ROLE_TAKE: _("Take a role from %(subject)s", subject=subject),
        Kind.CREDENTIAL_ENROL: _("Enrol a way of signing in for %(subject)s", subject=subject),
        Kind.CREDENTIAL_END: _("End a way of signing in of %(subject)s", subject=subject),
        Kind.PERSON_JOIN: _("Join %(subject)s with another person", subject=subject),
        Kind.RULEBOOK_REPLACE: _("Replace the rulebook"),
        Kind.SETTING_CHANGE: _("Change a setting of the house"),
        Kind.TOKEN_ISSUE: _("Issue a machine its token"),
        Kind.TOKEN_END: _("End a machine’s token"),
    }[kind]


def changes(change: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what an order would change, field by field, in words; empty fields are left out."""
    names = {
        "tier": _("Tier"),
        "source": _("Source"),
        "office": _("Office"),
        "was": _("It was"),
        "name": _("Name"),
        "email": _("E-mail"),
        "locale": _("Language"),
        "employer": _("Employer"),
        "team": _("Team"),
        "starts": _("From"),
        "ends": _("Until"),
        "role": _("Role"),
        "digest": _("Digest"),
        "proof": _("Proof"),
        "handle": _("Handle"),
        "display_name": _("Name"),
        "was_handle": _("Handle before"),
        "was_display_name": _("Name before"),
        "other": _("Account"),
        "followers": _("Followers"),
        "contact": _("Address"),
        "was_contact": _("Address before"),
        "ways_in": _("Ends"),
        "text": _("Post"),
        "scopes": _("Good for"),
        "value": _("Value"),
        "before": _("Instead of"),
        "way": _("Way of signing in"),
        "label": _("Called"),
        "issuer": _("Provider"),
        "subject": _("Subject there"),
        "credential": _("Number of the key"),
        "into": _("Who stays"),
        "notice_given_at": _("Notice given"),
        "shifts": _("Shifts"),
        "ahead": _("Agreed upon for later, and ended too"),
        "why": _("Why"),
        "languages": _("Reads"),
        "categories": _("Trained for"),
        "own": _("Their accounts"),
        "employers": _("Their employer’s accounts"),
        "own_accounts": _("Numbers of their accounts"),
        "employer_accounts": _("Numbers of their employer’s accounts"),
    }
    return [(names.get(name, name), _value(name, text)) for name, text in change.items() if text]


def _value(name: str, text: str) -> str:
    if text == MARK:
        return _("erased")
    if name in ("tier", "was"):
        return tier(text)
    if name == "role":
        return role(text)
    if name == "ways_in":
        return ways_in(text)
    if name == "way":
        return way(text)
    if name == "scopes":
        return ", ".join(scope(one) for one in text.split())
    if name == "ahead":
        return ", ".join(day_and_time(from_iso(one)) for one in text.split(", "))
    if name == "shifts":
        return _("; ").join(_shift(pair) for pair in text.split())
    return day_and_time(from_iso(text)) if name in ("starts", "ends", "notice_given_at") else text


def _shift(pair: str) -> str:
    starts, _slash, ends = pair.partition("/")
    return _("%(from)s to %(until)s", **{"from": day_and_time(from_iso(starts)), "until": day_and_time(from_iso(ends))})


def deed(kind: Kind, change: Mapping[str, str]) -> str:
    """Return what an order does beside a standing, as one sentence."""
    match kind:
        case Kind.ACCOUNT_RENAME:
            return _renamed(change)
        case Kind.ACCOUNT_BLOCK:
            return _("It and %(other)s no longer follow each other.", other=change["other"])
        case Kind.ACCOUNT_UNFOLLOW:
            return _("No longer followed by %(followers)s.", followers=change["followers"])
        case Kind.ACCOUNT_CONTACT:
            return _("Its owner is written to at %(address)s, and signs in with it.", address=change["contact"])
        case Kind.ACCOUNT_CREDENTIALS if change["ways_in"] == "password":
            return _("Its owner is signed out everywhere, and sets a new password.")
        case Kind.ACCOUNT_CREDENTIALS:
            return _("Its owner is signed out everywhere.")
        case Kind.ACCOUNT_SPEAK:
            return _("It says, marked as written by the moderators: “%(text)s”", text=_short(change["text"]))
        case Kind.POST_DELETE:
            return _("The post is gone for good.")
        case _:
            return ""


def _renamed(change: Mapping[str, str]) -> str:
    said = []
    if change["handle"]:
        was = f"@{change['was_handle']}"
        said.append(_("It is found at @%(handle)s; %(was)s leads nowhere.", handle=change["handle"], was=was))
    if change["display_name"]:
        name, was = change["display_name"], change["was_display_name"]
        said.append(_("It is called %(name)s instead of %(was)s.", name=name, was=was))
    return " ".join(said)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"


def ways_in(value: str) -> str:
    """Return which ways of signing in end, in words."""
    return {"sessions": _("Every session"), "password": _("Every session, and the password")}[value]


def way(value: str) -> str:
    """Return a way in for those who work here, in words."""
    return {"passkey": _("Passkey"), "oidc": _("Identity provider")}[value]


def setting(name: str) -> str:
    """Return a setting that a promise rests on, in words."""
    return {
        "smtp": _("The server that notices leave through"),
        "mail_from": _("In whose name they are sent"),
        "contest": _("Where an owner who contests writes to"),
        "url": _("Where links lead"),
        "ledger_vkey": _("The key that outsiders check the record with"),
        "witnesses": _("Which witnesses sign the record"),
        "witnesses_needed": _("How many witnesses are enough"),
        "ledger_recovered": _("What the record has lost, and the house goes on without"),
    }[name]


def scope(value: str) -> str:
    """Return what a machine's token is good for, in words."""
    return {
        Scope.READ: _("reading orders and numbers"),
        Scope.REPORTS: _("filing reports"),
        Scope.METRICS: _("watching how the house stands"),
    }[Scope(value)]


def state(value: State) -> str:
    """Return an order's state in words."""
    return {
        State.PROPOSED: _("Proposed"),
        State.WAITING: _("Waiting"),
        State.HELD: _("Held"),
        State.EXECUTED: _("In effect"),
        State.REVERSED: _("Taken back"),
        State.REFUSED: _("Refused"),
        State.VOID: _("Void"),
    }[value]


def void_because(value: str | None) -> str:
    """Return why an order is void, as a sentence that says nothing was done."""
    return {
        VoidBecause.WITHDRAWN.value: _("Void: withdrawn by whoever proposed it. Nothing was done."),
        VoidBecause.VETOED.value: _("Void: vetoed. Nothing was done."),
        VoidBecause.EXPIRED.value: _("Void: its time ran out. Nothing was done."),
        VoidBecause.STALE.value: _("Void: the account changed after the signatures. Nothing was done."),
        VoidBecause.INELIGIBLE.value: _("Void: someone who signed may no longer sign. Nothing was done."),
        VoidBecause.RULES.value: _("Void: the rules changed after the signatures. Nothing was done."),
    }.get(value or "", _("Void. Nothing was done."))


def standing(value: str) -> str:
    """Return a standing in words."""
    return {
        "active": _("Active"),
        "limited": _("Limited"),
        "frozen": _("Frozen"),
        "hidden": _("Hidden"),
    }[value]


def tier(value: str) -> str:
    """Return a tier in words."""
    return {"ordinary": _("Ordinary"), "notable": _("Notable"), "critical": _("Critical")}[value]


def role(value: str) -> str:
    """Return a role in words."""
    return {
        Role.AGENT: _("Agent"),
        Role.REVIEWER: _("Reviewer"),
        Role.DUTY_MANAGER: _("Duty manager"),
        Role.AUDITOR: _("Auditor"),
        Role.ADMINISTRATOR: _("Administrator"),
    }[Role(value)]
