"""A post's plain text as safe HTML: everything escaped; web addresses, hashtags and mentions of accounts linked."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup, escape

from gardefou.network.handles import handle_key

_TAG_WORD = r"(?<![\w&/#])#(?P<tag>\w{1,100})(?!\w)"
_PIECE = re.compile(rf"(?P<url>https?://[^\s<>\"'«»]+)|(?<![\w@/.])@(?P<handle>[A-Za-z0-9_]{{1,30}})|{_TAG_WORD}")
_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_]{1,30})")
_TRAILING = ".,;:!?…)]}’”"
_SHOWN_URL = 60
LONGEST_TAG = 100


def mentioned(texts: Iterable[str]) -> set[str]:
    """Return the handles that some texts mention."""
    return {handle for text in texts if "@" in text for handle in _MENTION.findall(text)}


def tag_key(word: str) -> str:
    """Return what makes two hashtags the same, without their sign; empty for what is none."""
    folded = unicodedata.normalize("NFKC", word.removeprefix("#")).casefold()
    key = unicodedata.normalize("NFKC", folded)
    fit = len(key) <= LONGEST_TAG and re.fullmatch(r"\w+", key) is not None
    return key if fit and not key.replace("_", "").isdigit() and key.strip("_") else ""


def tags_in(text: str) -> list[str]:
    """Return the hashtags of a text, each once, in their order."""
    found = (tag_key(match["tag"]) for match in _PIECE.finditer(text) if match["tag"])
    return list(dict.fromkeys(key for key in found if key))


def tag_address(tag: str, *, site: str = "") -> str:
    """Return where the posts with a hashtag are."""
    return f"{site}/tags/{quote(tag, safe='')}"


def linked(text: str, handles: Mapping[str, str], *, site: str = "") -> Markup:
    """Return a text as HTML.

    Args:
        text: plain text, as its author wrote it.
        handles: the mentions that lead to a page: key → handle (see `queries.shown_handles`).
        site: what addresses of ours begin with, for who reads them elsewhere; nothing on our own pages.
    """
    named = {handle_key(handle) for handle in mentioned([text])}
    return _linked(text, tuple((key, handles[key]) for key in sorted(named) if key in handles), site)


@lru_cache(maxsize=1024)
def _linked(text: str, known: tuple[tuple[str, str], ...], site: str) -> Markup:
    """Return a text as HTML, kept for the next page that shows it: a post is read far more often than it is written."""
    handles = dict(known)
    parts: list[Markup] = []
    done = 0
    for match in _PIECE.finditer(text):
        url = (match["url"] or "").rstrip(_TRAILING)
        end = match.start() + len(url) if url else match.end()
        parts += [_lines(text[done : match.start()]), _piece(match, url, handles, site)]
        done = end
    parts.append(_lines(text[done:]))
    return Markup().join(parts)


def _piece(match: re.Match[str], url: str, handles: Mapping[str, str], site: str) -> Markup:
    if url:
        return _url(url)
    return _mention(match["handle"], handles, site) if match["handle"] else _tag(match["tag"], site)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def _url(url: str) -> Markup:
    shown = url.split("://", 1)[1]
    shown = shown if len(shown) <= _SHOWN_URL else shown[: _SHOWN_URL - 1] + "…"
    return Markup('<a href="{}" rel="nofollow noopener noreferrer ugc">{}</a>').format(url, shown)


def _mention(handle: str, handles: Mapping[str, str], site: str) -> Markup:
    known = handles.get(handle_key(handle))
    return Markup('<a href="{}/@{}">@{}</a>').format(site, known, handle) if known else escape(f"@{handle}")


def _tag(word: str, site: str) -> Markup:
    key = tag_key(word)
    if not key:
        return escape(f"#{word}")
    return Markup('<a href="{}" rel="tag">#{}</a>').format(tag_address(key, site=site), word)
