"""Writes a layout as SVG: equal layouts give equal bytes."""

from collections.abc import Iterator, Sequence
from html import escape

from local.infra.diagram.layout import BOX_WIDTH, HEADER, LINE, PADDING, Layout, PlacedBox

MARGIN = 44
TOP = 96
_LEGEND_WIDTH = 960
_XMLNS = "http://www.w3.org/2000/svg"
_STYLE = """
text { font-family: Helvetica, Arial, sans-serif; font-size: 12.5px; fill: #1f2933 }
.title { font-size: 20px; font-weight: bold } .name { font-size: 15px; font-weight: bold; fill: #ffffff }
.small { font-size: 11px; fill: #52606d } .zone { font-size: 10.5px; font-weight: bold; fill: #52606d }
.box { fill: #ffffff; stroke: #334e68; stroke-width: 1.4 } .head { fill: #334e68 }
.vpc { fill: #e3f0fb } .open { fill: #fbf6ea } .account { fill: #f7f9fb; stroke: #9aa5b1; stroke-dasharray: 6 4 }
.import { fill: none; stroke: #7b8794; stroke-width: 1.3 } .after { fill: none; stroke: #b8c1cb; stroke-dasharray: 4 4 }
.reach { font-size: 11px; font-weight: bold; fill: #ffd8a8 }
"""


def draw(layout: Layout, *, title: str, account: str, notes: Sequence[str]) -> str:
    """The picture of one ``account``, with ``notes``, lines of text, below it; ``layout`` begins at (MARGIN, TOP)."""
    width = max(layout.width + MARGIN, _LEGEND_WIDTH)
    frame = layout.height + 24
    height = frame + (len(notes) + 5) * LINE
    return "\n".join(
        [
            f'<svg xmlns="{_XMLNS}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            "<defs>",
            _head("import", "#7b8794"),
            "</defs>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            _text(MARGIN - 20, 34, title, "title"),
            f'<rect class="account" x="{MARGIN - 20}" y="52" width="{layout.width - MARGIN + 40}"'
            f' height="{frame - 52}"/>',
            _text(MARGIN - 8, 72, account, "zone"),
            *_arrows(layout),
            *(line for placed in layout.boxes for line in _box(placed)),
            *_legend(frame + 26),
            *(_text(MARGIN - 20, frame + (number + 4) * LINE, note, "small") for number, note in enumerate(notes)),
            "</svg>",
            "",
        ]
    )


def _box(placed: PlacedBox) -> Iterator[str]:
    x, y = placed.left, placed.top
    yield f'<rect class="box" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{placed.height}"/>'
    yield f'<rect class="head" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{HEADER - 12}"/>'
    yield _text(x + PADDING, y + 21, placed.box.name, "name")
    if placed.box.reached_by:
        words = f"from outside: {', '.join(placed.box.reached_by)}"
        yield (
            f'<text x="{x + BOX_WIDTH - PADDING}" y="{y + 20}" class="reach" text-anchor="end">{escape(words)}</text>'
        )
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
    both = [*((arrow, "import") for arrow in layout.uses), *((arrow, "after") for arrow in layout.follows)]
    for number, ((name, need), kind) in enumerate(both):
        lower, upper = layout.at(name), layout.at(need)
        # Arrows into one box end side by side, so that they can be told apart.
        shift = (number % 5 - 2) * 14
        start, end = lower.left + BOX_WIDTH // 2 + shift, upper.left + BOX_WIDTH // 2 + shift
        bend = max((lower.top - upper.bottom) // 2, 20)
        marker = ' marker-end="url(#import)"' if kind == "import" else ""
        yield (
            f'<path class="{kind}" d="M {start} {lower.top} C {start} {lower.top - bend} {end} {upper.bottom + bend}'
            f' {end} {upper.bottom + 2}"{marker}/>'
        )


def _legend(y: int) -> Iterator[str]:
    x = MARGIN - 20
    yield f'<path class="import" d="M {x} {y - 4} L {x + 40} {y - 4}" marker-end="url(#import)"/>'
    yield _text(x + 48, y, "takes values from another stack")
    yield f'<path class="after" d="M {x + 260} {y - 4} L {x + 300} {y - 4}"/>'
    yield _text(x + 308, y, "is only deployed after it")
    for offset, kind, words in ((490, "vpc", "in the VPC, which has no internet"), (740, "open", "outside the VPC")):
        yield f'<rect class="{kind}" x="{x + offset}" y="{y - 12}" width="26" height="16"/>'
        yield _text(x + offset + 34, y, words)


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M 0 0 L 8 4 L 0 8 z" fill="{colour}"/></marker>'
    )


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    # Without it, the spaces that indent a continued line would be lost.
    return f'<text x="{x}" y="{y}"{attribute} xml:space="preserve">{escape(text)}</text>'
