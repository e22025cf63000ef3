"""A drawing made small for a page: the same outlines in the same places, nothing referred to lost."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.deliver.inline_svg import inline

SVG = "{http://www.w3.org/2000/svg}"
COORDINATE = st.floats(-2000, 2000, allow_nan=False)
POINT = st.tuples(COORDINATE, COORDINATE)
OUTLINE = st.lists(
    st.one_of(
        st.tuples(st.just("L"), st.tuples(POINT)),
        st.tuples(st.just("Q"), st.tuples(POINT, POINT)),
        st.tuples(st.just("C"), st.tuples(POINT, POINT, POINT)),
    ),
    min_size=1,
    max_size=8,
)


def drawing(data: str) -> bytes:
    return f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9.6 4.8">
 <metadata/><defs><style>*{{color: red}}</style><clipPath id="p7"><path d="M 0 0 L 1 1"/></clipPath></defs>
 <g id="axes_1"><g id="patch_1" style="fill: #ff0000; mix-blend-mode: normal"><path d="{data}" clip-path="url(#p7)"/></g>
 <text id="t" transform="rotate(-0 1 2)" style="font-size: 8.163265px; font-family: 'X'">港区 3</text></g>
</svg>""".encode()


def corners(data: str) -> list[tuple[str, float, float]]:
    """Where the points of a path of relative steps lie, each with its command."""
    at = began = (0.0, 0.0)
    found, command = [], ""
    tokens = re.findall(r"[mlqcz]|-?(?:\d+\.?\d*|\.\d+)", data)
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        if command == "z":
            at = began
            continue
        values = [float(tokens.pop(0)) for _ in range({"m": 2, "l": 2, "q": 4, "c": 6}[command])]
        points = [(at[0] + x, at[1] + y) for x, y in zip(values[::2], values[1::2], strict=True)]
        found += [(command, *point) for point in points]
        at = points[-1]
        if command == "m":
            began, command = at, "l"
    return found


@given(st.lists(st.tuples(POINT, OUTLINE), min_size=1, max_size=3))
def test_outlines_keep_their_places_to_a_tenth(pieces):
    data, wanted = "", []
    for start, steps in pieces:
        for command, points in [("M", (start,)), *steps]:
            data += f"{command} {' '.join(f'{x:.6f} {y:.6f}' for x, y in points)} "
            here = [(command.lower(), round(x * 10) / 10, round(y * 10) / 10) for x, y in points]
            # A line to where one is already is no line.
            wanted += [] if command == "L" and wanted and wanted[-1][1:] == here[0][1:] else here
        data += "z "
    (path,) = etree.fromstring(inline(drawing(data), "", "")).findall(f"{SVG}g/{SVG}path")
    told = corners(path.get("d"))
    assert [command for command, *_ in told] == [command for command, *_ in wanted]
    for (_, *one), (_, *other) in zip(told, wanted, strict=True):
        assert abs(one[0] - other[0]) < 0.11
        assert abs(one[1] - other[1]) < 0.11


def test_nothing_that_is_referred_to_or_read_is_lost():
    page = inline(drawing("M 0 0 L 5 5 z"), "題 <b>", "説明")
    root = etree.fromstring(page)
    (path,) = root.findall(f"{SVG}g/{SVG}path")
    assert path.get("clip-path") == f"url(#{root.find(f'.//{SVG}clipPath').get('id')})"
    (text,) = root.iter(f"{SVG}text")
    assert (text.text, text.attrib) == ("港区 3", {"font-size": "8.16px"})
    assert root.find(f"{SVG}g").attrib == {"fill": "#ff0000", "style": "mix-blend-mode:normal"}
    assert root.find(f"{SVG}title").text == "題 <b>"
    assert not list(root.iter(f"{SVG}style", f"{SVG}metadata"))
