"""Nobody's program reads more in their name than they agreed to, not even where anybody reads without a token."""

from collections.abc import Iterator

import pytest

from gardefou.clock import SimulatedClock
from gardefou.storage import Database
from tests.factories.client_api import Client, Program, client_api, make_token
from tests.factories.network import make_member

V1 = "/api/v1"
NARROW = ("write:favourites", "write:media", "read:search", "read:notifications", "write:statuses", "follow")


@pytest.fixture
def client(db: Database, clock: SimulatedClock) -> Iterator[Client]:
    with client_api(db, clock) as opened:
        yield opened


@pytest.mark.promise(20)
def test_a_token_for_something_else_reads_no_post_of_its_owner(
    client: Client, db: Database, clock: SimulatedClock
) -> None:
    now = clock.now()
    with db.transaction() as tx:
        alice, bob = (make_member(tx, now, handle=name) for name in ("alice", "bob"))
        shown = make_token(tx, now, account_id=alice)
        wide = [make_token(tx, now, account_id=bob, scopes=scopes) for scopes in ("read", "read:statuses")]
        narrow = [make_token(tx, now, account_id=bob, scopes=scopes) for scopes in NARROW]
        only_accounts = make_token(tx, now, account_id=bob, scopes="read:accounts")
    writer = Program(client=client, token=shown)
    said = writer.say("@bob between us", visibility="direct")
    post = f"{V1}/statuses/{said['id']}"
    paths = [post, f"{post}/context", f"{post}/history", f"{post}/reblogged_by", f"{post}/favourited_by"]
    paths += [f"{V1}/statuses?id[]={said['id']}", f"{V1}/accounts/{alice}/statuses"]
    paths += [f"{V1}/timelines/public", f"{V1}/timelines/tag/us"]
    of_accounts = [f"{V1}/accounts/{alice}", f"{V1}/accounts/lookup?acct=alice", f"{V1}/accounts/{alice}/followers"]
    for token in wide:
        reader = Program(client=client, token=token)
        assert [reader.ask("GET", path).status_code for path in paths] == [200] * len(paths)
    for token in [*narrow, only_accounts]:
        reader = Program(client=client, token=token)
        for path in paths:
            answer = reader.ask("GET", path)
            said_why = answer.json()["error"]
            assert (answer.status_code, said_why) == (403, "This action is outside the authorized scopes"), path
            assert "between us" not in answer.text
    for path in of_accounts:
        assert [Program(client=client, token=one).ask("GET", path).status_code for one in narrow] == [403] * 6, path
        assert Program(client=client, token=only_accounts).ask("GET", path).status_code == 200, path
        assert client.get(path).status_code == 200, path
