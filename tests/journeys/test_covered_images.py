"""A covered image at the desk, in a browser: a press lifts its cover, also by the keys, and what stirs leaves it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gardefou.clock import SimulatedClock
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.network.media_folder import MediaFolder
from gardefou.storage import Database
from tests.factories.desks import serving_desks
from tests.factories.network import make_image, make_member, make_post
from tests.factories.reports import make_report


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_image_is_covered_until_it_is_asked_for_by_the_keyboard(
    db: Database, clock: SimulatedClock, tmp_path: Path, browser: Browser
) -> None:
    with serving_desks(db, clock, tmp_path, browser) as desks:
        folder, now = MediaFolder(desks.house.settings.media_folder), clock.now()
        with db.transaction() as tx:
            author = make_member(tx, now, handle="painter", neighbours=EmbeddedNeighbours())
            post_id = make_post(tx, now, author)
            make_image(tx, now, author, folder, post_id=post_id, description="A wall")
            case_id = make_report(tx, now, author, posts=((post_id, "Good morning.", now),)).case_id
        page = desks.desk("agent")
        page.goto(f"/desk/cases/{case_id}")
        cover, image = page.get_by_role("button", name="Show", exact=True), page.locator(".picture img")
        expect(cover).to_have_accessible_description("A wall")
        expect(image).to_have_css("filter", "blur(12px)")
        assert image.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 40
        cover.press("Space")
        expect(cover).to_have_attribute("aria-pressed", "true")
        expect(image).to_have_css("filter", "none")
        with db.transaction() as tx:
            make_report(tx, now, author, comment="One more.")
        expect(page.locator("#said")).to_contain_text("One more.")
        expect(cover).to_have_attribute("aria-pressed", "true")
        cover.press("Space")
        expect(image).to_have_css("filter", "blur(12px)")
        page.keyboard.press("b")
        expect(image).to_have_css("filter", "none")
