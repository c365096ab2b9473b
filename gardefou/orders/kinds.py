"""The kinds of order, and what each does to its subject."""

from dataclasses import dataclass
from enum import StrEnum

from gardefou.guard import facts as guard_facts
from gardefou.orders.errors import UnknownKindError, UnknownReasonError


class Kind(StrEnum):
    """What an order does. Values are stored and digested: never change one."""

    ACCOUNT_HIDE = "account.hide"
    ACCOUNT_LIMIT = "account.limit"
    ACCOUNT_FREEZE = "account.freeze"
    ACCOUNT_RESTORE = "account.restore"
    ACCOUNT_LIFT = "account.lift"
    ACCOUNT_RENAME = "account.rename"
    ACCOUNT_BLOCK = "account.block"
    ACCOUNT_UNFOLLOW = "account.unfollow"
    ACCOUNT_CONTACT = "account.contact"
    ACCOUNT_CREDENTIALS = "account.credentials"
    ACCOUNT_SPEAK = "account.speak"
    POST_HIDE = "post.hide"
    POST_DELETE = "post.delete"
    POST_RESTORE = "post.restore"
    POST_LIFT = "post.lift"
    STATEMENT_PUBLISH = "statement.publish"
    TIER_ASSIGN = "tier.assign"
    ROSTER_ENTER = "roster.enter"
    ROSTER_REMOVE = "roster.remove"
    PERSON_ENROL = "person.enrol"
    PERSON_ENGAGE = "person.engage"
    PERSON_NOTICE = "person.notice"
    PERSON_END = "person.end"
    PERSON_SEARCH = "person.search"
    PERSON_ERASE = "person.erase"
    PERSON_OFFER = "person.offer"
    SHIFT_ADD = "shift.add"
    SHIFT_REMOVE = "shift.remove"
    ROTA_ENTER = "rota.enter"
    ROLE_GRANT = "role.grant"
    ROLE_TAKE = "role.take"
    CREDENTIAL_ENROL = "credential.enrol"
    CREDENTIAL_END = "credential.end"
    PERSON_JOIN = "person.join"
    RULEBOOK_REPLACE = "rulebook.replace"
    SETTING_CHANGE = "setting.change"
    TOKEN_ISSUE = "token.issue"  # noqa: S105  # no secret
    TOKEN_END = "token.end"  # noqa: S105  # no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is true of every order of a kind.

    Attributes:
        subject_kind: what it acts upon.
        target: the standing it sets; empty when that follows from what it takes back, or when it sets none.
        deed: it takes something else than a standing from the account's owner; what, the order itself says.
        final: what it did cannot be taken back.
        undoes: it takes another order back.
        creates: its subject is not there before it takes effect.
        raises: it widens what its subject, a person, may do; they have no part in it.
    """

    subject_kind: str
    target: str = ""
    deed: bool = False
    final: bool = False
    undoes: bool = False
    creates: bool = False
    raises: bool = False

    @property
    def silences(self) -> bool:
        """Whether it takes something from the account's owner."""
        return bool(self.target) or self.deed


SHAPES: dict[Kind, Shape] = {
    Kind.ACCOUNT_HIDE: Shape(subject_kind="account", target="hidden"),
    Kind.ACCOUNT_LIMIT: Shape(subject_kind="account", target="limited"),
    Kind.ACCOUNT_FREEZE: Shape(subject_kind="account", target="frozen"),
    Kind.ACCOUNT_RESTORE: Shape(subject_kind="account", undoes=True),
    Kind.ACCOUNT_LIFT: Shape(subject_kind="account", undoes=True),
    Kind.ACCOUNT_RENAME: Shape(subject_kind="account", deed=True),
    Kind.ACCOUNT_BLOCK: Shape(subject_kind="account", deed=True),
    Kind.ACCOUNT_UNFOLLOW: Shape(subject_kind="account", deed=True),
    # The address and the password before may be those of whoever took the account: one person must not bring them back.
    Kind.ACCOUNT_CONTACT: Shape(subject_kind="account", deed=True, final=True),
    Kind.ACCOUNT_CREDENTIALS: Shape(subject_kind="account", deed=True, final=True),
    Kind.ACCOUNT_SPEAK: Shape(subject_kind="account", deed=True),
    Kind.POST_HIDE: Shape(subject_kind="post", target="hidden"),
    Kind.POST_DELETE: Shape(subject_kind="post", deed=True, final=True),
    Kind.POST_RESTORE: Shape(subject_kind="post", undoes=True),
    Kind.POST_LIFT: Shape(subject_kind="post", undoes=True),
    Kind.STATEMENT_PUBLISH: Shape(subject_kind="statement"),
    Kind.TIER_ASSIGN: Shape(subject_kind="account"),
    Kind.ROSTER_ENTER: Shape(subject_kind="account"),
    Kind.ROSTER_REMOVE: Shape(subject_kind="account"),
    Kind.PERSON_ENROL: Shape(subject_kind="person", creates=True),
    Kind.PERSON_ENGAGE: Shape(subject_kind="person", raises=True),
    Kind.PERSON_NOTICE: Shape(subject_kind="person"),
    Kind.PERSON_END: Shape(subject_kind="person"),
    Kind.PERSON_SEARCH: Shape(subject_kind="person"),
    Kind.PERSON_ERASE: Shape(subject_kind="person", final=True),
    Kind.PERSON_OFFER: Shape(subject_kind="person", raises=True),
    Kind.SHIFT_ADD: Shape(subject_kind="person", raises=True),
    Kind.SHIFT_REMOVE: Shape(subject_kind="person"),
    Kind.ROTA_ENTER: Shape(subject_kind="person", raises=True),
    Kind.ROLE_GRANT: Shape(subject_kind="person", raises=True),
    Kind.ROLE_TAKE: Shape(subject_kind="person"),
    Kind.CREDENTIAL_ENROL: Shape(subject_kind="person", raises=True),
    Kind.CREDENTIAL_END: Shape(subject_kind="person"),
    Kind.PERSON_JOIN: Shape(subject_kind="person"),
    Kind.RULEBOOK_REPLACE: Shape(subject_kind="house"),
    Kind.SETTING_CHANGE: Shape(subject_kind="house"),
    Kind.TOKEN_ISSUE: Shape(subject_kind="house"),
    Kind.TOKEN_END: Shape(subject_kind="house"),
}

