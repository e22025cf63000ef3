"""A mention taken apart for the ladder: prefecture, name, and what stands in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from geo.folding import fold, squeeze
from geo.gazetteer import Gazetteer
from geo.places import Place

#: Forms of incorporation that stand before or inside a body's name and say nothing of its place.
INCORPORATION = (
    r"\((?:一社|公社|一財|公財|社|財|株|有|特非|福|社福|独|NPO|NPO法人)\)|[㈱㈲]"
    r"|(?:一般|公益)?(?:社団|財団)法人|社会福祉法人|特定非営利活動法人|認定?NPO法人|NPO法人|独立行政法人"
    r"|国立大学法人|学校法人|株式会社|有限会社|合同会社|合資会社|JA(?=[^A-Za-z])"
)
_INCORPORATION = re.compile(INCORPORATION)
_BRACKETS = re.compile(r"[(\[〔【〈](.*?)[)\]〕】〉]")
_OPEN_BRACKET = re.compile(r"[(\[〔【〈].*$")
_REMARK = re.compile(r"[※*].*$")
_TRAILING = re.compile(
    r"(?:[、,・]?(?:(?:など|ほか|他|外|等)\d+(?:[市区町村]+|団体|自治体|都市)|その他|など|ほか|他|等)|[、,。.・:;])++$"
)
_JOINT = re.compile(r"内?の(?=.)|・(?=[^・、,]+$)")  # 広島県の府中市, 広島県・府中市
_LEADING = re.compile(r"^[・、,。.○●◎◇◆□■▪\-–—:;]+")

#: A text of more characters is no name of a partner; reading it would take long and find nothing.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """A mention: ``head`` is its text without brackets and trailing 等, ``rest`` the head after the prefecture.

    ``key`` is the fold of ``rest``, character by character. ``stated`` tells a prefecture that is printed in the
    text from one that is only supplied. ``remarks`` are the texts in brackets and after ※.
    """

    text: str
    head: str
    rest: str
    key: str
    prefecture: Place | None = None
    stated: bool = False
    remarks: tuple[str, ...] = ()
    incorporated: bool = False

    def without_prefecture(self) -> Query:
        """Return this query without the prefecture that was only supplied."""
        return replace(self, prefecture=None)

    def cut(self, rest: str) -> Query:
        """Return this query with another text after the prefecture."""
        return replace(self, rest=rest, key=aligned(rest)[1])


def parse(text: str, gazetteer: Gazetteer, prefecture: str | None = None) -> Query:
    """Take a mention apart. ``prefecture`` is one supplied from outside; a printed one wins.

    A text longer than LONGEST has no head.
    """
    if len(text) > LONGEST:
        return Query(text, "", "", "")
    squeezed = squeeze(text)
    bare = _INCORPORATION.sub("", squeezed)
    # Behind the last closing bracket none is closed, and to look for that from each of them takes long.
    closed = max(map(bare.rfind, ")]〕】〉")) + 1
    remarks = tuple(m[1] for m in _BRACKETS.finditer(bare, 0, closed))
    head = _BRACKETS.sub("", bare[:closed]) + bare[closed:]
    if remark := _REMARK.search(head):
        remarks = (*remarks, remark[0][1:])
        head = head[: remark.start()]
    head = _OPEN_BRACKET.sub("", head)
    head = _LEADING.sub("", head)
    if trimmed := _TRAILING.sub("", head):
        head = trimmed
    head, key = aligned(head)
    place = next((p for k, p in gazetteer.prefecture_keys.items() if key.startswith(k)), None)
    cut = len(place.name) if place else 0
    if place and (joint := _JOINT.match(head[cut:])):
        cut += joint.end()
    return Query(
        text=squeezed,
        head=head,
        rest=head[cut:],
        key=key[cut:],
        prefecture=place or (gazetteer.prefecture(prefecture) if prefecture else None),
        stated=place is not None,
        remarks=remarks,
        incorporated=bare != squeezed,
    )


def aligned(text: str) -> tuple[str, str]:
    """Return ``text`` squeezed and its fold, the same length, so that positions in one are positions in both."""
    squeezed, key = squeeze(text), fold(text)
    return (squeezed, key) if len(squeezed) == len(key) else (key, key)
