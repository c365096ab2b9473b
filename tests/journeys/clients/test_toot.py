"""`toot`, as it is published, doing everything it has a command for; it has none for changing a post."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.factories.served import Member, Served, Toot

#: More than two pages of the largest size that toot asks for.
MANY = 45


@pytest.fixture
def toot(served: Served, alice: Member) -> Toot:
    return served.toot(alice)


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "red.png"
    Image.new("RGB", (60, 40), "red").save(path)
    return str(path)


def seen(text: str, word: str) -> list[int]:
    """Return the numbers that follow a word in what is printed, in their order."""
    return [int(one) for one in re.findall(rf"{word} (\d+)", text)]


def test_toot_posts_answers_and_deletes(served: Served, toot: Toot, alice: Member) -> None:
    said = toot("post", "Good evening", "--visibility", "unlisted", "--spoiler-text", "A greeting")
    number = said.strip().rsplit("/", 1)[1]
    assert said == f"Toot posted: {served.url}/@{alice.name}/{number}\n"
    answer = toot.post("Is it?", "--reply-to", number)
    last = toot.post("It is.", "--reply-last")
    shown = toot.json("status", number)
    assert (shown["visibility"], shown["spoiler_text"], shown["replies_count"]) == ("unlisted", "A greeting", 1)
    assert [toot.json("status", one)["in_reply_to_id"] for one in (answer, last)] == [number, answer]
    thread = toot("thread", answer)
    assert [thread.index(text) for text in ("Good evening", "Is it?", "It is.")] == sorted(
        thread.index(text) for text in ("Good evening", "Is it?", "It is.")
    )
    assert toot("delete", last) == "✓ Status deleted\n"
    assert "Record not found" in toot.refused("status", last)
    assert "It is." not in toot("thread", answer)
    assert "Nothing is posted later here" in toot.refused("post", "Tomorrow", "--scheduled-in", "1 hour")


def test_toot_passes_on_likes_keeps_and_pins_and_takes_each_back(
    served: Served, toot: Toot, alice: Member, bob: Member
) -> None:
    theirs, own = str(served.says(bob, ["Bob was here"])[0]), toot.post("A pinned post")
    for verb, flag, number, listed, reads in (
        ("reblog", "reblogged", theirs, ["reblogged-by", theirs], alice.name),
        ("favourite", "favourited", theirs, ["timelines", "favourites", "--no-clear"], "Bob was here"),
        ("bookmark", "bookmarked", theirs, ["bookmarks"], "Bob was here"),
        ("pin", "pinned", own, ["timelines", "account", alice.name, "--no-clear"], "A pinned post"),
    ):
        assert toot(verb, number) == f"✓ Status {flag}\n"
        assert toot.json("status", number)[flag] is True
        assert reads in toot(*listed)
        assert "✓" in toot(f"un{verb}", number)
        assert toot.json("status", number)[flag] is False
    assert "not reblogged" in toot("reblogged_by", theirs)


def test_toot_posts_an_image_with_what_it_shows(served: Served, toot: Toot, picture: str) -> None:
    said = toot.json("post", "Look", "--media", picture, "--description", "A red square")
    (image,) = said["media_attachments"]
    assert (image["type"], image["description"]) == ("image", "A red square")
    assert served.http.get(image["url"]).headers["content-type"].startswith("image/")
    assert image["url"] in toot("status", said["id"])
    assert "Successfully uploaded media ID" in toot("upload", picture, "--description", "The same")
    assert "image" in toot.refused("post", "Look", "--media", __file__)
    assert served.url in image["preview_url"]


def test_toot_reads_every_timeline_to_its_end(served: Served, alice: Member, bob: Member) -> None:
    word = f"said{alice.id}"
    served.says(alice, [f"{word} {number} #{word}" for number in range(MANY)])
    toot, newest_first = served.toot(bob), list(range(MANY))[::-1]
    for timeline in (["--account", alice.name], ["--tag", word], ["--public"], []):
        said = toot.to_the_end("timeline", "--count", "20", *timeline)
        assert (seen(said, word), "That's all folks." in said) == (newest_first, True), timeline
    for timeline in (["account", alice.name], ["tag", word], ["public"], ["home"]):
        said = toot.to_the_end("timelines", *timeline, "--no-clear")
        assert seen(said, word) == newest_first, timeline
    with served.written_down() as asked:
        anonymous = toot.to_the_end("timelines", "tag", word, "--instance", served.url, "--limit", "10")
    assert (seen(anonymous, word), len(asked)) == (newest_first, MANY // 10 + 1)


def test_toot_follows_mutes_and_blocks_and_takes_each_back(toot: Toot, bob: Member) -> None:
    assert f"following {bob.name}" in toot("follow", bob.name)
    assert f"@{bob.name}" in toot("following")
    assert f"@{bob.name}" in toot("followers")
    assert "no longer following" in toot("unfollow", bob.name)
    assert f"@{bob.name}" not in toot("following")
    for verb, listed in (("mute", "muted"), ("block", "blocked")):
        assert bob.name in toot(verb, bob.name)
        assert f"@{bob.name}" in toot(listed)
        assert bob.name in toot(f"un{verb}", bob.name)
        assert toot(listed) == f"No accounts {listed}\n"
    assert f"@{bob.name}" not in toot("followers")  # Whom one blocks follows no longer.
    assert "not found" in toot.refused("follow", "nobody_goes_by_this").lower()


def test_toot_finds_people_posts_and_hashtags(served: Served, toot: Toot, bob: Member) -> None:
    tag = f"word{bob.id}"
    served.says(bob, [f"To be found #{tag}"])
    assert f"@{bob.name}" in toot("whois", bob.name)
    assert f"@{bob.name}" in toot("whois", f"@{bob.name}@{served.url.removeprefix('http://')}")
    found = toot("search", tag)
    assert tag in found
    assert toot.json("search", tag)["statuses"][0]["account"]["acct"] == bob.name
    assert f"@{bob.name}" in toot("search", bob.name, "--type", "accounts")


def test_toot_reads_what_its_owner_was_told_and_clears_it(
    served: Served, toot: Toot, alice: Member, bob: Member
) -> None:
    (number,) = served.says(alice, ["Good evening"])
    script = served.script(bob)
    script.status_reblog(number)
    script.status_favourite(number)
    script.status_post(f"@{alice.name} hello")
    told = toot("notifications")
    for words in ("now follows you", "boosted your", "favourited your", "mentioned you"):
        assert words in told
    assert "Unknown notification" not in told
    assert "boosted" not in toot("notifications", "--type", "mention")
    assert "mentioned" not in toot("notifications", "--exclude-type", "mention")
    assert "cleared" in toot("notifications", "--clear")
    assert "You have no notifications" in toot("notifications")


def test_toot_changes_its_owners_profile(served: Served, toot: Toot, alice: Member, picture: str) -> None:
    changes = {"display-name": "Alice, the first", "note": "Here since 2017", "avatar": picture, "header": picture}
    arguments = [word for name, value in changes.items() for word in (f"--{name}", value)]
    assert (
        toot("update_account", *arguments, "--bot", "--privacy", "unlisted", "--language", "fr")
        == "✓ Account updated\n"
    )
    me = toot.json("whoami")
    assert (me["display_name"], me["note"], me["bot"]) == ("Alice, the first", "<p>Here since 2017</p>", True)
    assert (me["source"]["privacy"], me["source"]["language"]) == ("unlisted", "fr")
    for image in (me["avatar"], me["header"]):
        assert served.http.get(image).headers["content-type"].startswith("image/")
    assert "Alice, the first" in toot("whois", alice.name)
    assert toot.json("post", "Bonsoir")["visibility"] == "unlisted"
    assert "whoever is not blocked can follow" in toot.refused("update_account", "--locked")


def test_toot_reads_about_the_house_and_what_is_not_here_yet(served: Served, toot: Toot) -> None:
    about = toot("instance")
    assert "Garde-fou" in about
    assert toot.json("instance", served.url)["uri"] == served.url.removeprefix("http://")
    assert toot.json("lists", "list") == []
    assert "not following any hashtags" in toot("tags", "followed")
