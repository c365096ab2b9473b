"""What happened, durably: events with ids in commit order, their live fan-out, and the outbox."""

from gardefou.events.actor import Actor
from gardefou.events.record import record

__all__ = ["Actor", "record"]
