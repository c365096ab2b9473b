"""What a form says with a template: its variables filled from the form and from the case it is about."""

from gardefou.accounts.queries import account as account_row
from gardefou.desk import labels
from gardefou.desk.forms import Fields
from gardefou.orders.kinds import reason_named
from gardefou.reports import queries as reports
from gardefou.reports.macros import fill, macros, read_macro
from gardefou.storage import Tx
from gardefou.words import current, numbers
from gardefou.words import gettext as _


def choices(tx: Tx) -> list[tuple[str, str]]:
    """Return the templates a form offers, none first; an empty list where there are none."""
    found = [(str(one.id), one.name) for one in macros(tx)]
    return [("", _("None")), *found] if found else []


def worded(tx: Tx, fields: Fields, *, case_id: int | None) -> str:
    """Return a form's comment: as typed, or as the template chosen says it.

    Colleagues read it, so it is in the language of whoever writes. What was typed fills `{text}`; where the template
    has no such place it stands below, so that nothing typed is lost.

    Raises:
        UnknownMacroError: there is no such template.
        UnfilledError: not all of its variables are filled; the sentence says which.
    """
    typed, chosen = fields.text("comment"), fields.number("macro")
    if chosen is None:
        return typed
    found = read_macro(tx, chosen)
    said = fill(found, language=current(), values=_values(tx, fields, case_id) | {"text": typed})
    return said if not typed or "text" in found.variables else f"{said}\n\n{typed}"


def _values(tx: Tx, fields: Fields, case_id: int | None) -> dict[str, str]:
    reason, until = reason_named(fields.text("reason")), fields.text("until")
    values = {
        "reason": labels.reason(reason),
        "clause": fields.text("clause"),
        "until": lengths().get(until, until),
    }
    if case_id is None:
        return values
    case = reports.case(tx, case_id)
    account = account_row(tx, case.account_id)
    return values | {
        "account": f"@{account['handle']}",
        "name": str(account["display_name"]),
        "case": str(case.id),
        "category": labels.category(case.category),
        "reports": numbers.number(case.counting),
    }


def lengths() -> dict[str, str]:
    """Return the ends that a form offers, in words."""
    return {"hand": _("Lifted by hand"), "1 h": _("1 hour"), "24 h": _("24 hours"), "7 days": _("7 days")}
