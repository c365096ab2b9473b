"""A page is made once for the same content, and not kept for ever."""

from typing import Any

from gardefou.app.made_pages import LONGEST, MOST, MadePages


def test_the_same_content_is_made_once_and_any_other_anew() -> None:
    pages, made = MadePages(), list[Any]()

    def page(**content: Any) -> str:
        def make() -> str:
            made.append(content)
            return f"page {len(made)}"

        return pages.page(content, make)

    assert page(posts=[{"text": "a"}], likes=0) == "page 1"
    assert page(posts=[{"text": "a"}], likes=0) == "page 1"
    assert page(posts=[{"text": "a"}], likes=1) == "page 2"
    assert page(posts=[{"text": "b"}], likes=0) == "page 3"
    assert page(posts=[], likes=0) == "page 4"
    assert page(posts=[{"text": "a"}], likes=0) == "page 1"


def test_the_page_least_asked_for_makes_room() -> None:
    pages, made = MadePages(), list[int]()

    def asked(number: int) -> None:
        def make() -> str:
            made.append(number)
            return f"page {number}"

        assert pages.page({"number": number}, make) == f"page {number}"

    for number in range(MOST):
        asked(number)
    asked(0)
    asked(MOST)
    made.clear()
    asked(0)
    assert made == []
    asked(1)
    assert made == [1]


def test_a_page_too_long_to_keep_is_made_each_time() -> None:
    pages, made = MadePages(), list[int]()

    def make() -> str:
        made.append(1)
        return "x" * (LONGEST + 1)

    for _ in range(2):
        assert len(pages.page({"long": True}, make)) == LONGEST + 1
    assert len(made) == 2
