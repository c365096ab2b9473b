"""What turns the direction of all that follows is kept out of whatever somebody types, at every place where they do.

Elements end it on our pages; feeds, letters and clients have none.
"""

from sqlalchemy import select

from gardefou.events import Actor
from gardefou.network.describe_media import described
from gardefou.network.import_posts import ImportedPost, import_posts
from gardefou.network.report import asked, report
from gardefou.network.tables import net_post
from tests.factories.network import make_post
from tests.factories.three_members import ThreeMembers as Town
from tests.fakes.neighbours import NeighboursInMemory

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TYPED = f"one{TURNS}\ntwo\u200e \u200f\u061cthree\u202e"
KEPT = "one\ntwo\u200e \u200f\u061cthree"
ON_ONE_LINE = "one two\u200e \u200f\u061cthree"


def test_posts_their_warnings_and_what_they_read_after_a_change(town: Town) -> None:
    said = town.alice.say(TYPED, spoiler_text=TYPED)
    source = f"/api/v1/statuses/{said['id']}/source"
    assert town.alice.get(source) == {"id": said["id"], "text": KEPT, "spoiler_text": ON_ONE_LINE}
    other = {"status": f"{TYPED} again", "spoiler_text": f"{TYPED} again"}
    assert town.alice.ask("PUT", f"/api/v1/statuses/{said['id']}", json=other).status_code == 200
    assert town.alice.get(source)["text"] == f"{KEPT} again"
    assert town.alice.get(source)["spoiler_text"] == f"{ON_ONE_LINE} again"
    assert not set(TURNS) & set(town.visitor.get(f"/api/v1/statuses/{said['id']}")["content"])
    assert town.alice.ask("POST", "/api/v1/statuses", json={"status": TURNS}).status_code == 422


def test_a_profile(town: Town) -> None:
    fields = {"0": {"name": "place", "value": TYPED}}
    asked = {"note": TYPED, "display_name": TYPED, "fields_attributes": fields}
    me = town.alice.ask("PATCH", "/api/v1/accounts/update_credentials", json=asked).json()
    assert (me["source"]["note"], me["display_name"]) == (KEPT, ON_ONE_LINE)
    assert me["source"]["fields"][0]["value"] == ON_ONE_LINE


def test_reports_alternative_texts_and_what_is_brought_in(town: Town) -> None:
    near, now, bob = NeighboursInMemory(), town.clock.now(), town.ids["bob"]
    with town.db.transaction() as tx:
        make_post(tx, now, bob)
        about, member = near.categories()[0].value, Actor.member(town.ids["alice"])
        one = asked(near, actor=member, account="bob", category=about, comment=TYPED, post_ids=[], locale="en")
        report(tx, near, now=now, one=one)
        brought = [ImportedPost(imported_id=7, text=TYPED, created_at=now)]
        import_posts(tx, near, actor=Actor.member(bob), now=now, account_id=bob, posts=brought)
        assert tx.scalar(select(net_post.c.text).where(net_post.c.imported_id == "7")) == KEPT
    [(_actor, complaint)] = near.complaints
    assert (complaint.comment, described(TYPED)) == (KEPT, KEPT)
