"""Templates: texts written once, in French and English, and used often.

Each has variables, `{account}` and its like, and is only used where all of them are filled: a text with a hole in it
goes to nobody. Both languages have the same variables. Changing a template changes nothing that was said with it
before, and gives nobody a right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import RowMapping, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from gardefou.events import Actor, record
from gardefou.events.erase_mail import without
from gardefou.reports.errors import MacroError, UnfilledError, UnknownMacroError, WorkerError
from gardefou.reports.tables import macro
from gardefou.staff.queries import person
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import numbers
from gardefou.words.plain import is_blank, one_line, paragraphs

#: What a template may leave open; who uses it fills it in, or the case does.
VARIABLES = ("account", "name", "case", "category", "reports", "reason", "clause", "until", "text")
#: Who keeps the templates.
KEEPERS = frozenset({Role.DUTY_MANAGER, Role.ADMINISTRATOR})
LONGEST_NAME, LONGEST = 60, 1_500
MOST = 200
_HOLE = re.compile(r"\{([a-z_]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """One template; `texts` by language."""

    id: int
    name: str
    texts: Mapping[str, str]
    changed_by: int
    changed_at: int

    @property
    def variables(self) -> tuple[str, ...]:
        """What has to be filled, in the order of `VARIABLES`."""
        return variables_of(self.texts["en"])


def variables_of(text: str) -> tuple[str, ...]:
    """Return the variables of a text, in the order of `VARIABLES`."""
    found = set(_HOLE.findall(text))
    return tuple(name for name in VARIABLES if name in found)


def keep_macro(tx: Tx, *, actor: Actor, now: int, name: str, en: str, fr: str, macro_id: int | None = None) -> int:
    """Write a template, or write one anew.

    Args:
        tx: the open transaction.
        actor: who writes.
        now: the instant.
        name: what colleagues choose it by; no two are alike.
        en: its English.
        fr: its French.
        macro_id: the one that is written anew; None for a new one.

    Raises:
        WorkerError: the actor is neither a duty manager nor an administrator.
        UnknownMacroError: there is none by that number.
        MacroError: something about it cannot be kept.
    """
    by = _require_keeper(tx, actor, now)
    called, texts = one_line(name), {"en": paragraphs(en), "fr": paragraphs(fr)}
    _check(called, texts)
    _only_one(tx, called, macro_id)
    values: dict[str, str | int] = {"name": called, "name_key": called.casefold(), "changed_by": by, "changed_at": now}
    values |= {f"text_{language}": text for language, text in texts.items()}
    try:
        with tx.connection.begin_nested():
            macro_id = _write(tx, now, macro_id, values)
    except IntegrityError as problem:  # Somebody took the name between our look and our write.
        raise _name_taken(called) from problem
    record(tx, now=now, kind="macro.kept", subject=f"macro:{macro_id}", body={"by": str(actor)})
    return macro_id


def _write(tx: Tx, now: int, macro_id: int | None, values: Mapping[str, str | int]) -> int:
    if macro_id is None:
        macro_id = tx.new_id(now)
        tx.execute(insert(macro).values(id=macro_id, **values))
    elif tx.execute(update(macro).where(macro.c.id == macro_id).values(**values)).rowcount == 0:
        raise UnknownMacroError(_("There is no template by that number."))
    return macro_id


def drop_macro(tx: Tx, *, actor: Actor, now: int, macro_id: int) -> None:
    """Take a template away; what was said with it stays said.

    Raises:
        WorkerError: the actor is neither a duty manager nor an administrator.
        UnknownMacroError: there is none by that number.
    """
    _require_keeper(tx, actor, now)
    if tx.execute(delete(macro).where(macro.c.id == macro_id)).rowcount == 0:
        raise UnknownMacroError(_("There is no template by that number."))
    record(tx, now=now, kind="macro.dropped", subject=f"macro:{macro_id}", body={"by": str(actor)})


def _require_keeper(tx: Tx, actor: Actor, now: int) -> int:
    one = None if actor.person_id is None else person(tx, actor.person_id, now)
    if one is None or not one.engaged or not one.roles & KEEPERS:
        raise WorkerError(_("Duty managers and administrators keep the templates; everybody uses them."))
    return one.id


def _check(name: str, texts: Mapping[str, str]) -> None:
    if is_blank(name) or len(name) > LONGEST_NAME:
        raise MacroError(_("A template has a name of 1 to %(most)s characters.", most=str(LONGEST_NAME)))
    if any(is_blank(text) for text in texts.values()):
        raise MacroError(_("A template is written in both languages, English and French: one of them is empty."))
    if any(len(text) > LONGEST for text in texts.values()):
        raise MacroError(
            _("A template has at most %(most)s characters in each language.", most=numbers.number(LONGEST))
        )
    for text in texts.values():
        unknown = [hole for hole in _HOLE.findall(text) if hole not in VARIABLES]
        if unknown or any(brace in _HOLE.sub("", text) for brace in "{}"):
            wrong = "{" + unknown[0] + "}" if unknown else "{"
            known = ", ".join("{" + one + "}" for one in VARIABLES)
            raise MacroError(
                _("“%(wrong)s” is no variable. A template knows these: %(known)s.", wrong=wrong, known=known)
            )
    if set(variables_of(texts["en"])) != set(variables_of(texts["fr"])):
        odd = sorted(set(variables_of(texts["en"])) ^ set(variables_of(texts["fr"])))
        raise MacroError(_("Both languages need the same variables; only one of them has {%(name)s}.", name=odd[0]))


def _only_one(tx: Tx, name: str, macro_id: int | None) -> None:
    rows = tx.all(select(macro.c.id, macro.c.name_key))
    if any(row["name_key"] == name.casefold() and row["id"] != macro_id for row in rows):
        raise _name_taken(name)
    if macro_id is None and len(rows) >= MOST:
        raise MacroError(_("There are %(most)s templates already: take one away first.", most=str(MOST)))


def _name_taken(name: str) -> MacroError:
    return MacroError(_("There is a template called “%(name)s” already.", name=name))


def macros(tx: Tx) -> list[Macro]:
    """Return every template, by name."""
    return [_macro_of(row) for row in tx.all(select(macro).order_by(macro.c.name_key))]


def read_macro(tx: Tx, macro_id: int) -> Macro:
    """Return a template.

    Raises:
        UnknownMacroError: there is none by that number.
    """
    row = tx.first(select(macro).where(macro.c.id == macro_id))
    if row is None:
        raise UnknownMacroError(_("There is no template by that number."))
    return _macro_of(row)


def _macro_of(row: RowMapping) -> Macro:
    texts = MappingProxyType({"en": str(row["text_en"]), "fr": str(row["text_fr"])})
    return Macro(
        id=row["id"], name=row["name"], texts=texts, changed_by=row["changed_by"], changed_at=row["changed_at"]
    )


def fill(found: Macro, *, language: str, values: Mapping[str, str]) -> str:
    """Return a template's text with its variables filled.

    Args:
        found: the template.
        language: `en` or `fr`: the language of whoever reads it.
        values: what fills it; what is empty counts as missing.

    Raises:
        UnfilledError: something is missing; the sentence says what.
    """
    missing = [name for name in found.variables if not values.get(name, "").strip()]
    if missing:
        holes = ", ".join(_named(name) for name in missing)
        raise UnfilledError(_("The template “%(name)s” needs %(missing)s.", name=found.name, missing=holes))
    # What fills a hole is not looked at again: a handle or a text may have braces of its own.
    return _HOLE.sub(lambda hole: values[hole[1]].strip(), found.texts[language])


def _named(name: str) -> str:
    """Return what is missing as the form calls it; what a case fills has no field there and keeps its name."""
    known = {
        "reason": _("a reason"),
        "clause": _("a policy clause"),
        "until": _("until when"),
        "text": _("your comment"),
    }
    return known.get(name) or "{" + name + "}"


def erase_from_macros(tx: Tx, *, actor: Actor, name: str, email: str, mark: str) -> None:  # noqa: ARG001  # every write names its actor
    """Put a word in place of somebody's name and address wherever a template has them (promise 15)."""
    columns = (macro.c.name, macro.c.text_en, macro.c.text_fr)
    spelt = or_(*(column.icontains(text, autoescape=True) for column in columns for text in (name, email) if text))
    for row in tx.all(select(macro).where(spelt)):
        left = without({column.name: row[column.name] for column in columns}, (email, name), mark)
        left["name_key"] = str(left["name"]).casefold()
        tx.execute(update(macro).where(macro.c.id == row["id"]).values(**left))
