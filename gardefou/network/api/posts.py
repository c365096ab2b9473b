"""One post: read it."""

from typing import Any

from litestar import get

from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.api.given import id_in_path
from gardefou.network.errors import NoSuchPageError
from gardefou.network.queries import shown_posts
from gardefou.storage import Database


@get("/statuses/{number:str}", may=May.ANYONE, sync_to_thread=True)
def show_status(db: Database, caller: Caller, site: str, number: str) -> dict[str, Any]:
    """Return one post.

    Raises:
        NoSuchPageError: there is none that this reader may see.
    """
    with db.reading() as tx:
        posts = shown_posts(tx, post_ids=[id_in_path(number)], reader=caller.account_id)
        if not posts:
            raise NoSuchPageError
        return statuses(tx, posts, reader=caller.account_id, site=site)[0]
