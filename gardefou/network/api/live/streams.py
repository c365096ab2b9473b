"""The open streams of a process, found again by whose they are and by the token they were opened with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from gardefou.network.api.live.channels import Subscriber

#: How many streams one member has open; one more ends the oldest.
MOST_OPEN = 20
Owner = tuple[int | None, int | None]
Key = TypeVar("Key")


class Streams:
    """All of them. Whatever is done to one costs the same however many there are."""

    def __init__(self) -> None:
        """Begin with none."""
        self._all: dict[Subscriber, None] = {}
        self._by_owner: defaultdict[Owner, dict[Subscriber, None]] = defaultdict(dict)
        self._by_token: defaultdict[int | None, dict[Subscriber, None]] = defaultdict(dict)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def __iter__(self) -> Iterator[Subscriber]:
        """Yield every one that was open when this began, the oldest first."""
        return iter(list(self._all))

    @property
    def tokens(self) -> list[int]:
        """The tokens they were opened with."""
        return [one for one in self._by_token if one is not None]

    def add(self, stream: Subscriber) -> None:
        """Open one; of a member who has too many, the oldest end."""
        theirs = self._by_owner[stream.owner]
        for one in list(theirs)[: max(0, len(theirs) + 1 - MOST_OPEN)]:
            one.end()
        theirs[stream] = self._all[stream] = self._by_token[stream.caller.token_id][stream] = None

    def remove(self, stream: Subscriber) -> None:
        """Forget one."""
        del self._all[stream]
        _forget(self._by_owner, stream.owner, stream)
        _forget(self._by_token, stream.caller.token_id, stream)

    def end_with(self, tokens: Iterable[int]) -> None:
        """End those that were opened with some tokens."""
        for token in tokens:
            for stream in list(self._by_token.get(token, ())):
                stream.end()


def _forget(kept: dict[Key, dict[Subscriber, None]], key: Key, stream: Subscriber) -> None:
    del kept[key][stream]
    if not kept[key]:
        del kept[key]
