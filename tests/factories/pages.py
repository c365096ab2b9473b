"""The network's pages over HTTP, without the house around them; and images to send there."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.di import Provide
from litestar.template import TemplateConfig
from litestar.testing import TestClient
from PIL import Image

from gardefou.app import pages
from gardefou.app.doors import doorkeeper
from gardefou.app.form_tokens import form_tokens
from gardefou.app.request import before_request
from gardefou.clock import SimulatedClock
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.media_folder import MediaFolder
from gardefou.network.report import intake
from gardefou.network.web import routes
from gardefou.storage import Database
from tests.factories.registered import Alike
from tests.fakes.neighbours import NeighboursInMemory

Client = TestClient[Litestar]
SITE = "https://network.example"


@contextmanager
def network_pages(
    db: Database,
    clock: SimulatedClock,
    neighbours: NeighboursInMemory,
    folder: Path,
    *,
    forms: CSRFConfig | None = None,
) -> Iterator[Client]:
    """Open the pages, with tokens in their forms or without; redirects are looked at, not followed."""

    def always(value: object) -> Provide:
        return Provide(lambda: value, sync_to_thread=False)

    way_in = intake(db, clock, neighbours, partial(accounts, site=SITE))
    app: Litestar = Alike(
        route_handlers=routes,
        dependencies={
            "db": always(db),
            "clock": always(clock),
            "neighbours": always(neighbours),
            "intake": always(way_in),
            "door_key": always(b"a secret of the tests"),
            "media_folder": always(MediaFolder(folder / "media")),
            "site": always(SITE),
        },
        template_config=TemplateConfig(instance=pages.engine(demo="")),
        before_request=before_request,
        guards=[doorkeeper(db, clock)],
        middleware=[] if forms is None else [form_tokens(forms)],
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=True) as client:
        client.follow_redirects = False
        yield client
    way_in.close()


def an_image(width: int = 60, height: int = 40, colour: tuple[int, int, int] = (20, 90, 110)) -> bytes:
    """Return a plain PNG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()
