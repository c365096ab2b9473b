"""Mastodon.py follows live: home, everybody's posts, a hashtag, and what its owner is told."""

from tests.factories.served import SOON, Member, Served, ended, listens


def test_a_script_follows_live(served: Served, alice: Member, bob: Member) -> None:
    script, carol = served.signed_in(bob), served.member("carol")
    tag = f"live{alice.id}"
    (home, one), (public, two) = listens(script.stream_user), listens(script.stream_public)
    tagged, three = listens(script.stream_hashtag, tag)
    told, four = listens(script.stream_user_notifications)
    assert script.stream_healthy()
    said = served.script(alice).status_post(f"@{bob.name} hello #{tag}")
    other = served.script(carol).status_post("Somebody else")
    assert {home.get(timeout=SOON), home.get(timeout=SOON)} == {("update", str(said.id)), ("told", "mention")}
    assert tagged.get(timeout=SOON) == ("update", str(said.id))
    assert told.get(timeout=SOON) == ("told", "mention")
    assert {str(said.id), str(other.id)} <= {public.get(timeout=SOON)[1], public.get(timeout=SOON)[1]}
    served.script(alice).status_update(said, f"Hello again #{tag}")
    assert [each.get(timeout=SOON) for each in (home, tagged)] == [("edit", str(said.id))] * 2
    served.script(alice).status_delete(said)
    assert home.get(timeout=SOON) == ("delete", str(said.id))
    assert ended(script, one, two, three, four)
