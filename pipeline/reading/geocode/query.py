"""A mention taken apart for the ladder: prefecture, name, what stands in brackets, and what is known beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from geo.places.folding import fold, squeeze
from geo.places.gazetteer import Gazetteer
from geo.places.place import Place
from pipeline.reading.geocode.evidence import Evidence, gather

#: Forms of incorporation that stand before or inside a body's name and say nothing of its place.
INCORPORATION = (
    r"\((?:一社|公社|一財|公財|社|財|株|有|特非|福|社福|独|NPO|NPO法人)\)|[㈱㈲]"
    r"|(?:一般|公益)?(?:社団|財団)法人|社会福祉法人|特定非営利活動法人|認定?NPO法人|NPO法人|独立行政法人"
    r"|国立大学法人|学校法人|株式会社|有限会社|合同会社|合資会社|JA(?=[^A-Za-z])"
)
_INCORPORATION = re.compile(INCORPORATION)
#: Without one of these there is no form of incorporation.
_MAY_INCORPORATE = re.compile("[(㈱㈲法社J]")
#: Without one of these there are no brackets and no remarks.
_MARKED = re.compile(r"[(\[〔【〈<※*]")
_BRACKETS = re.compile(r"[(\[〔【〈<](.*?)[)\]〕】〉>]")
_OPEN_BRACKET = re.compile(r"[(\[〔【〈<].*$")
_REMARK = re.compile(r"[※*].*$")
_TRAILING = re.compile(
    r"(?:[、,・]?(?:(?:など|ほか|他|外|等)\d+(?:[市区町村]+|団体|自治体|都市)|その他|など|ほか|他|等)|[、,。.・:;])++$"
)
#: What _TRAILING may end with.
_LAST = tuple("市区町村体他どか等、,。.・:;")
#: 広島県の府中市, 広島県・府中市, 広島県/府中市, 広島県:府中市
_JOINT = re.compile(r"内?の(?=.)|[・/:](?=[^・/、,]+$)")
#: What a list puts before a name that says only where the one above stands too: 同 盛岡市, 同県盛岡市, 管内名寄市.
_SAME = [re.compile(f"^{same}[::・]?(?=..)") for same in ("同", "同[都道府県郡市]", "管内", "県")]
_BEGIN_SAME = ("同", "管内", "県")
#: What may stand before a name: 犬上郡大字多賀町; the island, 奄美大島龍郷町; the branch office, 宗谷管内稚内市.
_ASIDE = re.compile(
    r"^(?:大字|字|[^市区町村郡]{1,5}?(?:諸島|列島|群島|島(?![諸列群]島))の?|[^市区町村郡]{2,6}?(?:(?:総合)?振興局|支庁)?管内の?)(?=..)"
)
_UNKNOWN_DISTRICT = re.compile("^[^市区町村郡]{1,4}郡(?=..)")
_FORMER = re.compile(r"^[旧元]")
_LEADING = re.compile(r"^[・、,。.○●◎◇◆□■▪\-–—:;]+")

#: A text of more characters is no name of a partner; reading it would take long and find nothing.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """A mention: ``head`` is its text without brackets and trailing 等, ``rest`` the head after the prefecture.

    ``key`` is the fold of ``rest``, character by character. ``stated`` tells a prefecture that stands in the text
    from one that a bracket names or that is only supplied. ``remarks`` are the texts in brackets and after ※.
    """

    text: str
    head: str
    rest: str
    key: str
    evidence: Evidence = Evidence()
    stated: bool = False
    remarks: tuple[str, ...] = ()
    incorporated: bool = False

    @property
    def prefecture(self) -> Place | None:
        """The prefecture it is known to be in."""
        return self.evidence.prefecture

    @property
    def home(self) -> Place:
        """The prefecture, of a query that has one; a stated one always does."""
        if self.prefecture is None:
            raise ValueError(self.text)
        return self.prefecture

    def in_prefecture(self, prefecture: Place | None, *, stated: bool = False) -> Query:
        """Return this query with another prefecture, or none."""
        return replace(self, evidence=replace(self.evidence, prefecture=prefecture), stated=stated)

    def cut(self, rest: str) -> Query:
        """Return this query with another text after the prefecture."""
        return replace(self, rest=rest, key=aligned(rest)[1])

    def ways(self, gazetteer: Gazetteer) -> list[Query]:
        """Return this query as it stands, and without the 郡, 大字, island or branch office before a name."""
        ways = [self]
        if self.evidence.district:
            ways.append(self.cut(self.rest[len(self.evidence.district) :]))
        for before in (_UNKNOWN_DISTRICT, _ASIDE):
            if aside := before.match(ways[-1].rest):
                way = ways[-1].cut(ways[-1].rest[aside.end() :])
                scope = self.prefecture
                if gazetteer.head(way.key, scope)[0] or gazetteer.former_head(way.key, scope)[0]:
                    ways.append(way)
        return ways


def parse(text: str, gazetteer: Gazetteer, prefecture: str | None = None) -> Query:
    """Take a mention apart. ``prefecture`` is one supplied from outside; a printed one wins.

    A text longer than LONGEST has no head.
    """
    if len(text) > LONGEST:
        return Query(text, "", "", "")
    squeezed = squeeze(text)
    head, remarks, incorporated = bare(squeezed)
    head, key = aligned(_without_same(head, gazetteer))
    place, cut = _prefecture_head(head, key, gazetteer)
    if not place and (named := _behind(head, key, gazetteer)):
        head, key = aligned(named)
        place, cut = _prefecture_head(head, key, gazetteer)
    supplied = gazetteer.prefecture(prefecture) if prefecture else None
    return Query(
        text=squeezed,
        head=head,
        rest=head[cut:],
        key=key[cut:],
        evidence=gather(key[cut:], remarks, place, supplied, gazetteer),
        stated=place is not None,
        remarks=remarks,
        incorporated=incorporated,
    )


@lru_cache(maxsize=16)
def bare(text: str) -> tuple[str, tuple[str, ...], bool]:
    """Take away from a text (squeezed) what stands around a name.

    Returns the name; the texts in brackets and after ※; whether there was a form of incorporation. Of two texts of
    which all three are the same :func:`parse` makes the same query, but for its ``text``.
    """
    head = _INCORPORATION.sub("", text) if _MAY_INCORPORATE.search(text) else text
    incorporated = head != text
    head, remarks = _without_remarks(head) if _MARKED.search(head) else (head, ())
    if leading := _LEADING.match(head):
        head = head[leading.end() :]
    if head.endswith(_LAST) and (trimmed := _TRAILING.sub("", head)):
        head = trimmed
    return head, remarks, incorporated


def _without_remarks(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what stands in brackets and after ※, and that."""
    # Behind the last closing bracket none is closed, and to look for that from each of them takes long.
    closed = max(map(text.rfind, ")]〕】〉")) + 1
    remarks = tuple(m[1] for m in _BRACKETS.finditer(text, 0, closed))
    head = _BRACKETS.sub("", text[:closed]) + text[closed:]
    if remark := _REMARK.search(head):
        remarks = (*remarks, remark[0][1:])
        head = head[: remark.start()]
    return _OPEN_BRACKET.sub("", head), remarks


