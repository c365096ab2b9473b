"""A post's plain text as safe HTML: everything escaped, web addresses and mentions of existing accounts linked."""

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from gardefou.network.handles import handle_key

_LINK_OR_MENTION = re.compile(r"(?P<url>https?://[^\s<>\"'«»]+)|(?<![\w@/.])@(?P<handle>[A-Za-z0-9_]{1,30})")
_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_]{1,30})")
_TRAILING = ".,;:!?…)]}’”"
_SHOWN_URL = 60


def mentioned(texts: Iterable[str]) -> set[str]:
    """Return the handles that some texts mention."""
    return {handle for text in texts for handle in _MENTION.findall(text)}


def linked(text: str, handles: Mapping[str, str], *, site: str = "") -> Markup:
    """Return a text as HTML.

    Args:
        text: plain text, as its author wrote it.
        handles: the mentions that lead to a page: key → handle (see `queries.shown_handles`).
        site: what addresses of ours begin with, for who reads them elsewhere; nothing on our own pages.
    """
    parts: list[Markup] = []
    done = 0
    for match in _LINK_OR_MENTION.finditer(text):
        url = (match["url"] or "").rstrip(_TRAILING)
        end = match.start() + len(url) if url else match.end()
        parts += [_lines(text[done : match.start()]), _url(url) if url else _mention(match["handle"], handles, site)]
        done = end
    parts.append(_lines(text[done:]))
    return Markup().join(parts)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def _url(url: str) -> Markup:
    shown = url.split("://", 1)[1]
    shown = shown if len(shown) <= _SHOWN_URL else shown[: _SHOWN_URL - 1] + "…"
    return Markup('<a href="{}" rel="nofollow noopener noreferrer ugc">{}</a>').format(url, shown)


def _mention(handle: str, handles: Mapping[str, str], site: str) -> Markup:
    known = handles.get(handle_key(handle))
    return Markup('<a href="{}/@{}">@{}</a>').format(site, known, handle) if known else escape(f"@{handle}")
