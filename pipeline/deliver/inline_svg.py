"""A drawing as an element of a page: small, of attributes alone, so that it looks the same where styles are stripped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"

#: Digits behind the point of a coordinate: a tenth of a point is finer than a screen shows.
_TENTHS = 10

#: What a style may say that an attribute can say as well (https://www.w3.org/TR/SVG11/styling.html#SVGStylingProperties).
_ATTRIBUTES = frozenset(
    [
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-opacity",
        "stroke-miterlimit",
        "opacity",
        "font-size",
        "font-weight",
        "text-anchor",
        "clip-path",
        "visibility",
    ]
)
#: What it says on every element alike: said once, of the whole.
_COMMON = ("font-family",)

_REFERENCE = re.compile(r"#([^)\"']+)")
_NUMBER = re.compile(r"-?\d{1,9}\.\d+")
_COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")


def inline(drawing: bytes, title: str, description: str) -> str:
    """The SVG that matplotlib wrote as markup to stand in a page, read out as one picture with these words.

    Its metadata goes, for the page says all of it; so do names of elements that nothing refers to, and digits that no
    screen shows.
    """
    root = etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(
        root.iter(f"{_SVG}metadata", f"{_SVG}style", f"{_SVG}title", f"{_SVG}desc", etree.Comment)
    ):
        element.getparent().remove(element)
    for element in root.iter(etree.Element):
        _plain(element)
        if element.tag != f"{_SVG}text":
            element.text = None
        element.tail = None
    _name(root)
    _unwrap(root)
    _, _, wide, high = (root.get("viewBox") or "0 0 1 1").split()
    for name in ("version", "width", "height"):
        root.attrib.pop(name, None)
    root.attrib.update(
        {
            "width": f"{float(wide):.0f}",
            "height": f"{float(high):.0f}",
            "role": "img",
            "aria-labelledby": "map-title map-words",
            "font-family": "sans-serif",
            "stroke-linejoin": "round",
        }
    )
    for place, (tag, name, words) in enumerate(
        (("title", "map-title", title), ("desc", "map-words", description))
    ):
        said = etree.Element(_SVG + tag, id=name)
        said.text = words
        root.insert(place, said)
    return etree.tostring(root, encoding="unicode")


def _plain(element: etree._Element) -> None:
    """Its style as attributes, its numbers short."""
    kept = []
    for said in (element.attrib.pop("style", None) or "").split(";"):
        name, _, value = (part.strip() for part in said.partition(":"))
        if name in _ATTRIBUTES:
            element.set(name, value)
        elif name and name not in _COMMON:
            kept.append(f"{name}:{value}")
    if kept:
        element.set("style", ";".join(kept))
    if (element.get("transform") or "").startswith(("rotate(-0 ", "rotate(0 ")):
        del element.attrib["transform"]
    for name, value in element.attrib.items():
        if name == "d":
            element.set(name, _path(value))
        elif _NUMBER.search(value) and name != "id":
            element.set(name, _NUMBER.sub(lambda found: _short(round(float(found[0]), 2)), value))


def _path(data: str) -> str:
    """The same outline in steps from point to point, to a tenth; those that lead nowhere left out."""
    return "".join(_steps(data))


def _steps(data: str) -> Iterator[str]:
    here, began, last = (0, 0), (0, 0), ""
    for command, numbers in _COMMAND.findall(data):
        if command == "z":
            yield "z"
            here, last = began, "z"
            continue
        values = [round(float(number) * _TENTHS) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        if command == "L" and points == [here]:
            continue
        step = [coordinate - at for point in points for coordinate, at in zip(point, here, strict=True)]
        written = "".join(_joined(_short(number / _TENTHS) for number in step))
        # A command is not written again; behind an m, points are lines already.
        letter = "" if command == last and command != "M" else command.lower()
        yield letter + (written if letter or written.startswith("-") else f" {written}")
        here, last = points[-1], command
        if command == "M":
            began = here


def _joined(numbers: Iterator[str]) -> Iterator[str]:
    """Numbers with a blank between two where the sign of the second does not part them."""
    for nth, number in enumerate(numbers):
        yield number if not nth or number.startswith("-") else f" {number}"


def _short(number: float) -> str:
    text = f"{number:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _name(root: etree._Element) -> None:
    """Names that are referred to, short and unlike those of the page; no others."""
    found = {
        name
        for element in root.iter(etree.Element)
        for attribute, value in element.attrib.items()
        if attribute == _LINK or "url(" in value
        for name in _REFERENCE.findall(value)
    }
    named = {name: f"map{nth}" for nth, name in enumerate(sorted(found))}
    for element in root.iter(etree.Element):
        own = element.attrib.pop("id", None)
        if own in named:
            element.set("id", named[own])
        for attribute, value in element.attrib.items():
            if attribute == _LINK or "url(" in value:
                element.set(attribute, _REFERENCE.sub(lambda one: f"#{named[one[1]]}", value))


def _unwrap(root: etree._Element) -> None:
    """Take away groups that say nothing of what is in them."""
    for group in list(root.iter(f"{_SVG}g")):
        parent = group.getparent()
        if parent is not None and not group.attrib:
            place = parent.index(group)
            parent[place : place + 1] = list(group)
