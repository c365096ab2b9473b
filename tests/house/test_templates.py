"""Templates keep to the strict content policy: no style, no script and no handler written into a page."""

import re
from collections.abc import Iterator

import pytest

from tests.house.source import PACKAGE

TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*") if path.suffix in {".html", ".xml", ".txt"})

#: What a page may not hold, and why.
FORBIDDEN = {
    "style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "hx-on": re.compile(r"\s(data-)?hx-on[:-]", re.IGNORECASE),
    "js: value": re.compile(r"[\"']\s*(js|javascript):", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "script from elsewhere": re.compile(r"\ssrc\s*=\s*[\"'](https?:)?//", re.IGNORECASE),
    # Only what is written out in the template may go unescaped, never a value.
    "unescaped text": re.compile(r"(?<!\")(?<!csrf_input)(?<!\s)\s*\|\s*safe\b"),
}


def offences(text: str) -> Iterator[str]:
    """Yield what a template holds that it may not."""
    bare = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    yield from (name for name, pattern in FORBIDDEN.items() if pattern.search(bare))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_template_keeps_to_the_strict_policy(path: object) -> None:
    assert list(offences(path.read_text("utf-8"))) == []  # type: ignore[attr-defined]  # pytest passes the Path on as it is


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_posting_form_carries_the_forgery_token(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]  # as above
    forms = re.findall(r"<form\b[^>]*method\s*=\s*[\"']post[\"'].*?</form>", text, flags=re.DOTALL | re.IGNORECASE)
    assert [form[:120] for form in forms if "csrf_input" not in form] == []


@pytest.mark.parametrize(
    ("offence", "text"),
    [
        ("style attribute", '<p style="color:red">'),
        ("style element", "<style>p{}</style>"),
        ("event handler", "<button onclick='go()'>"),
        ("hx-on", '<div hx-on:click="go()">'),
        ("js: value", "<div hx-vals='js:{a: 1}'>"),
        ("inline script", "<script>go()</script>"),
        ("script from elsewhere", '<script src="https://elsewhere.example/x.js"></script>'),
        ("unescaped text", "{{ comment | safe }}"),
    ],
)
def test_every_offence_is_seen(offence: str, text: str) -> None:
    assert list(offences(text)) == [offence]
    right = (
        '<script src="/static/desk.js" defer></script>{{ csrf_input | safe }}{{ "<b>" | safe ~ name ~ "</b>" | safe }}'
    )
    assert list(offences(right)) == []
