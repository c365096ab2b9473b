"""A post's text becomes HTML, and nothing in it becomes more than text and links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from gardefou.network.text import linked, mentioned, tag_key, tags_in


def test_markup_in_a_post_is_shown_as_it_was_typed() -> None:
    assert linked("<script>alert('&')</script>", {}) == "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"


def test_web_address_is_linked_without_the_stop_that_ends_the_sentence() -> None:
    html = linked("Read https://example.org/a?b=1&c=2.", {})
    assert html == (
        'Read <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener noreferrer ugc">'
        "example.org/a?b=1&amp;c=2</a>."
    )


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org"])
def test_only_web_addresses_are_linked(text: str) -> None:
    assert "<a" not in linked(text, {})


def test_quotation_mark_ends_an_address_and_cannot_add_an_attribute() -> None:
    html = linked('https://example.org/"onmouseover="alert(1)', {})
    assert 'href="https://example.org/"' in html
    assert '"onmouseover' not in html


def test_mention_is_linked_when_it_leads_somewhere() -> None:
    html = linked("Thank you @FederalReserve and @nobody!", {"federalreserve": "federalreserve"})
    assert html == 'Thank you <a href="/@federalreserve">@FederalReserve</a> and @nobody!'


def test_e_mail_address_is_no_mention() -> None:
    assert mentioned(["write to someone@example.org", "/@path", "ask @alice_1, @Bob."]) == {"alice_1", "Bob"}


def test_lines_stay_lines() -> None:
    assert linked("one\ntwo", {}) == "one<br>two"


@given(st.text(alphabet=st.characters(exclude_characters="@:#")))
def test_text_without_addresses_or_hashtags_is_escaped_and_nothing_else(text: str) -> None:
    assert linked(text, {}) == str(escape(text)).replace("\n", "<br>")


def test_hashtag_is_linked_by_what_makes_two_of_them_the_same() -> None:
    html = linked("#Été and #ÉTÉ, #2017, &#39; https://example.org/#no", {}, site="http://here")
    assert html.count('<a href="http://here/tags/%C3%A9t%C3%A9" rel="tag">#') == 2
    assert "#2017," in html
    assert tags_in("#Été #ÉTÉ #2017 #__ a#b &#39; https://example.org/#no #" + "x" * 200) == ["été"]


@given(st.text())
def test_whatever_the_text_its_hashtags_can_be_looked_up(text: str) -> None:
    for tag in tags_in(text):
        assert tag_key(tag) == tag
