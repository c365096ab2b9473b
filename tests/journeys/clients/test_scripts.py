"""Mastodon.py, as it is published: posts, images, timelines to their end, people, search, notices, reports."""

from io import BytesIO

import mastodon
import pytest
from PIL import Image

from gardefou.reports.queries import open_case_of
from tests.factories.served import Member, Served

#: More than two pages of ten.
MANY = 25


def test_a_script_posts_answers_changes_and_deletes(served: Served, alice: Member, bob: Member) -> None:
    script, other = served.script(alice), served.script(bob)
    said = script.status_post("Good evening", visibility="unlisted", spoiler_text="A greeting", idempotency_key="one")
    assert script.status_post("Good evening", visibility="unlisted", idempotency_key="one").id == said.id
    answer = other.status_reply(said, "And to you")
    assert (answer.in_reply_to_id, answer.mentions[0].acct) == (said.id, alice.name)
    assert [one.id for one in script.status_context(said).descendants] == [answer.id]
    assert script.status_update(said, "Good evening, all").edited_at is not None
    assert [one.content for one in script.status_history(said)] == ["<p>Good evening</p>", "<p>Good evening, all</p>"]
    assert script.status_source(said).text == "Good evening, all"
    with pytest.raises(mastodon.MastodonNotFoundError, match="Record not found"):
        other.status_update(said, "Not mine")
    hidden_from_bob = script.status_post("For nobody", visibility="direct")
    assert [one.id for one in other.statuses([answer.id, hidden_from_bob.id, 17, said.id])] == [answer.id, said.id]
    with pytest.raises(mastodon.MastodonAPIError, match="nothing to post"):
        script.status_post("")
    assert script.status_delete(said).text == "Good evening, all"
    with pytest.raises(mastodon.MastodonNotFoundError, match="Record not found"):
        other.status(said)


def test_a_script_passes_on_likes_keeps_and_pins_and_takes_each_back(
    served: Served, alice: Member, bob: Member
) -> None:
    script, (theirs,), (own,) = served.script(alice), served.says(bob, ["Bob's"]), served.says(alice, ["Alice's"])
    passed_on = script.status_reblog(theirs)
    assert (passed_on.reblog.id, script.status(theirs).reblogged) == (str(theirs), True)
    assert [one.acct for one in script.status_reblogged_by(theirs)] == [alice.name]
    assert script.status_favourite(theirs).favourites_count == 1
    assert [one.acct for one in script.status_favourited_by(theirs)] == [alice.name]
    assert [one.id for one in script.favourites()] == [str(theirs)]
    assert script.status_bookmark(theirs).bookmarked
    assert [one.id for one in script.bookmarks()] == [str(theirs)]
    assert script.status_pin(own).pinned
    assert [one.id for one in script.account_statuses(alice.id, pinned=True)] == [str(own)]
    left = [script.status_unreblog(theirs), script.status_unfavourite(theirs), script.status_unbookmark(theirs)]
    assert [(one.reblogged, one.favourited, one.bookmarked) for one in left][-1] == (False, False, False)
    assert not script.status_unpin(own).pinned


def test_a_script_posts_an_image_with_what_it_shows(served: Served, alice: Member) -> None:
    script, made = served.script(alice), BytesIO()
    Image.new("RGB", (80, 60), "blue").save(made, "JPEG")
    blue = made.getvalue()
    image = script.media_post(blue, "image/jpeg", description="A blue square", focus=(0.5, -0.5))
    assert (image.meta.focus.x, image.meta.original.width) == (0.5, 80)
    assert script.media_update(image, description="A very blue square").description == "A very blue square"
    said = script.status_post("Look", media_ids=[image], sensitive=True)
    assert (said.media_attachments[0].description, said.sensitive) == ("A very blue square", True)
    assert served.http.get(said.media_attachments[0].preview_url).status_code == 200
    assert [one.id for one in script.account_statuses(alice.id, only_media=True)] == [said.id]
    me = script.account_update_credentials(avatar=blue, avatar_mime_type="image/jpeg", fields=[("Colour", "blue")])
    assert (me.fields[0].name, served.http.get(me.avatar).status_code) == ("Colour", 200)


