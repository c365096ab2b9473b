"""The incident as a picture: lanes over one clock. The line is the page, up or gone; under it stands the rail.

Pure arithmetic. Across, everything is in hundredths of the width, so that the picture stretches and its words do not;
down, in pixels. Nothing here is a colour: the drawing's classes are the style sheet's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gardefou.clock import MINUTE
from gardefou.incidents.scale import Scale

#: The narrowest the drawing gets before it scrolls, in pixels, and how wide words are estimated.
NARROWEST = 800
_BOLD, _PLAIN, _LOUD = 6.9, 6.3, 8.6
#: Rows of words.
_ROW, _TITLE = 36, 13
_TICKS = 60
#: What is narrower is not drawn.
_SLIVER = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened at an instant. Shape: `dot`, `fall`, `back`, `block` (on the rail) or `none`."""

    at: int
    shape: str = "dot"
    title: str = ""
    detail: str = ""
    assumed: bool = False
    below: bool = False
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time with words in it; `until` is None while it lasts."""

    since: int
    until: int | None
    title: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneIn:
    """What a lane shows. `posts`: where the rail has posts, evenly spaced when None; `rail`: whether it has one."""

    title: str
    detail: str
    marks: Sequence[Mark]
    dark: Sequence[Span] = ()
    holds: Sequence[Span] = ()
    not_fallen: Sequence[Span] = ()
    rail: bool = True
    posts: Sequence[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A title and a line below it, anchored at a place."""

    x: float
    y: int
    anchor: str
    title: str
    detail: str
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A stretch, placed."""

    x: float
    width: float
    title: str = ""
    detail: str = ""
    roomy: bool = False
    lasts: bool = False
    ticks: tuple[float, ...] = ()

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """Half-way."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A lane, placed. `up`, `gone` and `beam` are heights; `beam` is None without a rail."""

    title: str
    detail: str
    top: int
    up: int
    gone: int
    beam: int | None
    bottom: int
    marks: tuple[tuple[Mark, float], ...]
    words: tuple[Words, ...]
    dark: tuple[Box, ...]
    holds: tuple[Box, ...]
    not_fallen: tuple[Box, ...]
    stands: tuple[Box, ...]
    posts: tuple[float, ...]
    cuts: tuple[tuple[float, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Lanes over one clock."""

    lanes: tuple[Drawn, ...]
    ticks: tuple[tuple[float, str, str], ...]
    guides: tuple[tuple[float, int], ...]
    cuts: tuple[float, ...]
    axis: int
    height: int
    day: str


@dataclass(slots=True)
class _Rows:
    """Places words so that none lie over each other."""

    first_choice: tuple[str, ...]
    most: int
    taken: list[list[tuple[float, float]]] = field(default_factory=list)

    def place(self, x: float, width: float) -> tuple[int, str] | None:
        for row in range(self.most):
            if row == len(self.taken):
                self.taken.append([])
            for anchor in self.first_choice:
                start = x - {"start": 0.4, "middle": width / 2, "end": width - 0.4}[anchor]
                end = start + width
                if start < 0 or end > 100.5:  # noqa: PLR2004  # the width is a hundred
                    continue
                if all(end + 1 < a or start - 1 > b for a, b in self.taken[row]):
                    self.taken[row].append((start, end))
                    return row, anchor
        return None


def _width(title: str, detail: str) -> float:
    return max(len(title) * _BOLD, len(detail) * _PLAIN) * 100 / NARROWEST


def draw(lanes: Sequence[LaneIn], clock: Scale, *, ticks: Sequence[tuple[int, str]], day: str) -> Picture:
    """Place everything.

    Args:
        lanes: from above to below.
        clock: the one clock.
        ticks: the instants that are written below, with their words.
        day: what is written beside them.
    """
    top, drawn = 0, []
    for lane in lanes:
        drawn.append(_lane(lane, clock, top))
        top = drawn[-1].bottom
    axis = top + 18
    rows, written = _Rows(("middle", "start", "end"), 2), []
    for at, words in ticks:
        found = rows.place(clock(at), _width("", words))
        row, anchor = found or (0, "middle")
        written.append((clock(at), words if found and row == 0 else "", anchor))
    return Picture(
        lanes=tuple(drawn),
        ticks=tuple(written),
        guides=_guides(drawn, [x for x, _words, _anchor in written]),
        cuts=clock.cuts,
        axis=axis,
        height=axis + 30,
        day=day,
    )


def _guides(lanes: Sequence[Drawn], places: Iterable[float]) -> tuple[tuple[float, int], ...]:
    """Return how far up the dotted line of each instant goes: to the highest words said of it."""
    found = []
    for x in places:
        tops = [words.y - _TITLE for words in lanes[0].words if words.x == x] if lanes else []
        found.append((x, min([*tops, lanes[0].up if lanes else 0])))
    return tuple(found)


def _lane(lane: LaneIn, clock: Scale, top: int) -> Drawn:
    above, below = _Rows(("start", "end"), 4), _Rows(("end", "start"), 2)
    dark = tuple(_box(one, clock) for one in lane.dark)
    placed: list[tuple[Mark, int, str, _Rows]] = []
    marks = [
        *lane.marks,
        *(
            Mark(at=one.since, title=one.title, loud=True)
            for one, box in zip(lane.dark, dark, strict=True)
            if not box.roomy
        ),
    ]
    for mark in sorted(marks, key=lambda mark: mark.at):
        rows = below if mark.below else above
        found = rows.place(clock(mark.at), _width(mark.title, mark.detail)) if mark.title else None
        if found is not None:
            placed.append((mark, *found, rows))
    up = top + 22 + _ROW * max(1, len(above.taken)) + 6
    under = (34 if lane.rail else 18) + _ROW * len(below.taken)
    gone = up + max(under + 8, 92 if lane.rail else 66)
    words = tuple(
        Words(
            x=clock(mark.at),
            y=(up - 16 - _TITLE - _ROW * row) if rows is above else (up + (52 if lane.rail else 22) + _ROW * row),
            anchor=anchor,
            title=mark.title,
            detail=mark.detail,
            loud=mark.loud,
        )
        for mark, row, anchor, rows in placed
    )
    stands = _standing(dark) if lane.rail else ()
    posts = () if not lane.rail else _posts(stands) if lane.posts is None else tuple(clock(at) for at in lane.posts)
    return Drawn(
        title=lane.title,
        detail=lane.detail,
        top=top,
        up=up,
        gone=gone,
        beam=up + 18 if lane.rail else None,
        bottom=gone + 30,
        marks=tuple((mark, clock(mark.at)) for mark in lane.marks),
        words=words,
        dark=dark,
        holds=tuple(_box(one, clock, ticks=True) for one in lane.holds),
        not_fallen=tuple(_box(one, clock) for one in lane.not_fallen),
        stands=stands,
        posts=posts,
        cuts=tuple((x, any(box.x < x < box.end for box in dark)) for x in clock.cuts),
    )


def _box(span: Span, clock: Scale, *, ticks: bool = False) -> Box:
    x, end = clock(span.since), clock(span.until)
    width = max(0.4, end - x)
    loud, plain = len(span.title) * _LOUD * 100 / NARROWEST + 2, len(span.detail) * _PLAIN * 100 / NARROWEST + 1
    whole = 0 if span.until is None else (span.until - span.since) // MINUTE
    cut = any(x < place < end for place in clock.cuts)
    places = (
        tuple(round(x + width * one * MINUTE / (span.until - span.since), 3) for one in range(1, whole + 1))
        if ticks and span.until is not None and 0 < whole <= _TICKS and not cut
        else ()
    )
    return Box(
        x=x,
        width=round(width, 3),
        title=span.title,
        detail=span.detail if plain < width else "",
        roomy=loud < width,
        lasts=span.until is None,
        ticks=places,
    )


def _standing(dark: Sequence[Box]) -> tuple[Box, ...]:
    """Return where the rail stands: wherever the page is up."""
    edges = [0.0, *(edge for box in dark for edge in (box.x, box.end)), 99.5]
    return tuple(
        Box(x=a, width=round(b - a, 3)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > _SLIVER
    )


def _posts(stands: Sequence[Box]) -> tuple[float, ...]:
    """Return evenly spaced posts, for a rail that merely stands."""
    found = []
    for box in stands:
        lengths = max(1, round(box.width / 12.5))
        found += [round(box.x + box.width * part / lengths, 3) for part in range(lengths + 1)]
    return tuple(found)
