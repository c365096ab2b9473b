"""Members, posts and standings, the dullest there are."""

import hashlib
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy import insert

from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.network.follow import follow
from gardefou.network.keep_media import keep_media
from gardefou.network.media import attach
from gardefou.network.media_folder import MediaFolder
from gardefou.network.passwords import PasswordHash
from gardefou.network.ports import Neighbours
from gardefou.network.post import Writing, post
from gardefou.network.queries import any_account
from gardefou.network.set_standing import set_standing
from gardefou.network.sign_up import NewMember, sign_up
from gardefou.orders.tables import orders
from gardefou.storage import Tx
from tests.fakes.neighbours import NeighboursInMemory

_numbers = count(1)


def make_member(
    tx: Tx,
    now: int,
    *,
    handle: str = "",
    display_name: str = "",
    email: str = "",
    password_hash: str = "never matches",
    neighbours: Neighbours | None = None,
) -> int:
    """Open an account whose owner nobody can sign in as, unless a hash is given."""
    number = next(_numbers)
    return sign_up(
        tx,
        neighbours or NeighboursInMemory(),
        actor=SETUP,
        now=now,
        member=NewMember(
            handle=handle or f"member{number}",
            display_name=display_name,
            email=email or f"member{number}@example.org",
            password_hash=PasswordHash(password_hash),
            locale="en",
        ),
    )


def make_post(tx: Tx, now: int, account_id: int, *, text: str = "Good morning.", **more: Any) -> int:
    """Publish a post of a member's; `more` is of its `Writing`."""
    author = Actor.member(account_id)
    return post(tx, NeighboursInMemory(), actor=author, now=now, text=text, locale="en", writing=Writing(**more))


def make_image(tx: Tx, now: int, account_id: int, folder: MediaFolder, *, post_id: int, description: str = "") -> int:
    """Hang an image on a post: a red square beside a blue one, so that it is seen which way up it is."""
    square, out = Image.new("RGB", (40, 20), (0, 0, 255)), BytesIO()
    square.paste((255, 0, 0), (0, 0, 20, 20))
    square.save(out, format="PNG")
    out.seek(0)
    picture, digest = folder.take(out)
    owner = Actor.member(account_id)
    image_id = keep_media(tx, actor=owner, now=now, picture=picture, digest=digest, description=description)
    attach(tx, account_id=account_id, media_ids=[image_id], post_id=post_id)
    return image_id


def make_follow(tx: Tx, now: int, *, follower_id: int, followee_id: int) -> None:
    """Let one member follow another."""
    followee = any_account(tx, followee_id)
    assert followee is not None
    follow(tx, NeighboursInMemory(), actor=Actor.member(follower_id), now=now, handle=followee["handle"])


def make_executed_order(tx: Tx, now: int, *, subject_kind: str, subject_id: int, target: str) -> int:
    """Put an executed, unspent order straight into its table: what the triggers ask for, and no more."""
    order_id = tx.new_id(now)
    tx.execute(
        insert(orders).values(
            id=order_id,
            kind=f"{subject_kind}.{'restore' if target == 'active' else 'hide'}",
            state="executed",
            version=1,
            subject_kind=subject_kind,
            subject_id=subject_id,
            subject_version=1,
            target=target,
            proposer="person:1",
            reason="spam",
            comment="",
            clause="",
            evidence="{}",
            change="",
            evidence_digest=b"",
            rulebook_digest=b"",
            rules="[]",
            digest=hashlib.sha256(str(order_id).encode()).digest(),
            nonce=b"",
            facts="{}",
            verdict="{}",
            proposed_at=now,
            hold=0,
            execute_within=0,
            executed_at=now,
        )
    )
    return order_id


def put_standing(tx: Tx, now: int, *, subject_id: int, standing: str, subject_kind: str = "account") -> int:
    """Give an account or a post a standing, by the book: in the name of an executed order, which is returned."""
    order_id = make_executed_order(tx, now, subject_kind=subject_kind, subject_id=subject_id, target=standing)
    set_standing(
        tx,
        actor=SETUP,
        subject_kind=subject_kind,
        subject_id=subject_id,
        standing=standing,
        order_id=order_id,
    )
    return order_id