def _without_same(head: str, gazetteer: Gazetteer) -> str:
    """The text without 同 or 管内 before a name that can stand alone, or 旧 before its prefecture or 郡."""
    if (former := _FORMER.sub("", head)) != head:
        key = fold(former)
        if gazetteer.prefecture_head(key) or ("郡" in key and gazetteer.district_head(key)):
            return former
    for same in _SAME if head.startswith(_BEGIN_SAME) else ():
        if (rest := same.sub("", head)) != head:
            key = aligned(rest)[1]
            if any((gazetteer.prefecture_head(key), gazetteer.head(key)[1], gazetteer.former_head(key)[1])):
                return rest
    return head


def _prefecture_head(head: str, key: str, gazetteer: Gazetteer) -> tuple[Place | None, int]:
    """The prefecture that begins the text, printed once or by mistake twice, and where the rest begins."""
    place = gazetteer.prefecture_head(key)
    if not place:
        return None, 0
    cut = len(place.name)
    if key.startswith(key[:cut], cut):
        cut *= 2
    if joint := _JOINT.match(head[cut:]):
        cut += joint.end()
    return place, cut


def _behind(head: str, key: str, gazetteer: Gazetteer) -> str | None:
    """The text with the prefecture and 郡 in front that stand behind the name of one of their places.

    奈義町 岡山県, 飯田市／長野県, 阿智村 長野県下伊那郡, 阿智村 下伊那郡.
    """
    if key[-1:] not in ("都", "道", "府", "県", "郡"):
        return None
    for at in range(len(key) - 2, 1, -1):
        place = gazetteer.prefecture_head(key[at:])
        cut = at + len(place.name) if place else at
        own = key[:at].rstrip("/:")
        if cut == len(key):
            named = gazetteer.by_key(own, place) or gazetteer.by_former(own, place)
        else:
            within = {p.code for p in gazetteer.ever_in_district(key[cut:], place)}
            every = gazetteer.by_key(own, place) + gazetteer.by_former(own, place)
            named = [p for p in every if p.code in within]
        if named:
            return head[at:] + head[: len(own)]
    return None


def aligned(text: str) -> tuple[str, str]:
    """Return ``text`` squeezed and its fold, the same length, so that positions in one are positions in both."""
    squeezed, key = squeeze(text), fold(text)
    return (squeezed, key) if len(squeezed) == len(key) else (key, key)
