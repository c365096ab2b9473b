"""The images of reported posts at the desk: covered until asked for, and seen by staff whatever became of the post."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import event, select, update

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import DAY, SimulatedClock, from_iso
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.desk.session import COOKIE
from gardefou.events import Actor
from gardefou.network.delete_post import delete_post
from gardefou.network.drop_media import drop_media, sweep_media
from gardefou.network.errors import NoSuchPageError
from gardefou.network.media import attach, own_unposted
from gardefou.network.media_folder import MediaFolder
from gardefou.network.sign_in import sign_in as come_in
from gardefou.network.tables import net_media
from gardefou.network.visibility import Visibility
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.reports.cases import close
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import open_database
from tests.conftest import fresh_database
from tests.factories.house import signing
from tests.factories.network import make_image, make_member, make_post
from tests.factories.reports import make_report
from tests.factories.town import Town, found_town
from tests.fakes.neighbours import NeighboursInMemory
from tests.integration.desk.conftest import Browser, version_in

HAND = Actor.machine("the test")


@dataclass(kw_only=True)
class Wall:
    """A town, its desk, and the folder where its images lie."""

    town: Town
    folder: MediaFolder
    client: "TestClient[Litestar]"
    numbers: Iterator[int] = field(default_factory=count)

    def browser(self, name: str = "", *, language: str = "en") -> Browser:
        """Return a browser, signed in as somebody of the town, or as nobody."""
        found = Browser(self.client, accept="text/html", language=language)
        if name:
            person = self.town.people[name]
            with self.town.db.transaction() as tx:
                link = make_link(tx, actor=person, now=self.town.now, person_id=person.person_id or 0)
                found.cookies[COOKIE] = sign_in(tx, now=self.town.now, token=link)
        return found

    def reported(self, *, description: str = "A wall", visibility: str = "public") -> "Reported":
        """Let a new member post an image, and somebody report the post."""
        now = self.town.now
        with self.town.db.transaction() as tx:
            author = make_member(tx, now, handle=f"painter{next(self.numbers)}", neighbours=EmbeddedNeighbours())
            post_id = make_post(tx, now, author, text="Look at this.", visibility=Visibility(visibility))
            image_id = make_image(tx, now, author, self.folder, post_id=post_id, description=description)
            post = (post_id, "Look at this.", now)
            case_id = make_report(tx, now, author, posts=(post,)).case_id
        return Reported(author=author, post_id=post_id, image_id=image_id, case_id=case_id)

    def there(self, image_id: int) -> bool:
        """Return whether an image is kept."""
        with self.town.db.reading() as tx:
            return tx.first(select(net_media).where(net_media.c.id == image_id)) is not None

    def digest(self, image_id: int) -> str:
        """Return what an image lies under."""
        with self.town.db.reading() as tx:
            return str(tx.scalar(select(net_media.c.digest).where(net_media.c.id == image_id)))


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A reported post with an image."""

    author: int
    post_id: int
    image_id: int
    case_id: int

    @property
    def page(self) -> str:
        """Where its case is."""
        return f"/desk/cases/{self.case_id}"

    @property
    def small(self) -> str:
        """Where its image is."""
        return f"{self.page}/images/{self.image_id}/small"

    @property
    def public(self) -> str:
        """Where members see its image."""
        return f"/media/{self.image_id}/original"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def wall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    with fresh_database(request, request.param, tmp_path_factory.mktemp("images")) as url:
        db = open_database(url, node=1)
        town = found_town(db, SimulatedClock(from_iso("2017-11-02T19:00:00Z")))
        settings = Settings(data=str(tmp_path_factory.mktemp("data")))
        house = signing(house_on(db, settings, clock=town.clock))
        with TestClient(create_app(house), base_url="http://127.0.0.1") as client:
            yield Wall(town=town, folder=MediaFolder(settings.media_folder), client=client)
        db.close()


COVER = "data-shows-image"


def test_the_image_of_a_reported_post_is_covered_with_its_description_until_it_is_asked_for(wall: Wall) -> None:
    one = wall.reported(description="A wall, painted <red>")
    agent = wall.browser("agent")
    page = agent.get(one.page).text
    assert f'<img src="{one.small}" alt=""' in page
    assert "A wall, painted &lt;red&gt;" in page
    assert page.count(COVER) == 1
    assert 'class="picture-frame picture-covered"' in page
    assert "Show what is blurred" in page
    small, large = agent.get(one.small), agent.get(one.small.replace("small", "large"))
    for answer, size in ((small, "preview"), (large, "original")):
        assert answer.status_code == 200
        assert answer.content == wall.folder.read(wall.digest(one.image_id), size)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, no-store"
    french = wall.browser("agent", language="fr").get(one.page).text
    assert ">Montrer<" in french
    assert ">En grand<" in french


