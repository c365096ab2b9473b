"""A member's first day on the network's pages, by hand of a real browser, each page looked at.

Looked at means: axe-core finds nothing, and nothing is wider than the window. By default each page is looked at once,
in one way out of two widths, two themes and two languages, another one each time; with FULL=1 in all eight.
"""

from itertools import cycle, product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import FULL
from tests.factories.pages import an_image
from tests.journeys.conftest import Demo, NewPage, check_axe

pytestmark = pytest.mark.browser

#: Every way to look, in an order in which whatever follows differs in more than one thing.
WAYS = [
    (1280, "light", "en"), (390, "dark", "fr"), (1280, "dark", "fr"), (390, "light", "en"),
    (390, "dark", "en"), (1280, "light", "fr"), (1280, "dark", "en"), (390, "light", "fr"),
]  # fmt: skip
PASSWORD = "a long enough one"
OTHER = "quiet_harbour"


class Looker:
    """Looks at a page in each way, or in the next one."""

    def __init__(self, page: Page, url: str) -> None:
        """Begin with the first way."""
        self.page, self.url, self.ways = page, url, cycle(WAYS)

    def look(self, path: str = "", *, back: bool = False) -> None:
        """Look at a page, or at where the browser is; whatever comes next is wide, light and English.

        Args:
            path: which page; empty for where the browser is.
            back: whether what comes next is on this very page.
        """
        address = path or self.page.url.removeprefix(self.url).partition("#")[0]
        for width, theme, language in WAYS if FULL else [next(self.ways)]:
            self._as(width, theme, language)
            answer = self.page.goto(address)
            assert answer is not None
            assert answer.status in {200, 404}, address
            expect(self.page.locator("html")).to_have_attribute("lang", language)
            too_wide: Any = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert too_wide <= 0, f"{address}: {too_wide} pixels too wide at {width}"
            check_axe(self.page)
        self._as(1280, "light", "en")
        if back:
            self.page.goto(address)

    def _as(self, width: int, theme: Any, language: str) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme)
        self.page.context.add_cookies([{"name": "gf_language", "value": language, "url": self.url}])


def test_every_way_to_look_is_among_the_ways() -> None:
    assert sorted(WAYS) == sorted(product((390, 1280), ("light", "dark"), ("en", "fr")))


def _sign_up(page: Page, handle: str, name: str) -> None:
    page.goto("/sign-up")
    for label, value in (("handle", handle), ("display_name", name), ("email", f"{handle}@example.org")):
        page.locator(f"main [name={label}]").fill(value)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/home")


def _press(page: Page, verb: str, where: str = "main") -> None:
    page.locator(f"{where} button[formaction$='/{verb}']").first.click()
    page.wait_for_load_state()


def _looks_around(looker: Looker) -> None:
    """Look at what a visitor sees."""
    for path in ("/", "/sign-in", "/sign-up", f"/@{OTHER}", f"/@{OTHER}/followers", "/search", "/@nobody"):
        looker.look(path)


def _writes(looker: Looker) -> None:
    """Let a new member write, with an image."""
    page = looker.page
    _sign_up(page, "lea", "Léa Martin")
    looker.look(back=True)
    page.locator("summary", has_text="Images").click()
    page.locator("[name=image_1]").set_input_files(
        {"name": "rail.png", "mimeType": "image/png", "buffer": an_image(600, 400)}
    )
    page.locator("[name=alt_1]").fill("A guard rail at dawn")
    page.locator("[name=text]").fill("First light. #rails")
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_role("img", name="A guard rail at dawn")).to_be_visible()


def _answers(looker: Looker) -> None:
    """Follow somebody, pass on, like and keep what they said, and answer."""
    page = looker.page
    page.goto(f"/@{OTHER}")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()
    for verb, word in (("boost", "Reposted"), ("favourite", "Liked"), ("bookmark", "Kept")):
        _press(page, verb)
        expect(page.locator(f"button[formaction$='/un{verb}'][aria-pressed=true]").first).to_contain_text(word)
    looker.look()
    page.locator("main a[href*='/home?reply=']").first.click()
    looker.look(back=True)
    page.locator("[name=text]").press("End")
    page.locator("[name=text]").press_sequentially("It is.")
    page.get_by_role("button", name="Post it").click()
    expect(page.locator(".post-single")).to_contain_text("It is.")
    looker.look()
    for path in ("/bookmarks", "/favourites"):
        looker.look(path)


