"""Which language is spoken now, and the catalogues.

English is written in the code; French stands in `locale/fr/*.po`, one file per room, read when first needed. A sentence
without its French fails `make check`. Placeholders are named: `gettext("%(n)s posts", n=3)`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("en", "fr")
CATALOGUES = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="en")


def current() -> str:
    """Return the language spoken now: `en` or `fr`."""
    return _language.get()


def set_language(language: str) -> None:
    """Speak this language for the rest of the request; anything unknown is English."""
    _language.set(language if language in LANGUAGES else "en")


@contextmanager
def speak(language: str | None) -> Iterator[None]:
    """Speak a language for a while."""
    token = _language.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)


def choose(accept_language: str | None, cookie: str | None = None) -> str:
    """Choose by the visible switch first, then by what the browser prefers; `fr-CA` is `fr`."""
    return str(cookie) if cookie in LANGUAGES else _preferred((accept_language or "")[:400])


@lru_cache(maxsize=512)
def _preferred(accept_language: str) -> str:
    wanted = []
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        wanted.append((weight, tag.strip()))
    ordered = [tag for weight, tag in sorted(wanted, key=lambda pair: -pair[0]) if weight > 0 and tag]
    return negotiate_locale([tag.replace("-", "_") for tag in ordered], LANGUAGES) or "en"


def locale() -> Locale:
    """Return Babel's locale of the language spoken now."""
    return _locale(current())


@cache
def _locale(language: str) -> Locale:
    # Babel looks it up anew each time; a list of numbers would spend most of its time on that.
    return Locale.parse(language)


@cache
def catalogue(language: str) -> dict[tuple[str | None, str], tuple[str, ...]]:
    """Return every translated sentence of a language: (context, English) → its forms."""
    found: dict[tuple[str | None, str], tuple[str, ...]] = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            found.update(_sentences(read_po(file, locale=language)))
    return found


def _sentences(po: Catalog) -> dict[tuple[str | None, str], tuple[str, ...]]:
    sentences = {}
    for message in po:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if forms and all(forms):
            sentences[message.context, key] = forms
    return sentences


def _plural(language: str, count: int) -> int:
    # English: one, other. French: zero and one alike.
    return int(abs(count) > 1) if language == "fr" else int(count != 1)


#: Where French drops a vowel before another: « d’Agent 18 », « qu’Agent 18 ».
_DROPS = re.compile(r"\b([Dd]|[Qq]u)e %\((\w+)\)s")
_VOWELS = tuple("aàâeéèêëiîïoôuùûyAÀÂEÉÈÊËIÎÏOÔUÙÛY")


def _fill(sentence: str, fields: dict[str, Any]) -> str:
    if not fields:
        return sentence
    if current() == "fr":
        sentence = _DROPS.sub(lambda found: _drop(found, fields), sentence)
    return sentence % fields


def _drop(found: re.Match[str], fields: dict[str, Any]) -> str:
    """Return `d’%(name)s` where what fills it begins with a vowel."""
    if str(fields.get(found[2], "")).startswith(_VOWELS):
        return f"{found[1]}’%({found[2]})s"
    return found[0]


def gettext(sentence: str, /, **fields: Any) -> str:
    """Return the sentence in the language spoken now, filled in."""
    forms = catalogue(current()).get((None, sentence))
    return _fill(forms[0] if forms else sentence, fields)


def pgettext(context: str, sentence: str, /, **fields: Any) -> str:
    """As `gettext`, for a word that means two things."""
    forms = catalogue(current()).get((context, sentence))
    return _fill(forms[0] if forms else sentence, fields)


@lru_cache(maxsize=10_000)
def _grouped(count: int, spoken: Locale) -> str:
    """Return a number grouped as a language groups; a list says the same few numbers over and over."""
    return format_decimal(count, locale=spoken)


def ngettext(singular: str, plural: str, count: int, /, **fields: Any) -> str:
    """As `gettext`, by number; `count` fills `%(count)s`, grouped as the language groups."""
    forms = catalogue(current()).get((None, singular)) or (singular, plural)
    place = min(_plural(current(), count), len(forms) - 1)
    return forms[place] % {"count": _grouped(count, locale()), **fields}