def test_whoever_has_blurring_switched_off_sees_images_at_once(wall: Wall) -> None:
    one = wall.reported()
    agent = wall.browser("agent")
    agent.post("/desk/blur/mine", {"blur": "off"})
    for path in (one.page, f"{one.page}/panes"):
        page = agent.get(path).text
        assert one.small in page
        assert COVER not in page
        assert "picture-covered" not in page
    agent.post("/desk/blur/mine", {"blur": "on"})
    assert COVER in agent.get(one.page).text


def test_staff_see_the_image_of_a_hidden_post_that_nobody_else_sees(wall: Wall) -> None:
    one = wall.reported()
    town, agent, visitor = wall.town, wall.browser("agent"), wall.browser()
    assert visitor.get(one.public).status_code == 200
    town.accounts["painter"], town.posts["painter"] = one.author, [one.post_id]
    town.propose("agent", "post.hide", "painter", subject_id=one.post_id, reason="spam")
    assert visitor.get(one.public).status_code == 404
    page = agent.get(one.page).text
    assert ">Hidden<" in page
    assert one.small in page
    assert agent.get(one.small).status_code == 200


def test_staff_see_the_image_of_a_deleted_post_as_long_as_it_is_kept(wall: Wall) -> None:
    one = wall.reported()
    town, agent = wall.town, wall.browser("agent")
    with town.db.transaction() as tx:
        delete_post(tx, NeighboursInMemory(), actor=Actor.member(one.author), now=town.now, post_id=one.post_id)
    assert wall.browser().get(one.public).status_code == 404
    page = agent.get(one.page).text
    assert "Deleted since" in page
    assert f'value="{one.post_id}"' not in page
    assert agent.get(one.small).status_code == 200
    with town.db.transaction() as tx:
        sweep_media(tx, wall.folder, EmbeddedNeighbours(), actor=HAND, now=town.now + DAY)
        with pytest.raises(NoSuchPageError):
            own_unposted(tx, account_id=one.author, media_id=one.image_id)
        close(tx, actor=town.people["agent"], now=town.now, case_id=one.case_id, outcome="rejected", version=1)
    assert agent.get(one.small).status_code == 200
    with town.db.transaction() as tx:
        assert sweep_media(tx, wall.folder, EmbeddedNeighbours(), actor=HAND, now=town.now + DAY)
    page = agent.get(one.page).text
    assert one.small not in page
    assert "Any images it had are no longer kept." in page
    gone = agent.get(one.small)
    assert (gone.status_code, "no longer kept" in gone.text) == (404, True)


def test_whatever_its_author_does_the_image_of_a_deleted_post_stays_while_its_case_is_open(wall: Wall) -> None:
    one = wall.reported()
    town, agent, author = wall.town, wall.browser("agent"), Actor.member(one.author)
    with town.db.transaction() as tx:
        delete_post(tx, NeighboursInMemory(), actor=author, now=town.now, post_id=one.post_id)
        again = make_post(tx, town.now, one.author, text="Once more.")
        attach(tx, account_id=one.author, media_ids=[one.image_id], post_id=again)
        delete_post(tx, NeighboursInMemory(), actor=author, now=town.now, post_id=again)
        drop_media(tx, wall.folder, actor=author, media_id=one.image_id)
        with pytest.raises(NoSuchPageError):
            drop_media(tx, wall.folder, actor=author, media_id=one.image_id)
    with town.db.transaction() as tx:
        sweep_media(tx, wall.folder, EmbeddedNeighbours(), actor=HAND, now=town.now)
        kept = tx.all(select(net_media.c.id).where(net_media.c.was_on == one.post_id))
    (image_id,) = (row["id"] for row in kept)
    assert agent.get(f"{one.page}/images/{image_id}/small").status_code == 200
    assert f"/images/{image_id}/" in agent.get(one.page).text


def test_the_image_of_a_deleted_post_stays_while_an_order_that_rests_on_it_is_in_effect(wall: Wall) -> None:
    one = wall.reported()
    town = wall.town
    town.accounts["painter"], town.posts["painter"] = one.author, [one.post_id]
    order = town.propose("agent", "account.limit", "painter", reason="spam").order
    assert order.in_effect
    with town.db.transaction() as tx:
        delete_post(tx, NeighboursInMemory(), actor=Actor.member(one.author), now=town.now, post_id=one.post_id)
        close(tx, actor=town.people["reviewer 1"], now=town.now, case_id=one.case_id, outcome="upheld", version=1)
    for kept in (True, False):
        with town.db.transaction() as tx:
            sweep_media(tx, wall.folder, EmbeddedNeighbours(), actor=HAND, now=town.now + 2 * DAY)
        assert wall.there(one.image_id) is kept
        if kept:
            town.take_back("agent", order)


