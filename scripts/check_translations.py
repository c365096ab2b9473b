"""Fail when a sentence that people read has no French, or one that does not fit it.

Every sentence is taken from the code and the templates as Babel reads them, and held against the French catalogues:
missing ones, ones nobody says any more, placeholders that differ, plurals that lack a form, one sentence translated in
two ways, and French with an English apostrophe or an ordinary space where a narrow one belongs.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gardefou"
FRENCH = PACKAGE / "words" / "locale" / "fr"
FORMS = 2

#: As pages read them: `trans` blocks lose their indentation.
TEMPLATE_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|\{(\w*)\}")
#: A word with an English apostrophe; a mark without its narrow space; quotation marks without theirs.
_UNFRENCH = (
    (re.compile(r"\w'\w"), "an apostrophe is ’"),
    (re.compile(r"(?<![\u202f\s])[;!?»](?!\w)|[ \u00a0][;!?»]|«(?!\u202f)"), "; ! ? « » take a narrow space, U+202F"),
    (re.compile(r"(?<=[\w)»’%s]) :(?!//)|(?<=[a-zé]):(?=\s|$)"), "a colon takes a no-break space, U+00A0 or U+202F"),
)

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence as the code says it."""

    where: str
    singular: str
    plural: str | None


def sentences() -> dict[Key, Sentence]:
    """Return every sentence of the code and the templates, by context and English."""
    found: dict[Key, Sentence] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if "vendor" in path.parts or path.suffix not in {".py", ".html", ".xml", ".txt"}:
            continue
        for line, words, context in _extract(path):
            singular, plural = (words, None) if isinstance(words, str) else (words[0], words[1])
            where = f"{path.relative_to(ROOT)}:{line}"
            found.setdefault((context, singular), Sentence(where=where, singular=singular, plural=plural))
    return found


def _extract(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    with path.open("rb") as file:
        for line, words, _, context in extract(method, file, DEFAULT_KEYWORDS, (), TEMPLATE_OPTIONS):
            if words:
                yield line, words, context


def complaints() -> Iterator[str]:
    """Say everything that is wrong, one line each."""
    said = sentences()
    translated: dict[Key, tuple[str, tuple[str, ...]]] = {}
    for path in sorted(FRENCH.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    yield from _held_against(said, translated, f"{path.relative_to(ROOT)}:{message.lineno}", message)
    for key, sentence in said.items():
        if key not in translated:
            yield f"{sentence.where}: no French for “{sentence.singular}”"


def _held_against(
    said: dict[Key, Sentence], translated: dict[Key, tuple[str, tuple[str, ...]]], where: str, message: Message
) -> Iterator[str]:
    english = message.id if isinstance(message.id, str) else message.id[0]
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    key = (message.context, english)
    known = translated.setdefault(key, (where, forms))
    if known[1] != forms:
        yield f"{where}: “{english}” is translated otherwise in {known[0]}"
    if message.fuzzy:
        yield f"{where}: “{english}” is marked fuzzy: read it again and remove the mark"
    if not forms or not all(forms):
        yield f"{where}: “{english}” has no French yet"
        return
    sentence = said.get(key)
    if sentence is None:
        yield f"{where}: nobody says “{english}” any more"
        return
    if sentence.plural and len(forms) != FORMS:
        yield f"{where}: “{english}” needs a singular and a plural"
    wanted = _placeholders(sentence.singular) | _placeholders(sentence.plural or "")
    for form in forms:
        # A singular may say “one” in a word; nothing else may be left out or added.
        missing = wanted - _placeholders(form) - ({"count"} if sentence.plural else set())
        added = _placeholders(form) - wanted - ({"count"} if sentence.plural else set())
        if missing or added:
            yield f"{where}: “{form}” should have the placeholders of “{english}”: {', '.join(sorted(missing | added))}"
        yield from (f"{where}: “{form}”: {why}" for pattern, why in _UNFRENCH if pattern.search(form))


def _placeholders(sentence: str) -> set[str]:
    return {first or second for first, second in _PLACEHOLDER.findall(sentence)}


def main() -> int:
    """Print every complaint; succeed when there is none."""
    found = list(complaints())
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
