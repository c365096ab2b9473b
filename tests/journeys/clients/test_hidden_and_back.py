"""The story of hiding and restoring, through both clients: whole before, gone in between, whole after, byte for byte.

Nothing is left out of the comparison, and no timestamp is: hiding and restoring change one row, and not one of the
addresses below says when.
"""

from dataclasses import dataclass
from io import BytesIO

import httpx
import pytest
from mastodon import MastodonAPIError
from PIL import Image

from tests.factories.network import make_post, put_standing
from tests.factories.served import SOON, Member, Served, Toot, ended, listens

DISABLED = "Your login is currently disabled"
V1, V2 = "/api/v1", "/api/v2"


@dataclass(kw_only=True)
class Story:
    """An owner who is to be hidden and a follower, with both clients each, and what the one did."""

    served: Served
    owner: Member
    follower: Member
    tag: str
    said: str
    answered: str
    image: str
    toots: dict[str, Toot]

    def addresses(self) -> dict[str, list[str]]:
        """Return what each reads: the owner, the follower, whoever is not signed in."""
        owner, about = f"{V1}/accounts/{self.owner.id}", f"{V1}/statuses/{self.said}"
        seen_by_all = [
            *(owner, f"{V1}/accounts/lookup?acct={self.owner.name}", f"{owner}/statuses", f"{owner}/followers"),
            *(f"{owner}/following", f"{owner}/statuses?pinned=true", f"{owner}/statuses?only_media=1"),
            *(about, f"{about}/context", f"{about}/history", f"{about}/reblogged_by", f"{about}/favourited_by"),
            *(f"{V1}/statuses/{self.answered}/context", f"{V1}/statuses/{self.answered}/favourited_by"),
            *(f"{V1}/statuses/{self.answered}/reblogged_by", f"{V1}/accounts/{self.follower.id}/followers"),
            *(f"{V1}/timelines/public", f"{V1}/timelines/tag/{self.tag}", self.image),
        ]
        own = [
            *(f"{V1}/timelines/home", f"{V1}/notifications", f"{V1}/notifications/unread_count", f"{V1}/bookmarks"),
            *(f"{V1}/favourites", f"{V1}/mutes", f"{V1}/blocks", f"{V1}/accounts/verify_credentials"),
            *(f"{V1}/accounts/relationships?id[]={self.owner.id}", f"{V2}/search?q={self.tag}"),
            *(f"{V2}/search?q={self.owner.name}", f"{V1}/accounts/search?q={self.owner.name}", f"{V1}/preferences"),
        ]
        return {"owner": [*own, *seen_by_all[:3]], "follower": [*own, *seen_by_all], "nobody": seen_by_all}

    def answers(self) -> dict[tuple[str, str], tuple[int, str, bytes]]:
        """Return what every address answers everybody: status, links, and each byte."""
        shown = {"owner": self.owner.shown, "follower": self.follower.shown, "nobody": {}}
        found = {}
        for who, addresses in self.addresses().items():
            for address in addresses:
                told = self.served.http.get(address, headers=shown[who])
                found[who, address] = told.status_code, told.headers.get("link", ""), told.content
        return found

    def printed(self) -> dict[tuple[str, ...], tuple[int, str, str]]:
        """Return what toot prints for each of them."""
        name = self.owner.name
        commands: list[tuple[str, ...]] = [
            *(("follower", "whois", name), ("follower", "timelines", "home", "--no-clear")),
            *(("follower", "timelines", "account", name, "--no-clear"), ("follower", "search", self.tag)),
            *(("follower", "timelines", "tag", self.tag, "--no-clear"), ("follower", "notifications")),
            *(("follower", "following"), ("follower", "status", self.said), ("follower", "thread", self.answered)),
            *(("owner", "whoami"), ("owner", "timeline"), ("owner", "notifications")),
        ]
        done = {one: self.toots[one[0]].run(*one[1:]) for one in commands}
        return {one: (ran.returncode, ran.stdout, ran.stderr) for one, ran in done.items()}


@pytest.fixture
def story(served: Served, alice: Member, bob: Member) -> Story:
    tag, made = f"story{alice.id}", BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "PNG")
    owner, follower = served.script(alice), served.script(bob)
    owner.account_update_credentials(note="Here since 2017", avatar=made.getvalue(), avatar_mime_type="image/png")
    image = owner.media_post(made.getvalue(), "image/png", description="A green field")
    said = owner.status_post(f"@{bob.name} a field #{tag}", media_ids=[image])
    owner.status_pin(said)
    owner.status_update(said, f"@{bob.name} a green field #{tag}", media_ids=[image])
    answered = follower.status_post(f"Whose field is it? #{tag}")
    owner.status_reply(answered, "Mine", untag=True)
    owner.status_reblog(answered)
    owner.status_favourite(answered)
    owner.account_follow(bob.id)
    for act in (follower.status_reblog, follower.status_favourite, follower.status_bookmark):
        act(said)
    return Story(
        served=served,
        owner=alice,
        follower=bob,
        tag=tag,
        said=str(said.id),
        answered=str(answered.id),
        image=str(httpx.URL(said.media_attachments[0].url).path),
        toots={"owner": served.toot(alice), "follower": served.toot(bob)},
    )


