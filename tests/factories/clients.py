"""Programs of members: tokens that are good for something, and the client API over HTTP alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.testing import TestClient

from gardefou.app import problems
from gardefou.app.doors import doorkeeper
from gardefou.app.request import before_request
from gardefou.app.settings import Settings
from gardefou.app.web import MAX_BODY
from gardefou.clock import SimulatedClock
from gardefou.network import api
from gardefou.network.media_folder import MediaFolder
from gardefou.network.ports import Neighbours
from gardefou.storage import Database, Tx
from tests.factories.callers import make_token

SITE = "http://social.example"
Client = TestClient[Litestar]


def shown_token(tx: Tx, now: int, account_id: int | None, *, scopes: str = "read write follow") -> dict[str, str]:
    """Give a member's program a token, and return the header in which it shows it."""
    return {"authorization": f"Bearer {make_token(tx, now, account_id=account_id, scopes=scopes)}"}


@contextmanager
def client_api(db: Database, clock: SimulatedClock, neighbours: Neighbours, folder: Path) -> Iterator[Client]:
    """Open the client API on a database."""

    def always(value: Any) -> Provide:
        return Provide(lambda: value, sync_to_thread=False)

    settings = Settings(data=str(folder))
    app = Litestar(
        route_handlers=api.routes,
        dependencies={
            "db": always(db),
            "clock": always(clock),
            "neighbours": always(neighbours),
            "site": always(SITE),
            "media_folder": always(MediaFolder(settings.media_folder)),
        },
        state=State({"settings": settings}),
        before_request=before_request,
        guards=[doorkeeper(db, clock)],
        exception_handlers={Exception: problems.handle},
        request_max_body_size=MAX_BODY,
        openapi_config=None,
    )
    with TestClient(app, base_url=SITE, raise_server_exceptions=False) as client:
        yield client
