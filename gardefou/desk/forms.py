"""What a browser's form or a program's JSON says, read the same way on the same address."""

from collections.abc import Mapping
from typing import Any

from litestar.exceptions import SerializationException

from gardefou.clock import DAY, HOUR, from_iso, to_iso
from gardefou.desk.acts import FREEZE_FOR
from gardefou.desk.errors import FormError
from gardefou.desk.session import AnyRequest
from gardefou.orders.kinds import Kind
from gardefou.reports.as_seen import Seen, seen_in
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _
from gardefou.words.plain import storable

#: What the form offers as an end; anything else is an instant in ISO 8601.
LENGTHS: Mapping[str, int] = {"1 h": HOUR, "24 h": DAY, "7 days": 7 * DAY}


class Fields:
    """Named values; several under one name stay several."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        """Keep the values."""
        self._values = {name: [storable(value) for value in found] for name, found in values.items()}

    def text(self, name: str, default: str = "") -> str:
        """Return a value, trimmed; the first when there are several."""
        found = self._values.get(name) or [default]
        return found[0].strip()

    def of(self, prefix: str) -> "Fields":
        """Return the fields that belong to one card, `account.hide.reason` as `reason`, over those without a prefix."""
        own = {
            name.removeprefix(prefix + "."): found for name, found in self._values.items() if name.startswith(prefix)
        }
        return Fields({**self._values, **own})

    def many(self, name: str) -> list[str]:
        """Return every value under a name."""
        return [value.strip() for value in self._values.get(name, []) if value.strip()]

    def number(self, name: str) -> int | None:
        """Return an id or a version; None when it is left out.

        Raises:
            FormError: it is no number.
        """
        return number_of(name, self.text(name))

    def id_or_none(self, name: str) -> int | None:
        """Return an id; None when it is left out, and when what was sent is none."""
        try:
            return self.number(name)
        except FormError:
            return None

    def typed(self) -> dict[str, str]:
        """Return everything that was sent, the first under each name, to be shown again."""
        return {name: self.text(name) for name in self._values}

    def needed(self, name: str) -> int:
        """Return a version that cannot be left out.

        Raises:
            FormError: it is missing, or no number.
        """
        found = self.number(name)
        if found is None:
            raise FormError(_("“%(name)s” is missing.", name=name), field=name)
        return found

    def seen(self) -> Seen | None:
        """Return what the page showed of a case, if the form says so."""
        return seen_in(self.text("seen"))

    def numbers(self, name: str) -> list[int]:
        """Return every id under a name.

        Raises:
            FormError: one is no number.
        """
        return [found for value in self.many(name) if (found := number_of(name, value)) is not None]


def number_of(name: str, value: str) -> int | None:
    """Return an id as it was sent; None when it is left out.

    Raises:
        FormError: it is no number, or none that an id can be.
    """
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= BIGGEST):  # noqa: PLR2004  # 64 bits have 19 digits
        raise FormError(_("“%(name)s” must be a number, not “%(value)s”.", name=name, value=value[:40]), field=name)
    return int(value)


async def fields_of(request: AnyRequest) -> Fields:
    """Read a form, or an object of JSON.

    Raises:
        FormError: the body is neither.
    """
    if request.content_type[0] == "application/json":
        try:
            body = await request.json()
        except (SerializationException, ValueError, RecursionError) as problem:
            raise FormError(_("The body is not JSON, or nested too deeply.")) from problem
        if not isinstance(body, dict):
            raise FormError(_("The body must be a JSON object."))
        return Fields({str(key): _texts(value) for key, value in body.items()})
    form = await request.form()
    return Fields({key: [str(value) for value in form.getall(key)] for key in form})


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)]


def set_time(fields: Fields) -> int | None:
    """Return the set time before which an order must not take effect; None for now.

    Raises:
        FormError: it is no instant.
    """
    written = fields.text("not_before")
    return instant("not_before", written) if written else None


def set_end(fields: Fields, kind: Kind | None, *, begins: int) -> int | None:
    """Return when an order lifts by itself; None until it is lifted by hand. The desk's freeze is the brief one.

    Raises:
        FormError: it is neither one of the lengths nor an instant.
    """
    until = fields.text("until") or fields.text("lift_at")
    if kind is Kind.ACCOUNT_FREEZE and until in ("", "15 min"):
        return begins + FREEZE_FOR
    if until in ("", "hand"):
        return None
    if until in LENGTHS:
        return begins + LENGTHS[until]
    return instant("until", until)


def instant(name: str, value: str) -> int:
    """Return an instant as it was typed, in UTC.

    Raises:
        FormError: it is none.
    """
    try:
        at = from_iso(value)
        to_iso(at)  # What no calendar of ours can write is none either.
    except (ValueError, OverflowError) as problem:
        message = _("“%(value)s” is not a date and time; write it as 2017-11-02T19:30, in UTC.", value=value[:40])
        raise FormError(message, field=name) from problem
    return at