@pytest.mark.promise(7)
@pytest.mark.promise(8)
def test_what_is_hidden_is_gone_and_comes_back_as_it_was_byte_for_byte(served: Served, story: Story) -> None:
    moderator, _agent = served.moderator("agent")
    answers, printed = story.answers(), story.printed()
    assert {status for status, _link, _body in answers.values()} == {200}
    assert {code for code, _said, _wrong in printed.values()} == {0}
    assert sum(story.owner.name.encode() in body for _status, _link, body in answers.values()) > len(answers) // 2

    moderator.admin_account_moderate(story.owner.id, "suspend")
    _is_gone(story)

    moderator.admin_account_unsuspend(story.owner.id)
    assert {asked: told for asked, told in story.answers().items() if told != answers[asked]} == {}
    assert {asked: told for asked, told in story.printed().items() if told != printed[asked]} == {}


def _is_gone(story: Story) -> None:
    """The owner reads why; everybody else finds an empty name at the account's own address, and nothing elsewhere."""
    own = f"{V1}/accounts/{story.owner.id}"
    for (who, address), (status, _link, body) in story.answers().items():
        if who == "owner":
            assert (status, DISABLED in body.decode()) == (403, True), address
        elif address in {own, f"{V1}/accounts/lookup?acct={story.owner.name}"}:
            told = httpx.Response(status, content=body).json()
            assert (status, told["suspended"], told["display_name"], told["note"]) == (200, True, "", ""), address
            assert "/static/" in told["avatar"], address
        else:
            gone = address.startswith(f"{V1}/statuses/{story.said}") or address == story.image
            assert status == (404 if gone else 200), address
            assert story.owner.name.encode() not in body, address
            assert str(story.owner.id).encode() not in body.replace(story.tag.encode(), b""), address
    for (who, *command), (code, said, wrong) in story.printed().items():
        if who == "owner":
            assert (code, DISABLED in wrong) == (1, True), command
        else:
            assert f"@{story.owner.name}" not in said, command
    _is_gone_for_scripts(story)


def _is_gone_for_scripts(story: Story) -> None:
    script = story.served.script(story.follower)
    with pytest.raises(MastodonAPIError, match=DISABLED):
        story.served.script(story.owner).me()
    assert script.account(story.owner.id).suspended
    assert script.account_statuses(story.owner.id) == []
    assert script.account_relationships(story.owner.id) == []
    (still,) = script.account_relationships(story.owner.id, with_suspended=True)
    assert still.following
    assert story.owner.name not in {one.account.acct for one in script.timeline_home()}
    assert story.owner.name not in {one.account.acct for one in script.notifications()}


@pytest.mark.promise(8)
def test_the_streams_of_who_is_hidden_end_and_their_posts_come_to_nobody(
    served: Served, alice: Member, bob: Member
) -> None:
    carol, script = served.member("carol"), served.signed_in(bob)
    served.follow(bob, carol)
    _owners, owners = listens(served.script(alice).stream_user)
    heard, followers = listens(script.stream_user)
    with served.house.db.transaction() as tx:
        # The post is there, and hidden, before anybody can have been told of it.
        unseen = make_post(tx, served.house.clock.now(), alice.id, text="Nobody reads this")
        put_standing(tx, served.house.clock.now(), subject_id=alice.id, standing="hidden")
    owners.join(SOON)
    assert not owners.is_alive()
    seen = served.script(carol).status_post("Somebody reads this")
    assert heard.get(timeout=SOON) == ("update", str(seen.id))
    refused = served.http.get(f"{V1}/streaming/user", headers=alice.shown)
    assert (refused.status_code, refused.json()["error"]) == (403, DISABLED)
    with served.house.db.transaction() as tx:
        put_standing(tx, served.house.clock.now(), subject_id=alice.id, standing="active")
    assert str(unseen) in {str(one.id) for one in script.timeline_home()}
    again = served.script(alice).status_post("Here again")
    assert heard.get(timeout=SOON) == ("update", str(again.id))
    assert ended(script, followers)