def test_what_stays_does_not_keep_what_comes_after_it(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gardefou.network.drop_media._AT_ONCE", 1)
    first, town = wall.reported(), wall.town
    with town.db.transaction() as tx:
        delete_post(tx, NeighboursInMemory(), actor=Actor.member(first.author), now=town.now, post_id=first.post_id)
        unposted = make_image(tx, town.now, first.author, wall.folder, post_id=0)
        tx.execute(update(net_media).where(net_media.c.id == unposted).values(post_id=None))
        while sweep_media(tx, wall.folder, EmbeddedNeighbours(), actor=HAND, now=town.now + DAY):
            pass
    assert wall.there(first.image_id)
    assert not wall.there(unposted)


def test_a_case_of_a_deleted_post_is_decided_by_its_reports(wall: Wall) -> None:
    one = wall.reported()
    town, agent = wall.town, wall.browser("agent")
    with town.db.transaction() as tx:
        delete_post(tx, NeighboursInMemory(), actor=Actor.member(one.author), now=town.now, post_id=one.post_id)
    page = agent.get(one.page).text
    assert "Limit" in page
    assert "Hide one post" not in page
    asked = {"kind": "account.limit", "case_id": str(one.case_id), "version": version_in(page)}
    said = agent.post("/desk/orders", asked | {"account.limit.reason": "spam", "account.limit.until": "hand"})
    assert said.status_code in {200, 303}, said.text
    with town.db.reading() as tx:
        shown = town.ports.effects["account"].read_back(tx, subject_kind="account", subject_id=one.author)
    assert shown == "limited"


def test_an_image_whose_file_is_gone_says_so(wall: Wall) -> None:
    one = wall.reported(description="A wall at noon")
    # The same picture lies there for all of them: it is put back.
    digest = wall.digest(one.image_id)
    both = [wall.folder.read(digest, size) for size in ("original", "preview")]
    wall.folder.drop(digest)
    agent = wall.browser("agent")
    page = agent.get(one.page)
    assert page.status_code == 200
    assert "This image is no longer kept." in page.text
    assert "A wall at noon" in page.text
    assert one.small not in page.text
    assert agent.get(one.small).status_code == 404
    assert "n’est plus conservée" in wall.browser("agent", language="fr").get(one.page).text
    assert both[0]
    assert both[1]
    wall.folder.keep(both[0], both[1])


@pytest.mark.promise(8)
def test_nobody_but_staff_gets_an_image_there_and_staff_only_one_that_was_reported(wall: Wall) -> None:
    one, other = wall.reported(), wall.reported(visibility="direct")
    town, agent = wall.town, wall.browser("agent")
    with town.db.transaction() as tx:
        member = come_in(tx, actor=Actor.member(one.author), now=town.now)
        unreported = make_post(tx, town.now, one.author, text="Not reported.")
        private = make_image(tx, town.now, one.author, wall.folder, post_id=unreported)
    visitor, author = wall.browser(), wall.browser()
    author.cookies[SESSION_COOKIE] = member
    for browser in (visitor, author):
        answer = browser.get(one.small)
        assert answer.status_code != 200
        assert not answer.headers["content-type"].startswith("image/")
    assert agent.get(other.small).status_code == 200
    assert agent.get(f"{one.page}/images/{private}/small").status_code == 404
    assert agent.get(f"{one.page}/images/{other.image_id}/small").status_code == 404
    for wrong in ("original", "..%2f", "small%00"):
        assert agent.get(f"{one.page}/images/{one.image_id}/{wrong}").status_code == 404
    assert agent.get(f"{one.page}/images/{10**30}/small").status_code == 404


def test_images_and_hidden_posts_cost_the_page_of_a_case_one_question_each(wall: Wall) -> None:
    one = wall.reported()
    with wall.town.db.transaction() as tx:
        for _ in range(3):
            more = make_post(tx, wall.town.now, one.author)
            make_image(tx, wall.town.now, one.author, wall.folder, post_id=more)
            make_report(tx, wall.town.now, one.author, posts=((more, "Good morning.", wall.town.now),))
    agent, asked = wall.browser("agent"), list[str]()
    agent.get(one.page)

    def note(*said: object) -> None:
        asked.append(str(said[2]))

    event.listen(wall.town.db.engine, "before_cursor_execute", note)
    page = agent.get(one.page).text
    event.remove(wall.town.db.engine, "before_cursor_execute", note)
    assert page.count(COVER) == 4
    assert len([line for line in asked if "net_media" in line]) == 1
    assert len([line for line in asked if "post_standing" in line]) == 1