SILENCING = frozenset(kind for kind, shape in SHAPES.items() if shape.silences)
#: Those that set a standing; what they ask for adds up to what is shown.
STANDINGS = frozenset(kind for kind, shape in SHAPES.items() if shape.target)
#: Those that do something else, told field by field in what they change (`enforcement.deeds`).
DEEDS = frozenset(kind for kind, shape in SHAPES.items() if shape.deed)
#: What could weaken the rest, and so is an order itself (promise 11); each says what it would change.
SAFEGUARDS = frozenset(kind for kind in Kind if kind.value in guard_facts.SAFEGUARDS)
#: Those whose change says something of the person they are about: what it says is erased with them.
NAMING = frozenset(
    {Kind.PERSON_ENROL, Kind.PERSON_SEARCH, Kind.PERSON_OFFER, Kind.CREDENTIAL_ENROL, Kind.CREDENTIAL_END}
)
RESTORING = {"account": Kind.ACCOUNT_RESTORE, "post": Kind.POST_RESTORE}
LIFTING = {"account": Kind.ACCOUNT_LIFT, "post": Kind.POST_LIFT}

#: From harmless to gravest. The standing of a subject is the gravest among its orders in effect.
GRAVITY = ("active", "limited", "frozen", "hidden")


class OrderReason(StrEnum):
    """Why something is silenced. Values are stored and digested: never change one."""

    THREATS = "coordinated threats"
    HATE = "hate"
    HARASSMENT = "harassment"
    IMPERSONATION = "impersonation"
    MISLEADING = "misleading"
    FRAUD = "fraud"
    SPAM = "spam"
    CHILD_ABUSE = "child abuse"
    TERRORISM = "terrorism"
    THREAT_TO_LIFE = "threat to life"
    SEVERE = "severe"
    LEGAL = "legal"
    HIJACKED = "hijacked"
    OTHER = "other"


#: What two people hid for one of these takes two to restore (promise 7).
GRAVE = frozenset({OrderReason.SEVERE, OrderReason.LEGAL, OrderReason.HIJACKED})
#: What a reviewer may hide one post for at once (promise 12).
URGENT = frozenset({OrderReason.CHILD_ABUSE, OrderReason.TERRORISM, OrderReason.THREAT_TO_LIFE})


def kind_named(name: str) -> Kind:
    """Return the kind of that name.

    Raises:
        UnknownKindError: there is none.
    """
    try:
        return Kind(name)
    except ValueError as problem:
        raise UnknownKindError(f"there is no order of kind {name[:40]!r}", kind=name[:40]) from problem


def reason_named(name: str) -> str:
    """Return the reason's value; an empty one stays empty, for the guard to judge.

    Raises:
        UnknownReasonError: there is none of that name.
    """
    if not name:
        return ""
    try:
        return OrderReason(name).value
    except ValueError as problem:
        raise UnknownReasonError(f"there is no reason {name[:40]!r}", reason=name[:40]) from problem


def gravest(standings: list[str]) -> str:
    """Return the gravest of several standings; active when there is none."""
    return max(standings, key=GRAVITY.index, default="active")
