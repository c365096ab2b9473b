"""What the desk calls things, in the language spoken now."""

from gardefou.orders.kinds import OrderReason
from gardefou.orders.labels import act, changes, reason, role, standing, state, tier, titled, void_because
from gardefou.orders.lifecycle import VoidBecause
from gardefou.orders.order import Order
from gardefou.reports.categories import Category
from gardefou.words import gettext as _

#: The reasons a person may choose, gravest first.
REASONS = (
    OrderReason.THREATS,
    OrderReason.THREAT_TO_LIFE,
    OrderReason.CHILD_ABUSE,
    OrderReason.TERRORISM,
    OrderReason.HATE,
    OrderReason.HARASSMENT,
    OrderReason.IMPERSONATION,
    OrderReason.FRAUD,
    OrderReason.SPAM,
    OrderReason.MISLEADING,
    OrderReason.HIJACKED,
    OrderReason.LEGAL,
    OrderReason.SEVERE,
    OrderReason.OTHER,
)

#: What a case is about says which reason is chosen to begin with; the person changes it.
REASON_OF: dict[Category, OrderReason] = {
    Category.THREATS: OrderReason.THREATS,
    Category.SELF_HARM: OrderReason.THREAT_TO_LIFE,
    Category.CHILD_ABUSE: OrderReason.CHILD_ABUSE,
    Category.TERRORISM: OrderReason.TERRORISM,
    Category.HATE: OrderReason.HATE,
    Category.HARASSMENT: OrderReason.HARASSMENT,
    Category.IMPERSONATION: OrderReason.IMPERSONATION,
    Category.MISLEADING: OrderReason.MISLEADING,
    Category.FRAUD: OrderReason.FRAUD,
    Category.SPAM: OrderReason.SPAM,
    Category.ILLEGAL: OrderReason.LEGAL,
    Category.OTHER: OrderReason.OTHER,
}


def category(value: str) -> str:
    """Return a category of complaint in words."""
    return {
        Category.THREATS: _("Threats"),
        Category.SELF_HARM: _("Self-harm"),
        Category.CHILD_ABUSE: _("Child abuse"),
        Category.TERRORISM: _("Terrorism"),
        Category.HATE: _("Hate speech"),
        Category.HARASSMENT: _("Harassment"),
        Category.IMPERSONATION: _("Impersonation"),
        Category.MISLEADING: _("Misleading"),
        Category.FRAUD: _("Fraud"),
        Category.SPAM: _("Spam"),
        Category.ILLEGAL: _("Illegal"),
        Category.OTHER: _("Other"),
    }[Category(value)]


def language(code: str) -> str:
    """Return a language in words."""
    return {"en": _("English"), "fr": _("French")}.get(code, code)


def office(value: str) -> str:
    """Return an office of the roster in words: one of the house's own translated, any other as its list has it."""
    return {
        "head of state": _("head of state"),
        "city": _("city"),
        "emergency service": _("emergency service"),
        "state authority": _("state authority"),
        "member of the US Congress": _("member of the US Congress"),
        "député": _("member of the French National Assembly"),
        "sénateur": _("member of the French Senate"),
    }.get(value, value)


def subject(kind: str, label: str) -> str:
    """Return what an order acts upon, in words: an account by its handle, a statement by its number."""
    if kind == "house":
        return _("the house")
    if kind == "statement":
        return _("statement %(number)s", number=label.removeprefix("statement "))
    return label.split("/", maxsplit=1)[0]


def void(order: Order) -> str:
    """Return why an order is void, as a sentence that says nothing was done."""
    if order.subject_kind == "person" and order.ended_because == VoidBecause.STALE.value:
        return _("Void: what binds this person changed after the signatures. Nothing was done.")
    return void_because(order.ended_because)


__all__ = [
    "REASONS",
    "REASON_OF",
    "act",
    "category",
    "changes",
    "language",
    "office",
    "reason",
    "role",
    "standing",
    "state",
    "subject",
    "tier",
    "titled",
    "void",
    "void_because",
]
