"""Where each box of a picture lies: columns by how deep a stack stands on others, network and data first."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.infra.diagram.box import Box

LINE = 17
BOX_WIDTH = 300
COLUMN_GAP = 90
ROW_GAP = 34
MARGIN = 36
HEADER = 42
PADDING = 12
_CHARACTERS = 44


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
    def middle(self) -> int:
        """Half way down."""
        return self.top + self.height // 2


@dataclass(frozen=True, kw_only=True)
class Layout:
    """All boxes, and the size of the picture without margins below."""

    boxes: tuple[PlacedBox, ...]
    width: int
    height: int

    def at(self, name: str) -> PlacedBox:
        """The box of the stack called ``name``."""
        return next(placed for placed in self.boxes if placed.box.name == name)


def layout(boxes: Sequence[Box], *, left: int, top: int) -> Layout:
    """Place the boxes to the right of ``left`` and below ``top``, pixels."""
    depth = _depths(boxes)
    columns = [[box for box in boxes if depth[box.name] == column] for column in range(max(depth.values()) + 1)]
    heights = {box.name: _size(box) for box in boxes}
    tallest = max(sum(heights[box.name] + ROW_GAP for box in column) for column in columns)
    placed = []
    for number, column in enumerate(columns):
        used = sum(heights[box.name] + ROW_GAP for box in column)
        # What a column has to spare goes between its boxes, so that all columns are about as tall.
        spare = (tallest - used) // (len(column) + 1)
        y = top + spare
        for box in column:
            x = left + number * (BOX_WIDTH + COLUMN_GAP)
            placed.append(_placed(box, left=x, top=y))
            y += heights[box.name] + ROW_GAP + spare
    return Layout(
        boxes=tuple(placed),
        width=left + len(columns) * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP,
        height=top + tallest,
    )


def _depths(boxes: Sequence[Box]) -> Mapping[str, int]:
    """How long the longest chain of stacks below each is; ``boxes`` come after those that they need."""
    depth: dict[str, int] = {}
    for box in boxes:
        depth[box.name] = max((depth[need] + 1 for need in (*box.uses, *box.follows)), default=0)
    return depth


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
