"""Printed numbers: with commas, units, signs of statistics; and whether they can be added up."""

from __future__ import annotations

import re
import unicodedata

from pipeline.intake.source_text import squeeze

#: Marks of Japanese statistics for "no figure": none applies, not surveyed, kept secret, unknown.
MISSING = frozenset(
    [
        "",
        "-",
        "--",
        "―",
        "—",
        "–",
        "ー",
        "‐",
        "−",
        "x",
        "X",
        "χ",
        "…",
        "...",
        "‥",
        "*",
        "**",
        "***",
        "/",
        "・",
    ]
    + ["na", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "不詳", "不明", "未集計", "秘匿", "該当なし", "なし"]
)
_NUMBER = re.compile(r"(?P<minus>[-−▲△]?)(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<unit>\D{0,4})")
UNIT_TEXT = r"[%％‰²/㎢㎡円人台校園院床戸歳才件箇か所世帯百千万億mkhaｍｋ2当たりポイント点倍km]{1,8}|平方キロ(?:メートル)?|平方メートル|ヘクタール|パーセント"
UNIT = re.compile(rf"[(（\[［]\s*(?:単位\s*[:：]?\s*)?(?P<unit>{UNIT_TEXT})\s*[)）\]］]")
UNIT_SAID = re.compile(rf"単位\s*[:：]?\s*(?P<unit>{UNIT_TEXT})")
UNITS = {
    "％": "%",
    "パーセント": "%",
    "km2": "km²",
    "㎢": "km²",
    "平方キロ": "km²",
    "平方キロメートル": "km²",
    "m2": "m²",
    "㎡": "m²",
    "平方メートル": "m²",
    "ヘクタール": "ha",
    "才": "歳",
}
#: Words and units of what cannot be added up from place to place.
_NO_SUM = re.compile("率|割合|構成比|比$|比[（(]|指数|平均|密度|当たり|あたり|年齢|水準|順位|偏差|中央値|倍")
_NO_SUM_UNITS = re.compile(r"[%‰/歳倍]|ポイント|当たり|点")


def number(text: str) -> tuple[float | None, str]:
    """A printed number and the unit behind it; None for what is none.

    >>> number("１２，３４５"), number("▲1.5"), number("28.4％"), number("約３万人"), number("123人")
    ((12345.0, ''), (-1.5, ''), (28.4, '%'), (None, ''), (123.0, '人'))
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    match = _NUMBER.fullmatch(plain)
    if not match or not _well_grouped(match["digits"]):
        return None, ""
    unit = match["unit"]
    if unit and not re.fullmatch(UNIT_TEXT, unit):
        return None, ""
    value = float(match["digits"].replace(",", ""))
    return (-value if match["minus"] else value), UNITS.get(unit, unit)


def _well_grouped(digits: str) -> bool:
    """Whether commas, where there are any, stand before every three digits: 1,234 but not 12,34."""
    whole = digits.split(".")[0]
    return "," not in whole or re.fullmatch(r"\d{1,3}(?:,\d{3})+", whole) is not None


def adds_up(name: str, unit: str) -> bool:
    """Whether numbers of this name and unit can be added up from place to place: people can, shares cannot.

    >>> adds_up("人口", "人"), adds_up("高齢化率", "%"), adds_up("財政力指数", ""), adds_up("人口密度", "人/km²")
    (True, False, False, False)
    """
    return not (_NO_SUM.search(name) or _NO_SUM_UNITS.search(unit))


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no figure."""
    return squeeze(text) in MISSING or text.strip() in MISSING
