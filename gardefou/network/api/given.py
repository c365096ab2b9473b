"""What a client gives with a call: in the address, as a form or as JSON, all read alike.

Clients differ: an array is `ids[]` twice or a list in JSON, yes is `true`, `True`, `1` or a real boolean, and some send
no body and no type at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, SerializationException

from gardefou.network.api.errors import ParameterError, UnknownTypeError, UnreadableError
from gardefou.network.errors import NoSuchPageError
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _
from gardefou.words.plain import storable

AnyRequest = Request[Any, Any, Any]
_YES = frozenset({"true", "1", "t", "on", "yes"})
_NO = frozenset({"false", "0", "f", "off", "no", ""})
_ID_DIGITS = 19
MOST_IDS = 100
_FORM = "application/x-www-form-urlencoded"
_LANGUAGE_ASKED = re.compile(rb"(?:^|&)lang=([^&]*)")
#: How many fields a form may have; no call here takes so many.
MOST_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of one call, each name with all of its values; of a name given twice the body's count."""

    values: dict[str, list[Any]]

    def has(self, name: str) -> bool:
        """Return whether a parameter was given at all."""
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """Return a text without what no database keeps; the default where there is none.

        Raises:
            ParameterError: it is a list or a structure.
        """
        value = self._last(name)
        if value is None:
            return default
        if isinstance(value, bool | int | float):
            return str(value)
        if not isinstance(value, str):
            raise _unfit(name)
        return storable(value)

    def texts(self, name: str) -> list[str]:
        """Return every text of an array."""
        found = [storable(str(one)) for one in self.values.get(name, []) if isinstance(one, str | int)]
        if len(found) != len(self.values.get(name, [])):
            raise _unfit(name)
        return found

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a yes or no, in any of the ways in which clients write it.

        Raises:
            ParameterError: it is neither.
        """
        value = self._last(name)
        word = str(value).strip().lower()
        if value is None or word in {"none", "null"}:
            return default
        if word not in _YES | _NO:
            raise _unfit(name)
        return word in _YES

    def number(self, name: str, *, default: int, lowest: int = 1, highest: int) -> int:
        """Return a number, brought between two limits.

        Raises:
            ParameterError: it is none.
        """
        word = self.text(name).strip()
        if not word:
            return default
        digits = word.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            raise _unfit(name)
        return max(lowest, min(int(word[: _ID_DIGITS + 1]), highest))

    def id(self, name: str) -> int | None:
        """Return an id, or None where there is none.

        Raises:
            ParameterError: it is no id.
        """
        word = self.text(name).strip()
        if not word or word.lower() in {"none", "null"}:
            return None
        return id_of(word, name)

    def ids(self, name: str) -> list[int]:
        """Return every id of an array.

        Raises:
            ParameterError: one of them is none, or there are too many.
        """
        words = [one for one in self.texts(name) if one]
        if len(words) > MOST_IDS:
            raise ParameterError(_("%(name)s: %(count)s at most", name=name, count=MOST_IDS), name=name)
        return [id_of(one, name) for one in words]

    def file(self, name: str) -> UploadFile | None:
        """Return a file, or None where there is none."""
        value = self._last(name)
        return value if isinstance(value, UploadFile) else None

    def inside(self, name: str) -> "Given":
        """Return the parameters within a structure: `source[privacy]`, or an object in JSON."""
        found: dict[str, list[Any]] = {}
        for value in self.values.get(name, []):
            if isinstance(value, dict):
                found.update(_flat(value))
        for key, values in self.values.items():
            head, bracket, rest = key.partition("[")
            if bracket and head == name:
                inner, _bracket, deeper = rest.partition("]")
                found[inner + deeper] = values
        return Given(found)

    def _last(self, name: str) -> Any:
        values = self.values.get(name)
        return values[-1] if values else None


def id_of(word: str, name: str) -> int:
    """Return the id that a word is.

    Raises:
        ParameterError: it is none.
    """
    if not (word.isascii() and word.isdigit() and len(word) <= _ID_DIGITS and int(word) <= BIGGEST):
        raise _unfit(name)
    return int(word)


def id_in_path(word: str) -> int:
    """Return the id that an address carries.

    Raises:
        NoSuchPageError: it is none, so there is nothing at that address.
    """
    try:
        return id_of(word, "id")
    except ParameterError:
        raise NoSuchPageError from None


def language_asked(request: AnyRequest) -> str | None:
    """Return the language that a client asks for by `lang`, in the address or in a form that has been read; or None."""
    said = _LANGUAGE_ASKED.search(request.scope["query_string"])
    return said[1].decode("ascii", "replace") if said is not None else request.state.get("language_asked")


async def read_language(request: AnyRequest) -> None:
    """Read first of all which language a form asks for: what is refused later is refused in that language."""
    if request.method != "GET" and request.content_type[0] == _FORM:
        said = _LANGUAGE_ASKED.search(await request.body())
        if said is not None:
            request.state.language_asked = said[1].decode("ascii", "replace")


async def provide_given(request: AnyRequest) -> Given:
    """Return what was given with a request.

    Raises:
        UnreadableError: its body is not what it says it is.
        UnknownTypeError: its body is of a type that nothing here reads.
    """
    found: dict[str, list[Any]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name.removesuffix("[]"), []).append(value)
    if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
        found |= await _body(request)
    return Given(found)


async def provide_sent(request: AnyRequest) -> Given:
    """Return what was given in the body alone: a secret in an address is in every log on the way.

    Raises:
        UnreadableError: the body is not what it says it is.
        UnknownTypeError: the body is of a type that nothing here reads.
    """
    return Given(await _body(request))


async def _body(request: AnyRequest) -> dict[str, list[Any]]:
    kind, more = request.content_type
    try:
        if kind != "multipart/form-data":
            content = await request.body()
            if not content:
                return {}
            _see_to(kind, content, more.get("charset", "utf-8"))
        if kind == "application/json":
            read = await request.json()
            if not isinstance(read, dict):
                raise UnreadableError(_("A JSON object was expected."))
            return _flat(read)
        return _form((await request.form()).multi_items())
    except (ClientException, SerializationException, ValueError, LookupError, RecursionError) as problem:
        if getattr(problem, "status_code", 400) == 413:  # noqa: PLR2004  # too long is said as such
            raise
        raise UnreadableError(_("The body is not what its type says it is.")) from problem


def _see_to(kind: str, content: bytes, charset: str) -> None:
    """See that a body can be read: its type is known, its letters are UTF-8 and its fields can be counted.

    Raises:
        UnknownTypeError: its type is neither a form nor JSON.
        UnreadableError: it is in other letters, or has too many fields.
        UnicodeDecodeError: it is not in the letters that it should be.
    """
    if kind not in {"application/json", _FORM}:
        raise UnknownTypeError(_("Send a form, or JSON, and say which with Content-Type."))
    if charset.strip("\"'").lower() not in {"utf-8", "utf8"}:
        raise UnreadableError(_("What is sent here is in UTF-8."))
    if kind == _FORM:
        if content.count(b"&") >= MOST_FIELDS:
            raise UnreadableError(_("A form has %(count)s fields at most.", count=MOST_FIELDS))
        # Whoever parses it would put a mark in place of what is not UTF-8, and it would be posted so.
        unquote_to_bytes(content).decode()


def _form(items: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in items:
        found.setdefault(name.removesuffix("[]"), []).append(value)
    return found


def _flat(read: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: value if isinstance(value, list) else [value] for name, value in read.items() if value is not None}


def _unfit(name: str) -> ParameterError:
    return ParameterError(_("%(name)s is not what it must be", name=name[:60]), name=name[:60])
