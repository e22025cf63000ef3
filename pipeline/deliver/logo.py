"""The sign of an office for its pages: a PNG or an SVG, known by what is in it, that reaches for nothing outside."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import Literal

from lxml import etree
from PIL import Image

from pipeline.intake.records import SourceError

#: Bytes of a file, dots of a side, and elements of a drawing at most.
LARGEST, DOTS, ELEMENTS = 1_000_000, 4000, 20_000
#: A sign so many times as wide as high leaves no room for a title.
LONGEST = 8.0

_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = (
    "script",
    "foreignObject",
    "iframe",
    "animate",
    "animateTransform",
    "animateMotion",
    "set",
    "handler",
)
#: What an address inside a drawing may be: a part of it, or a picture that is written into it.
_INSIDE = re.compile(r"\s*(#|data:image/(png|jpeg);base64,)", re.IGNORECASE)
_ADDRESS = re.compile(r"url\(\s*['\"]?(?!\s*#)", re.IGNORECASE)
_HINT = "PNG か、外のファイルを使わない SVG を選んでください。"


@dataclass(frozen=True, slots=True)
class Logo:
    """A checked picture; ``shape`` is how many times as wide as high it is."""

    kind: Literal["png", "svg"]
    content: bytes
    shape: float


def logo(content: bytes, name: str) -> Logo:
    """Check a file by what is in it.

    Raises
    ------
    SourceError
        for what is no PNG or SVG, is too large, or holds scripts or addresses outside of itself.
    """
    if len(content) > LARGEST:
        raise SourceError(
            f"ロゴ「{name}」は大きすぎます（{len(content) / 1e6:.1f} MB）。{LARGEST / 1e6:.0f} MB までの{_HINT}"
        )
    if content.startswith(_PNG):
        return _png(content, name)
    if b"<svg" in content[:4000] or b":svg" in content[:4000]:
        return _svg(content, name)
    raise SourceError(f"ロゴ「{name}」は PNG でも SVG でもありません。{_HINT}")


def _png(content: bytes, name: str) -> Logo:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
                wide, high = image.size
                if max(wide, high) <= DOTS:
                    # Drawn anew: nothing but the picture is taken over.
                    made = io.BytesIO()
                    image.convert("RGBA").save(made, "PNG")
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise SourceError(f"ロゴ「{name}」は壊れていて開けません。{_HINT}") from error
    if max(wide, high) > DOTS:
        raise SourceError(
            f"ロゴ「{name}」は大きすぎます（{wide}×{high} ドット）。1辺を {DOTS} ドットまでにしてください。"
        )
    return Logo("png", made.getvalue(), _shape(wide / high, name))


def _svg(content: bytes, name: str) -> Logo:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"ロゴ「{name}」は SVG として読めません。{_HINT}") from error
    if root.tag != f"{_SVG}svg":
        raise SourceError(f"ロゴ「{name}」は SVG ではありません。{_HINT}")
    if (
        root.getroottree().docinfo.internalDTD is not None
        and root.getroottree().docinfo.internalDTD.entities()
    ):
        raise SourceError(f"ロゴ「{name}」には実体の宣言があり、使えません。{_HINT}")
    for number, node in enumerate(root.iter()):
        if number > ELEMENTS:
            raise SourceError(f"ロゴ「{name}」は複雑すぎます（図形が {ELEMENTS:,} を超えます）。{_HINT}")
        _harmless(node, name)
    wide, high = _sides(root)
    if not wide or not high:
        raise SourceError(f"ロゴ「{name}」に大きさ（width と height か viewBox）が書かれていません。")
    for entity in root.iter(etree.Entity, etree.ProcessingInstruction):
        raise SourceError(f"ロゴ「{name}」には「{entity.text}」の指定があり、使えません。{_HINT}")
    return Logo("svg", etree.tostring(root), _shape(wide / high, name))


def _harmless(node: etree._Element, name: str) -> None:
    """SourceError for what acts by itself or reaches outside."""
    if not isinstance(node.tag, str):
        return
    tag = etree.QName(node).localname
    if tag in _ACTIVE or any(etree.QName(key).localname.lower().startswith("on") for key in node.attrib):
        raise SourceError(f"ロゴ「{name}」にはスクリプトなど動く部分（{tag}）があり、使えません。{_HINT}")
    styles = [*node.attrib.values(), node.text or "" if tag == "style" else ""]
    hrefs = [value for key, value in node.attrib.items() if etree.QName(key).localname in ("href", "src")]
    if any(not _INSIDE.match(value) for value in hrefs) or any(
        _ADDRESS.search(text) or "@import" in text for text in styles
    ):
        raise SourceError(f"ロゴ「{name}」は外のファイルを読みこみます（{tag}）。{_HINT}")


def _sides(root: etree._Element) -> tuple[float, float]:
    """Width and height of a drawing in any unit they share; 0 where it does not say them."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    given = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    found = [re.match(r"\s*(\d+\.?\d*(?:e[+-]?\d{1,2})?)(?!.*%)", text) for text in given]
    wide, high = (float(one.group(1)) if one else 0.0 for one in found)
    return wide, high


def _shape(shape: float, name: str) -> float:
    if not 1 / LONGEST <= shape <= LONGEST:
        raise SourceError(f"ロゴ「{name}」は細長すぎます。縦横の比を 1:{LONGEST:.0f} までにしてください。")
    return shape
