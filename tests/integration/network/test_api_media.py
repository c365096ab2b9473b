"""Images over the client API: made anew, described, posted, and shown to nobody who may not see what they belong to."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select, update

from gardefou.clock import DAY, SimulatedClock
from gardefou.events import Actor
from gardefou.network.drop_media import sweep_media
from gardefou.network.errors import MediaError
from gardefou.network.keep_media import MOST_WAITING
from gardefou.network.media import attach
from gardefou.network.media_folder import MediaFolder
from gardefou.network.pictures import LONGEST_SIDE
from gardefou.network.tables import net_account, net_media, net_post
from gardefou.storage import Database
from tests.factories.client_api import Client, client_api, shown_token
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.fakes.neighbours import NeighboursInMemory

HAND = Actor.machine("the test")
#: The databases differ below; what is asked of images is the same for both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def drawn(kind: str = "PNG", *, size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: Any) -> bytes:
    """Return an image as a file; its left half is red."""
    image = Image.new(mode, size)
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, format=kind, **more)
    return out.getvalue()


@dataclass(kw_only=True)
class Gallery:
    """A member who sends images, and others who look."""

    db: Database
    clock: SimulatedClock
    client: Client
    folder: MediaFolder
    author: int
    tokens: dict[str, dict[str, str]]

    def send(self, content: bytes, *, path: str = "/api/v2/media", name: str = "x.png", **form: str) -> Any:
        """Send a file as the author's client does."""
        file = {"file": (name, content, "application/octet-stream")}
        return self.client.post(path, headers=self.tokens["author"], files=file, data=form)

    def posted(self, *, visibility: str = "public") -> tuple[int, str]:
        """Post one image; return the post and the image's address."""
        sent = self.send(drawn()).json()
        assert "id" in sent, sent
        with self.db.transaction() as tx:
            post_id = make_post(tx, self.clock.now(), self.author)
            tx.execute(update(net_post).where(net_post.c.id == post_id).values(visibility=visibility))
            attach(tx, account_id=self.author, media_ids=[int(sent["id"])], post_id=post_id)
        return post_id, f"/media/{sent['id']}/original"

    def status(self, path: str, who: str = "", **headers: str) -> int:
        """Return what somebody who looks is answered."""
        return self.client.get(path, headers={**self.tokens.get(who, {}), **headers}).status_code


@pytest.fixture
def neighbours() -> NeighboursInMemory:
    return NeighboursInMemory()


@pytest.fixture
def gallery(db: Database, clock: SimulatedClock, tmp_path: Path, neighbours: NeighboursInMemory) -> Iterator[Gallery]:
    with client_api(db, clock, neighbours=neighbours, folder=tmp_path) as client:
        with db.transaction() as tx:
            ids = {name: make_member(tx, clock.now(), handle=name) for name in ("author", "friend", "stranger")}
            tokens = {name: shown_token(tx, clock.now(), one) for name, one in ids.items()}
            make_follow(tx, clock.now(), follower_id=ids["friend"], followee_id=ids["author"])
        folder = MediaFolder(tmp_path / "media")
        yield Gallery(db=db, clock=clock, client=client, folder=folder, author=ids["author"], tokens=tokens)


@pytest.mark.parametrize("path", ["/api/v1/media", "/api/v2/media"])
def test_an_image_is_turned_made_smaller_and_loses_every_word_about_its_origin(gallery: Gallery, path: str) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Camera of Alice", {1: "N", 2: (48.0, 51.0, 30.0)}
    sent = gallery.send(
        drawn("JPEG", size=(3000, 1000), exif=exif, comment=b"at home"),
        path=path,
        description=" A wall ",
        focus="-0.5,1",
    )
    said = sent.json()
    assert (sent.status_code, said["type"], said["description"]) == (200, "image", "A wall")
    assert said["meta"]["focus"] == {"x": -0.5, "y": 1.0}
    assert (said["meta"]["original"]["width"], said["meta"]["original"]["height"]) == (640, 1920)
    assert (said["meta"]["small"]["width"], said["meta"]["small"]["height"]) == (213, 640)
    content = gallery.client.get(f"/media/{said['id']}/original", headers=gallery.tokens["author"]).content
    kept = Image.open(io.BytesIO(content))
    assert (kept.size, dict(kept.getexif())) == ((640, 1920), {})
    assert b"Alice" not in content
    assert b"at home" not in content
    top, bottom = kept.getpixel((300, 10)), kept.getpixel((300, 1900))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > bottom[0]


