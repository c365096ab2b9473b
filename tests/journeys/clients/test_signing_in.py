"""Existing clients, as they are published, at the door: by password, by a code, and when it stays shut."""

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonIllegalArgumentError, MastodonUnauthorizedError

from tests.factories.network import put_standing
from tests.factories.served import PASSWORD, SCOPES, Member, Served, Toot, consent


def stand(served: Served, who: Member, standing: str) -> None:
    """Give an account a standing, by an executed order."""
    with served.house.db.transaction() as tx:
        put_standing(tx, served.house.clock.now(), subject_id=who.id, standing=standing)


def test_toot_signs_in_by_password_and_says_who_it_is(served: Served, alice: Member) -> None:
    toot = served.toot(alice)
    me = toot("whoami")
    assert f"@{alice.name}" in me
    assert f"{served.url}/@{alice.name}" in me
    assert "Garde-fou" in toot("instance")
    assert f"{alice.name}@{served.url.removeprefix('http://')}" in toot("auth")
    nobody = served.folder / f"no {alice.name}"
    nobody.mkdir()
    wrong = Toot(warm=served.warm, home=nobody)
    assert "Login failed" in wrong.refused("login_cli", "-i", served.url, "-e", alice.email, "-p", "wrong horse")


def test_toot_as_it_is_installed_signs_in_by_a_code_from_the_page(served: Served, bob: Member) -> None:
    with served.written_down() as asked:
        toot = served.toot_by_code(bob)
    assert [str(one).partition("?")[0] for one in asked if "toot/" in one.headers["user-agent"]] == [
        "GET /api/v1/instance",
        "POST /api/v1/apps",
        "POST /oauth/token",
        "GET /api/v1/accounts/verify_credentials",
    ]
    assert asked[2].address.startswith("/oauth/authorize/?")
    assert f"@{bob.name}" in toot("whoami")


def test_a_script_signs_in_by_password_and_signs_out(served: Served, alice: Member) -> None:
    script = served.signed_in(alice)
    me = script.me()
    assert (me.acct, me.source.privacy, script.app_verify_credentials().name) == (alice.name, "public", "A script")
    assert (script.instance().version, script.instance_v1().uri) == (
        script.instance_v1().version,
        served.url.removeprefix("http://"),
    )
    assert script.retrieve_mastodon_version() == "4.3.0"
    assert script.preferences()["posting:default:visibility"] == "public"
    assert script.markers_set(["home"], [17]).home.last_read_id == "17"
    assert script.markers_get(["home"]).home.version == 1
    assert (script.lists(), script.custom_emojis(), script.filters_v2()) == ([], [], [])
    assert script.instance_health() is True
    assert (script.instance_nodeinfo().software.name, script.instance_nodeinfo().protocols) == ("gardefou", [])
    assert (script.tag("Morning").name, script.tag("Morning").following) == ("morning", False)
    kept = script.access_token
    script.revoke_access_token()
    with pytest.raises(MastodonUnauthorizedError, match="The access token is invalid"):
        Mastodon(access_token=kept, api_base_url=served.url).me()


def test_a_script_signs_in_by_a_code_from_the_page(served: Served, alice: Member) -> None:
    script = served.registered()
    code = consent(served.url, script.auth_request_url(scopes=SCOPES), alice)
    script.log_in(code=code, scopes=SCOPES)
    assert script.me().acct == alice.name
    with pytest.raises(MastodonIllegalArgumentError, match="invalid_grant"):
        served.registered().log_in(code=code, scopes=SCOPES)


def test_a_script_opens_an_account(served: Served, alice: Member) -> None:
    script = served.registered()
    address = f"dave.{alice.email}"
    with pytest.raises(MastodonIllegalArgumentError, match="Validation failed: This handle is taken"):
        script.create_account(alice.name, PASSWORD, address, agreement=True, scopes=SCOPES)
    script = served.registered()
    script.create_account(f"dave_{alice.name}", PASSWORD, address, agreement=True, scopes=SCOPES)
    assert script.me().acct == f"dave_{alice.name}"


@pytest.mark.promise(8)
def test_the_owner_of_a_hidden_account_reads_why_at_every_door(served: Served, alice: Member) -> None:
    script, toot = served.signed_in(alice), served.toot(alice)
    stand(served, alice, "hidden")
    with pytest.raises(MastodonAPIError, match="Your login is currently disabled"):
        script.me()
    with pytest.raises(MastodonIllegalArgumentError, match="Your login is currently disabled"):
        served.signed_in(alice)
    assert "Your login is currently disabled" in toot.refused("whoami")
    stand(served, alice, "active")
    assert script.me().acct == alice.name
    assert f"@{alice.name}" in toot("whoami")


@pytest.mark.promise(20)
def test_a_script_is_refused_in_the_language_it_asks_for(served: Served, alice: Member) -> None:
    """Mastodon.py sends its language with every call: in the address of some, in the form of others.

    It keeps what it sends with a call without parameters for every script of the process, so none such is made here.
    """
    with pytest.raises(MastodonAPIError, match="rien à publier"):
        served.script(alice, lang="fr").status_post("")
    for lang, said in (("fr", "Il n’y a rien à cette adresse"), ("tlh", "Record not found")):
        assert served.http.get("/api/v1/statuses/17", params={"lang": lang}).json()["error"] == said
