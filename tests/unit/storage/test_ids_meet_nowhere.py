"""Ids: whoever makes them in one process at one instant, no two are equal."""

from gardefou.storage.ids import NODE_BITS, Ids


def test_two_databases_opened_in_one_process_at_one_instant_never_meet(now: int) -> None:
    makers = [Ids() for _ in range(1 << NODE_BITS - 1)]
    assert len({maker.new(now) for maker in makers}) == len(makers)
