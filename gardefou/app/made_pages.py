"""Pages that are made once for all visitors who would read the same.

What a page says is read from the database for each of them; only the words and their frame are not put together anew
when they say the very same. So nothing need ever be taken out because it changed, and nothing hidden can be left.
"""

import secrets
from collections.abc import Callable, Hashable, Mapping
from types import NoneType
from typing import Any

#: So many pages are kept, none longer than so many characters: a few megabytes, whatever visitors ask for.
MOST, LONGEST = 128, 64 * 1024
#: Stands in a page that is kept where each visitor's own token is put; nobody who writes can know it.
FORM_TOKEN = secrets.token_hex(16)


class MadePages:
    """The pages that were asked for last, by their content."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pages: dict[int, tuple[Hashable, str]] = {}

    def page(self, content: Any, make: Callable[[], str]) -> str:
        """Return the page that was made of the very same content; or make it, in place of the one least asked for.

        Args:
            content: all that decides what the page says; maps, lists and values that do not change.
            make: makes the page.
        """
        key = _key(content)
        # The key is long: it is gone through once to find the page, and once more to be sure of it.
        place = hash(key)
        known, page = self._pages.pop(place, (None, ""))
        if known != key:
            page = make()
            if len(page) > LONGEST:
                return page
            while len(self._pages) >= MOST:
                self._pages.pop(next(iter(self._pages)), None)
        self._pages[place] = key, page
        return page


def _key(content: Any) -> Any:
    kind = type(content)
    if kind in (list, tuple):
        return tuple(map(_key, content))
    # What has a name of its own does not change, and is compared as it is.
    if kind in (str, int, bool, NoneType) or isinstance(content, tuple) or not isinstance(content, Mapping):
        return content
    return tuple((name, _key(one)) for name, one in content.items())
