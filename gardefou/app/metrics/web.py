"""`/metrics`: for a Prometheus that shows a token of the scope `metrics`, and for nobody else."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import choose_encoder

from gardefou.app.house import House
from gardefou.app.metrics.standing import Standing
from gardefou.app.metrics.timings import Timings
from gardefou.may import May
from gardefou.staff.scopes import Scope

# When a series began is nothing that anybody here asks for, and doubles what is sent.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library says no type of it


@dataclass(frozen=True, slots=True)
class Metrics:
    """What one application counts, and where it is told."""

    registry: CollectorRegistry
    timings: Timings


def metrics_of(house: House) -> Metrics:
    """Return the metrics of one application: a registry of its own, with none of the library's global ones."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Standing(house))
    return Metrics(registry, Timings(registry))


@get("/metrics", may=May.TOKEN, scope=Scope.METRICS, media="text/plain", sync_to_thread=True)
def metrics(request: Request[Any, Any, Any], watched: Metrics) -> Response[bytes]:
    """Tell how the house stands and how long its answers took, as Prometheus reads it."""
    encode, media = choose_encoder(request.headers.get("accept", ""))
    if media.startswith("text/"):
        # The framework says the letters of every text, and says them once.
        media = media.replace("; charset=utf-8", "")
    return Response(encode(watched.registry), media_type=media)
