"""Where each box of a picture lies: rows by how deep a stack stands on others, from what needs nothing downwards."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.infra.diagram.box import Box

LINE = 17
BOX_WIDTH = 320
COLUMN_GAP = 44
ROW_GAP = 46
HEADER = 42
PADDING = 12
_CHARACTERS = 47


@dataclass(frozen=True, kw_only=True)
class Zone:
    """The lines of a box that lie in the VPC, or those that do not; ``top`` and ``height`` in pixels."""

    in_vpc: bool
    lines: tuple[str, ...]
    top: int
    height: int


@dataclass(frozen=True, kw_only=True)
class PlacedBox:
    """A box with its place in pixels, from the upper left corner of the picture."""

    box: Box
    left: int
    top: int
    height: int
    zones: tuple[Zone, ...]
    footer: str

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.top + self.height


@dataclass(frozen=True, kw_only=True)
class Layout:
    """All boxes, the size of the picture they take, and the arrows: from a stack to one that it uses or follows.

    An arrow that others imply (a uses b, b uses c, so a to c) is left out.
    """

    boxes: tuple[PlacedBox, ...]
    uses: tuple[tuple[str, str], ...]
    follows: tuple[tuple[str, str], ...]
    width: int
    height: int

    def at(self, name: str) -> PlacedBox:
        """The box of the stack called ``name``."""
        return next(placed for placed in self.boxes if placed.box.name == name)


def layout(boxes: Sequence[Box], *, left: int, top: int) -> Layout:
    """Place the boxes to the right of ``left`` and below ``top``, pixels; ``boxes`` come after those that they need."""
    depth = _depths(boxes)
    rows = [[box for box in boxes if depth[box.name] == row] for row in range(max(depth.values()) + 1)]
    widest = max(len(row) for row in rows)
    width = widest * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP
    placed = []
    y = top
    for row in rows:
        x = left + (width - len(row) * (BOX_WIDTH + COLUMN_GAP) + COLUMN_GAP) // 2
        for box in row:
            placed.append(_placed(box, left=x, top=y))
            x += BOX_WIDTH + COLUMN_GAP
        y += max(_size(box) for box in row) + ROW_GAP
    arrows = _not_implied(boxes)
    used = {(box.name, need) for box in boxes for need in box.uses}
    return Layout(
        boxes=tuple(placed),
        uses=tuple(arrow for arrow in arrows if arrow in used),
        follows=tuple(arrow for arrow in arrows if arrow not in used),
        width=left + width,
        height=y - ROW_GAP,
    )


def _depths(boxes: Sequence[Box]) -> Mapping[str, int]:
    """How long the longest chain of stacks above each is."""
    depth: dict[str, int] = {}
    for box in boxes:
        depth[box.name] = max((depth[need] + 1 for need in (*box.uses, *box.follows)), default=0)
    return depth


def _not_implied(boxes: Sequence[Box]) -> tuple[tuple[str, str], ...]:
    needs = {box.name: (*box.uses, *box.follows) for box in boxes}
    reached: dict[str, set[str]] = {}
    for name, direct in needs.items():
        reached[name] = set(direct).union(*(reached[need] for need in direct))
    return tuple(
        (name, need)
        for name, direct in needs.items()
        for need in direct
        if not any(need in reached[other] for other in direct)
    )


def _wrapped(box: Box, *, in_vpc: bool) -> tuple[str, ...]:
    texts = [group.text for group in box.groups if group.in_vpc is in_vpc]
    if not in_vpc and box.others:
        texts.append(f"and {box.others} smaller parts")
    return tuple(
        line if number == 0 else f"   {line}"
        for text in texts
        for number, line in enumerate(textwrap.wrap(text, _CHARACTERS))
    )


def _zones(box: Box, top: int) -> tuple[Zone, ...]:
    zones = []
    y = top + HEADER
    for in_vpc in (True, False):
        lines = _wrapped(box, in_vpc=in_vpc)
        if lines:
            height = len(lines) * LINE + 2 * PADDING + LINE
            zones.append(Zone(in_vpc=in_vpc, lines=lines, top=y, height=height))
            y += height
    return tuple(zones)


def _size(box: Box) -> int:
    return HEADER + sum(zone.height for zone in _zones(box, 0)) + LINE + PADDING


def _placed(box: Box, *, left: int, top: int) -> PlacedBox:
    return PlacedBox(
        box=box,
        left=left,
        top=top,
        height=_size(box),
        zones=_zones(box, top),
        footer=f"uses {', '.join(box.uses)}" if box.uses else "uses no other stack",
    )