@pytest.mark.parametrize(
    ("kind", "mode", "media_type"),
    [
        ("PNG", "RGBA", "image/png"),
        ("WEBP", "RGB", "image/webp"),
        ("GIF", "P", "image/png"),
        ("JPEG", "L", "image/jpeg"),
    ],
)
def test_every_kind_is_read_by_what_is_in_it(gallery: Gallery, kind: str, mode: str, media_type: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (9, 9)).save(out, format=kind)
    sent = gallery.send(out.getvalue(), name="../../etc/passwd.svg").json()
    shown = gallery.client.get(f"/media/{sent['id']}/preview", headers=gallery.tokens["author"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, media_type)


def _bomb() -> bytes:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


@pytest.mark.promise(20)
def test_what_is_no_image_or_too_much_of_one_is_refused_in_one_line(gallery: Gallery) -> None:
    whole = drawn("JPEG", size=(200, 200))
    wrong = [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<script>alert(1)</script>",
        b"GIF89a" + b"\0" * 40,
        whole[: len(whole) // 2],
        _bomb(),
        drawn() + b"x" * (10 * 1024 * 1024),
        drawn("TIFF"),
        drawn(size=(LONGEST_SIDE + 1, 1)),
        drawn(size=(1, LONGEST_SIDE + 1)),
    ]
    for content in wrong:
        sent = gallery.send(content)
        assert (sent.status_code, "\n" in sent.json()["error"]) == (422, False), content[:40]
    assert gallery.send(b"x" * (11 * 1024 * 1024)).status_code == 413
    fields: list[dict[str, str]] = [{"description": "x" * 1501}, {"focus": "nan,0"}, {"focus": "2,0"}, {"focus": "0"}]
    assert [gallery.send(drawn(), **form).status_code for form in fields] == [422] * len(fields)
    headers = gallery.tokens["author"]
    assert gallery.client.post("/api/v2/media", headers=headers, json={"file": "x"}).status_code == 422
    assert gallery.client.post("/api/v2/media", files={"file": b"x"}).status_code == 401
    with gallery.db.reading() as tx:
        assert tx.all(select(net_media)) == []


@pytest.mark.promise(20)
def test_of_what_moves_or_is_something_else_as_well_the_picture_alone_goes_on(gallery: Gallery) -> None:
    frames = [Image.new("RGB", (40, 20), shade) for shade in ("blue", "green")]
    script = b"<script>alert(1)</script>"
    sent = [drawn(kind, save_all=True, append_images=frames) for kind in ("GIF", "PNG", "WEBP")]
    sent += [drawn(kind) + script for kind in ("PNG", "JPEG", "GIF", "WEBP")]
    sent += [drawn("GIF", comment=script), drawn("JPEG", comment=script), drawn() + b"PK\x03\x04" + script]
    for content in sent:
        told = gallery.send(content).json()
        for size in ("original", "preview"):
            shown = gallery.client.get(f"/media/{told['id']}/{size}", headers=gallery.tokens["author"])
            assert (getattr(Image.open(io.BytesIO(shown.content)), "n_frames", 1), b"script" in shown.content) == (
                1,
                False,
            )


@pytest.mark.promise(20)
def test_words_in_an_image_cannot_be_a_bomb(gallery: Gallery) -> None:
    words = PngInfo()
    for number in range(70):
        words.add_text(f"word{number}", "x" * 1_000_000, zip=True)
    bomb = drawn(pnginfo=words)
    assert len(bomb) < 512 * 1024
    assert gallery.send(bomb).status_code == 422


@pytest.mark.promise(8)
def test_an_image_is_seen_where_its_post_is_and_gone_the_instant_it_is_hidden(gallery: Gallery) -> None:
    _post, public = gallery.posted()
    _post, private = gallery.posted(visibility="private")
    first = gallery.client.get(public)
    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache")
    tag = first.headers["etag"]
    assert gallery.status(public, **{"if-none-match": tag}) == 304
    assert [gallery.status(private, who) for who in ("", "stranger", "friend", "author")] == [404, 404, 200, 200]
    with gallery.db.transaction() as tx:
        put_standing(tx, gallery.clock.now(), subject_id=gallery.author, standing="hidden")
    assert gallery.status(public, **{"if-none-match": tag}) == 404
    assert gallery.status(private, "friend") == 404


def test_an_accounts_own_image_is_seen_while_the_account_is(gallery: Gallery) -> None:
    media_id = gallery.send(drawn()).json()["id"]
    path = f"/media/{media_id}/preview"
    assert [gallery.status(path, who) for who in ("", "author")] == [404, 200]
    with gallery.db.transaction() as tx:
        tx.execute(update(net_account).where(net_account.c.id == gallery.author).values(avatar_id=int(media_id)))
    assert gallery.status(path) == 200
    headers = gallery.tokens["author"]
    assert gallery.client.delete(f"/api/v1/media/{media_id}", headers=headers).status_code == 404
    with gallery.db.transaction() as tx:
        put_standing(tx, gallery.clock.now(), subject_id=gallery.author, standing="hidden")
    assert gallery.status(path) == 404


@pytest.mark.parametrize("path", ["/media/x/original", "/media/1/original", "/media/../original", "/media/1/..%2fx"])
def test_no_address_leads_to_a_file(gallery: Gallery, path: str) -> None:
    assert gallery.status(path, "author") == 404


def test_a_waiting_image_is_described_and_deleted_by_its_owner_alone(gallery: Gallery) -> None:
    path = f"/api/v1/media/{gallery.send(drawn()).json()['id']}"
    mine, other = gallery.tokens["author"], gallery.tokens["stranger"]
    assert gallery.client.put(path, headers=mine, data={"description": "Red"}).json()["description"] == "Red"
    assert gallery.client.get(path, headers=mine).json()["description"] == "Red"
    assert gallery.client.put(path, headers=mine, json={"focus": "0.5,0.5"}).json()["meta"]["focus"]["x"] == 0.5
    for method in ("GET", "PUT", "DELETE"):
        assert gallery.client.request(method, path, headers=other).status_code == 404
    assert gallery.client.delete(path, headers=mine).json() == {}
    assert gallery.client.get(path, headers=mine).status_code == 404
    assert [one for one in gallery.folder.path.rglob("*") if one.is_file()] == []


def test_only_ones_own_unposted_images_hang_on_a_post_four_at_most(gallery: Gallery) -> None:
    ids = [int(gallery.send(drawn(size=(9 + one, 9))).json()["id"]) for one in range(5)]
    with gallery.db.transaction() as tx:
        post_id = make_post(tx, gallery.clock.now(), gallery.author)
        attach(tx, account_id=gallery.author, media_ids=ids[:2], post_id=post_id)
    for wrong in (ids, ids[:1], [7]):
        with pytest.raises(MediaError, match="four images"), gallery.db.transaction() as tx:
            attach(tx, account_id=gallery.author, media_ids=wrong, post_id=post_id + 1)
    with pytest.raises(MediaError, match="four images"), gallery.db.transaction() as tx:
        attach(tx, account_id=gallery.author + 1, media_ids=ids[4:], post_id=post_id)
    with gallery.db.reading() as tx:
        hung = tx.all(select(net_media).where(net_media.c.post_id.is_not(None)).order_by(net_media.c.place))
    assert [row["id"] for row in hung] == ids[:2]


def test_what_nobody_posts_within_a_day_is_swept_and_the_same_picture_elsewhere_stays(gallery: Gallery) -> None:
    _post, path = gallery.posted()
    gallery.send(drawn())
    gallery.send(drawn(size=(8, 8)))
    gallery.clock.advance(DAY)
    with gallery.db.transaction() as tx:
        assert sweep_media(tx, gallery.folder, NeighboursInMemory(), actor=HAND, now=gallery.clock.now()) == 2
    assert gallery.status(path) == 200
    assert len([one for one in gallery.folder.path.rglob("*") if one.is_file()]) == 2


@pytest.mark.promise(3)
def test_a_profile_is_changed_by_its_owner_and_its_name_never_while_it_is_held(
    gallery: Gallery, neighbours: NeighboursInMemory
) -> None:
    path, headers = "/api/v1/accounts/update_credentials", gallery.tokens["author"]
    fields = {"fields_attributes[0][name]": "Home", "fields_attributes[0][value]": "https://example.org"}
    form = {"display_name": "An \u202eAuthor", "note": "Hello @friend", "source[privacy]": "unlisted", "bot": "true"}
    files = {"avatar": ("a.png", drawn(), "image/png"), "header": ("h.gif", drawn("GIF", size=(90, 30)), "image/gif")}
    said = gallery.client.patch(path, headers=headers, data={**form, **fields}, files=files).json()
    assert (said["display_name"], said["bot"]) == ("An Author", True)
    assert (said["source"]["privacy"], said["source"]["note"]) == ("unlisted", "Hello @friend")
    assert said["source"]["fields"][0] == {"name": "Home", "value": "https://example.org", "verified_at": None}
    assert gallery.status(said["avatar"]) == gallery.status(said["header"]) == 200
    listed = [{"name": str(one), "value": "x"} for one in range(2)]
    for given in (listed, {"0": listed[0], "1": listed[1]}):
        said = gallery.client.patch(path, headers=headers, json={"fields_attributes": given}).json()
        assert [one["name"] for one in said["fields"]] == ["0", "1"]
    neighbours.names_held.add(gallery.author)
    wrong: list[dict[str, Any]] = [
        {"display_name": "Another"},
        {"display_name": "x" * 51},
        {"note": "x" * 501},
        {"source": {"privacy": "secret"}},
        {"source": {"language": "klingon"}},
        {"fields_attributes": [{"name": str(one), "value": ""} for one in range(5)]},
        {"fields_attributes": [{"name": "x" * 256, "value": ""}]},
        {"bot": "perhaps"},
        {"locked": True},
    ]
    for given in wrong:
        assert gallery.client.patch(path, headers=headers, json=given).status_code == 422, given
    assert gallery.client.patch(path, headers=headers, json={"display_name": "An Author"}).status_code == 200
    assert gallery.client.patch(path, headers=headers, files={"avatar": b"<svg/>"}).status_code == 422


@pytest.mark.promise(20)
def test_nobody_fills_the_disk_with_images_that_wait(gallery: Gallery) -> None:
    first = gallery.send(drawn()).json()
    with gallery.db.transaction() as tx:
        row = tx.first(select(net_media).where(net_media.c.id == int(first["id"])))
        assert row is not None
        more = [{**row, "id": row["id"] + number} for number in range(1, MOST_WAITING)]
        tx.execute(net_media.insert(), more)
    assert gallery.send(drawn()).status_code == 422
