"""Jinja for every room: their template folders, translations, and numbers and dates in the language spoken now."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from litestar.plugins.jinja import JinjaTemplateEngine
from markupsafe import Markup, escape

from gardefou import words
from gardefou.app.made_pages import FORM_TOKEN, MadePages
from gardefou.network.web.common import ALIKE, THEME_COOKIE
from gardefou.words import numbers

GARDEFOU = Path(__file__).parent.parent
STATIC = Path(__file__).parent / "static"

_MADE = MadePages()
_HELPERS: tuple[Callable[..., str], ...] = (
    numbers.number,
    numbers.percent,
    numbers.people,
    numbers.short,
    numbers.followers,
    numbers.clock_time,
    numbers.day,
    numbers.day_and_time,
    numbers.countdown,
    numbers.duration,
)


def template_folders() -> list[Path]:
    """Return every room's template folder; the house's own come first."""
    return [Path(__file__).parent / "templates", *sorted(GARDEFOU.glob("*/templates"))]


@cache
def engine(*, demo: str) -> JinjaTemplateEngine:
    """Return the template engine; one for each process, since every page it has shown once is compiled.

    Args:
        demo: what the posts in the demo are, `real` or `typed`; empty outside the demo, which carries no banner.
    """
    jinja = Environment(
        loader=FileSystemLoader(template_folders()),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.newstyle_gettext = True  # type: ignore[attr-defined]  # the i18n extension declares it at run time
    jinja.globals.update(gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext)
    jinja.globals.update(asset=asset, demo=demo)
    jinja.template_class = _Page
    for helper in _HELPERS:
        jinja.globals[helper.__name__] = helper
        jinja.filters[helper.__name__] = helper
    return JinjaTemplateEngine.from_environment(jinja)


class _Page(Template):
    """A template that knows the request it answers: language, theme, path, and who is there, if anybody."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render, with what every page may ask for."""
        context = dict(*args, **kwargs)
        request = context.get("request")
        common = {
            "language": words.current(),
            "theme": request.cookies.get(THEME_COOKIE, "") if request else "",
            "path": request.scope["path"] if request else "",
            "back_to": _back_to(request) if request else "",
            "member": getattr(request.state, "member", None) if request else None,
            "me": None,
            "unread": request.state.get("unread", 0) if request else 0,
            "nav_counts": None,
            "csrf_input": "",
        }
        whole = {**common, **context}
        # In a demonstration a page also says who reads it.
        if not whole.pop(ALIKE, False) or whole["member"] or self.environment.globals["demo"]:
            return super().render(whole)
        content = {name: value for name, value in whole.items() if name not in ("request", "csrf_input")}
        render = super().render
        page = _MADE.page((self.name, content), lambda: render({**whole, "csrf_input": FORM_TOKEN}))
        return page.replace(FORM_TOKEN, whole["csrf_input"])


def _back_to(request: Any) -> str:
    """Return where a switch on this page leads back to: the page itself, with what it was asked.

    A page that answers a form stands at an address that may only be posted to; the form's own page is meant.
    """
    if request.method in {"GET", "HEAD"}:
        path = quote(request.scope["path"], safe="/@:")
        query = request.scope["query_string"].decode("latin-1")
        return f"{path}?{query}" if query else path
    try:
        referer = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if referer.netloc != request.headers.get("host"):
        return "/"
    return f"{referer.path}?{referer.query}" if referer.query else referer.path


@cache
def asset(path: str) -> str:
    """Return the address of a static file, with a digest of its content so that browsers may keep it for ever."""
    file = STATIC / path
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "0"
    return f"/static/{path}?v={digest}"


def _escaped(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, int | float) else escape(value) for key, value in fields.items()}


def _gettext(sentence: str, /, **fields: Any) -> Markup:
    """Sentences are ours and trusted; what fills them is not, and is escaped."""
    return Markup(words.gettext(sentence, **_escaped(fields)))  # noqa: S704


def _pgettext(context: str, sentence: str, /, **fields: Any) -> Markup:
    return Markup(words.pgettext(context, sentence, **_escaped(fields)))  # noqa: S704


def _ngettext(singular: str, plural: str, count: int, /, **fields: Any) -> Markup:
    return Markup(words.ngettext(singular, plural, count, **_escaped(fields)))  # noqa: S704
