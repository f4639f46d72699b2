"""Writes a layout as SVG: equal layouts give equal bytes."""

from collections.abc import Iterator, Sequence
from html import escape

from local.infra.diagram.layout import BOX_WIDTH, HEADER, LINE, MARGIN, PADDING, Layout, PlacedBox

OUTSIDE_WIDTH = 190
_OUTSIDE_LINE = 46
_LEGEND_WIDTH = 920
_XMLNS = "http://www.w3.org/2000/svg"
_STYLE = """
text { font-family: Helvetica, Arial, sans-serif; font-size: 12.5px; fill: #1f2933 }
.title { font-size: 20px; font-weight: bold } .name { font-size: 15px; font-weight: bold; fill: #ffffff }
.small { font-size: 11px; fill: #52606d } .zone { font-size: 10.5px; font-weight: bold; fill: #52606d }
.box { fill: #ffffff; stroke: #334e68; stroke-width: 1.4 } .head { fill: #334e68 }
.vpc { fill: #e3f0fb } .open { fill: #fbf6ea } .outside { fill: #f1f1f1; stroke: #9aa5b1; stroke-dasharray: 5 4 }
.import { fill: none; stroke: #7b8794; stroke-width: 1.3 } .after { fill: none; stroke: #b8c1cb; stroke-dasharray: 4 4 }
.reach { fill: none; stroke: #b44d12; stroke-width: 1.6 }
"""


def draw(layout: Layout, *, title: str, notes: Sequence[str]) -> str:
    """The picture: who reaches in at the left, then the stacks; ``notes`` are lines of text below."""
    width = max(layout.width + MARGIN, _LEGEND_WIDTH)
    height = layout.height + MARGIN + (len(notes) + 5) * LINE
    return "\n".join(
        [
            f'<svg xmlns="{_XMLNS}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            "<defs>",
            *(_head(name, colour) for name, colour in (("import", "#7b8794"), ("reach", "#b44d12"))),
            "</defs>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            _text(MARGIN, 34, title, "title"),
            *_arrows(layout),
            *(line for placed in layout.boxes for line in _box(placed)),
            *_outside(layout),
            *_legend(layout.height + MARGIN),
            *(
                _text(MARGIN, layout.height + MARGIN + (number + 4) * LINE, note, "small")
                for number, note in enumerate(notes)
            ),
            "</svg>",
            "",
        ]
    )


def _box(placed: PlacedBox) -> Iterator[str]:
    x, y = placed.left, placed.top
    yield f'<rect class="box" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{placed.height}"/>'
    yield f'<rect class="head" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{HEADER - 12}"/>'
    yield _text(x + PADDING, y + 21, placed.box.name, "name")
    for zone in placed.zones:
        kind, words = ("vpc", "IN THE VPC") if zone.in_vpc else ("open", "OUTSIDE THE VPC")
        yield (
            f'<rect class="{kind}" x="{x + 6}" y="{zone.top - 6}" width="{BOX_WIDTH - 12}" height="{zone.height - 6}"/>'
        )
        yield _text(x + PADDING, zone.top + 10, words, "zone")
        for number, line in enumerate(zone.lines):
            yield _text(x + PADDING, zone.top + 12 + (number + 1) * LINE, line)
    yield _text(x + PADDING, y + placed.height - 10, placed.footer, "small")


def _arrows(layout: Layout) -> Iterator[str]:
    for placed in layout.boxes:
        needs = [*((name, "import") for name in placed.box.uses), *((name, "after") for name in placed.box.follows)]
        for number, (name, kind) in enumerate(needs):
            producer = layout.at(name)
            start_x, start_y = placed.left, _spread(placed, number, len(needs))
            end_x, end_y = producer.left + BOX_WIDTH, producer.middle
            bend = max((start_x - end_x) // 2, 30)
            marker = ' marker-end="url(#import)"' if kind == "import" else ""
            yield (
                f'<path class="{kind}" d="M {start_x} {start_y} C {start_x - bend} {start_y} {end_x + bend} {end_y}'
                f' {end_x + 2} {end_y}"{marker}/>'
            )


def _spread(placed: PlacedBox, number: int, count: int) -> int:
    return placed.top + placed.height * (number + 1) // (count + 1)


def _outside(layout: Layout) -> Iterator[str]:
    visitors = sorted({visitor for placed in layout.boxes for visitor in placed.box.reached_by})
    for number, visitor in enumerate(visitors):
        y = 70 + number * (_OUTSIDE_LINE + 16)
        yield (f'<rect class="outside" x="{MARGIN}" y="{y}" width="{OUTSIDE_WIDTH}" height="{_OUTSIDE_LINE}" rx="8"/>')
        yield _text(MARGIN + PADDING, y + 18, "OUTSIDE THE ACCOUNT", "zone")
        yield _text(MARGIN + PADDING, y + 36, visitor)
        reached = [placed.box.name for placed in layout.boxes if visitor in placed.box.reached_by]
        yield _text(MARGIN + PADDING, y + _OUTSIDE_LINE + 12, f"reach {', '.join(reached)}", "small")


def _legend(y: int) -> Iterator[str]:
    yield f'<path class="import" d="M {MARGIN} {y + 6} L {MARGIN + 44} {y + 6}" marker-end="url(#import)"/>'
    yield _text(MARGIN + 54, y + 10, "takes values from another stack")
    yield f'<path class="after" d="M {MARGIN + 260} {y + 6} L {MARGIN + 304} {y + 6}"/>'
    yield _text(MARGIN + 314, y + 10, "is only deployed after it")
    for x, kind, words in ((MARGIN + 500, "vpc", "in the VPC, no internet"), (MARGIN + 700, "open", "outside the VPC")):
        yield f'<rect class="{kind}" x="{x}" y="{y - 3}" width="26" height="16"/>'
        yield _text(x + 36, y + 10, words)


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M 0 0 L 8 4 L 0 8 z" fill="{colour}"/></marker>'
    )


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    # Without it, the spaces that indent a continued line would be lost.
    return f'<text x="{x}" y="{y}"{attribute} xml:space="preserve">{escape(text)}</text>'