def _mends(looker: Looker) -> None:
    """Mend what was written, and put it on top of the page."""
    page = looker.page
    page.goto("/@lea")
    mine = page.locator("article", has_text="First light")
    mine.locator("summary", has_text="More").click()
    mine.get_by_role("link", name="Edit").click()
    looker.look(back=True)
    page.locator("[name=text]").fill("First light, and fog. #rails")
    page.get_by_role("button", name="Save it").click()
    page.get_by_role("link", name="Edited").click()
    expect(page.locator("main li").first).to_contain_text("and fog")
    looker.look(back=True)
    page.get_by_role("link", name="Back to the post").click()
    page.locator(".post-single summary", has_text="More").click()
    _press(page, "pin", ".post-single")
    page.goto("/@lea")
    expect(page.locator(".pinned")).to_contain_text("and fog")
    for path in ("/@lea", "/@lea/media"):
        looker.look(path)


def _takes_back(looker: Looker) -> None:
    """Delete a post: the page asks first, and leads back to where the post stood."""
    page = looker.page
    page.goto("/home")
    page.locator("[name=text]").fill("Never mind.")
    page.get_by_role("button", name="Post it").click()
    mine = page.locator("article", has_text="Never mind.")
    mine.locator("summary", has_text="More").click()
    mine.get_by_role("link", name="Delete").click()
    expect(page.locator("main article")).to_contain_text("Never mind.")
    looker.look(back=True)
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url("**/home**")
    expect(page.locator("main")).not_to_contain_text("Never mind.")


def _sets(looker: Looker) -> None:
    """Change the settings, and look at each of their pages."""
    page = looker.page
    page.goto("/settings")
    page.locator("[name=note]").fill("I photograph rails.")
    page.locator("[name=avatar]").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": an_image(200, 200)}
    )
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    looker.look()
    for path in ("password", "apps", "mutes", "blocks"):
        looker.look(f"/settings/{path}")


def _is_told(looker: Looker, url: str, browser: Browser) -> None:
    """Let somebody without scripts follow, like and answer; read of it."""
    page = looker.page
    context = browser.new_context(base_url=url, java_script_enabled=False, locale="fr-FR")
    other = context.new_page()
    _sign_up(other, "omar", "عمر")
    other.goto("/@lea")
    other.locator("form[action='/@lea/follow'] button").first.click()
    _press(other, "favourite")
    other.locator("main a[href*='/home?reply=']").first.click()
    other.locator("[name=text]").fill("@lea صباح الخير")
    other.locator("form.compose button").click()
    expect(other.locator(".post-single")).to_contain_text("صباح الخير")
    context.close()
    page.goto("/notifications")
    for sentence in ("follows you", "likes your post", "names or answers you"):
        expect(page.locator("main")).to_contain_text(sentence)
    looker.look()


def _finds(looker: Looker) -> None:
    """Find what was written, and the feed where the page says it is."""
    page = looker.page
    for kind, found in (("accounts", "Léa Martin"), ("posts", "and fog"), ("tags", "#rails")):
        page.goto(f"/search?q={'rails' if kind != 'accounts' else 'lea'}&kind={kind}")
        expect(page.locator("main")).to_contain_text(found)
    for path in ("/search?q=rails&kind=posts", "/tags/rails"):
        looker.look(path)
    page.goto("/@lea")
    feed = page.locator("head link[type='application/atom+xml']").get_attribute("href")
    assert feed is not None
    read = page.request.get(feed)
    assert read.headers["content-type"].startswith("application/atom+xml")
    assert "First light, and fog." in read.text()


def _goes_by_keyboard(looker: Looker) -> None:
    """Go by keyboard: the first stop leads past everything to the page."""
    page = looker.page
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page")
    page.keyboard.press("Enter")
    expect(page.locator("main:focus")).to_have_count(1)


@pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
def test_a_members_first_day_on_pages_that_anybody_can_use(demo: Demo, browser: Browser, visit: NewPage) -> None:
    looker = Looker(visit(width=1280), demo.url)
    _looks_around(looker)
    _writes(looker)
    _answers(looker)
    _mends(looker)
    _takes_back(looker)
    _sets(looker)
    _is_told(looker, demo.url, browser)
    _finds(looker)
    _goes_by_keyboard(looker)