def test_a_script_reads_every_timeline_to_its_end(served: Served, alice: Member, bob: Member) -> None:
    tag = f"said{alice.id}"
    said = [str(one) for one in served.says(alice, [f"{number} #{tag}" for number in range(MANY)])][::-1]
    script = served.script(bob)
    pages = {
        "home": script.timeline_home(limit=10),
        "public": script.timeline_public(limit=10),
        "tag": script.timeline_hashtag(tag, limit=10),
        "account": script.account_statuses(alice.id, limit=10),
    }
    for name, first in pages.items():
        every = [one.id for one in script.fetch_remaining(first) if one.account.acct == alice.name]
        assert every == said, name
        second = script.fetch_next(first)
        back = [] if second is None else script.fetch_previous(second)
        assert [one.id for one in back or []][-1] == first[-1].id, name
    assert [one.id for one in script.timeline_home(min_id=said[-1], limit=5)] == said[-6:-1]


def test_a_script_pages_through_people(served: Served, alice: Member) -> None:
    followers = [served.member("fan") for _ in range(5)]
    for one in followers:
        served.follow(one, alice)
    script = served.script(alice)
    found = script.fetch_remaining(script.account_followers(alice.id, limit=2))
    assert [one.acct for one in found] == [one.name for one in followers][::-1]
    back = served.script(followers[0])
    assert [one.acct for one in back.account_following(followers[0].id)] == [alice.name]


def test_a_script_follows_mutes_blocks_and_finds(served: Served, alice: Member, bob: Member) -> None:
    script = served.script(alice)
    assert script.account_follow(bob.id).following
    (stands,) = script.account_relationships(bob.id)
    assert (stands.following, stands.followed_by, stands.blocking) == (True, True, False)
    assert script.account_mute(bob.id, duration=60).muting
    assert [one.acct for one in script.mutes()] == [bob.name]
    assert not script.account_unmute(bob.id).muting
    assert script.account_block(bob.id).blocking
    assert [one.acct for one in script.blocks()] == [bob.name]
    left = script.account_unblock(bob.id)
    assert (left.blocking, left.followed_by) == (False, False)
    assert not script.account_unfollow(bob.id).following
    assert script.account_lookup(bob.name).id == script.account(bob.id).id == str(bob.id)
    assert [one.acct for one in script.account_search(bob.name)] == [bob.name]
    assert [one.acct for one in script.accounts([bob.id, 17, alice.id])] == [bob.name, alice.name]
    with pytest.raises(mastodon.MastodonNotFoundError, match="Record not found"):
        script.account_lookup("nobody_goes_by_this")


def test_a_script_searches(served: Served, alice: Member, bob: Member) -> None:
    tag = f"word{bob.id}"
    (number,) = served.says(bob, [f"To be found #{tag}"])
    script = served.script(alice)
    found = script.search_v2(tag)
    assert ([one.id for one in found.statuses], [one.name for one in found.hashtags]) == ([str(number)], [tag])
    assert [one.acct for one in script.search(f"@{bob.name}", result_type="accounts").accounts] == [bob.name]
    assert script.search_v2("nothing at all is called this").statuses == []


def test_a_script_reads_what_its_owner_was_told_and_puts_it_away(served: Served, alice: Member, bob: Member) -> None:
    (number,) = served.says(alice, ["Good evening"])
    script, other = served.script(alice), served.script(bob)
    other.status_favourite(number)
    other.status_reblog(number)
    other.status_post(f"@{alice.name} hello")
    told = script.notifications()
    assert [one.type for one in told] == ["mention", "reblog", "favourite", "follow"]
    assert script.notifications_unread_count()["count"] == 4
    assert [one.type for one in script.notifications(types=["follow"])] == ["follow"]
    assert [one.type for one in script.notifications(exclude_types=["follow", "mention", "reblog"])] == ["favourite"]
    assert script.notifications(told[0].id).status.account.acct == bob.name
    script.notifications_dismiss(told[0])
    assert [one.id for one in script.notifications()] == [one.id for one in told[1:]]
    assert script.markers_set(["notifications"], [told[1].id]).notifications.last_read_id == told[1].id
    assert script.markers_get(["notifications"]).notifications.last_read_id == told[1].id
    script.notifications_clear()
    assert script.notifications() == []


def test_a_script_reports(served: Served, alice: Member, bob: Member) -> None:
    (number,) = served.says(alice, ["Buy this"])
    report = served.script(bob).report(alice.id, status_ids=[number], comment="Adverts", category="spam")
    assert (report.category, report.comment, report.action_taken) == ("spam", "Adverts", False)
    assert (report.target_account.acct, [str(one) for one in report.status_ids]) == (alice.name, [str(number)])
    with served.house.db.reading() as tx:
        case = open_case_of(tx, alice.id)
    assert case is not None
    with pytest.raises(mastodon.MastodonNotFoundError, match="Record not found"):
        served.script(bob).report(17)
