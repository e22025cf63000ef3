"""What kind of tie a row speaks of: with one partner, of several together, or a wide network.

Decided by what the row says (its name, its years, the groups it names), never by how many partners it prints alone:
one row may list dozens of agreements with one partner each, and another one network.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geo.ledger.schema import BILATERAL, JOINT, NETWORK
from geo.places.folding import squeeze
from pipeline.intake.records import Record
from pipeline.reading.projects import Partner, Project

#: Of so many partners in one project nobody deals with each.
MANY = 15

#: What a body is called that its members keep up together.
_BODY = (
    "協議会|連合会?|同盟会?|サミット|会議|ネットワーク|連絡会|連盟|懇談会|リーグ|機構|市長会|区長会|町村会|町村長会|首長会"
    "|フォーラム連合|コンソーシアム|プラットフォーム|アライアンス|ワーキンググループ"
)
# The name ends in it, however it goes on to say that something is done there or that one is in it.
_STANDING = re.compile(
    rf"(?:{_BODY})(?:等|など)?(?:関係?事業|事業|活動|(?:へ|に)?の?(?:参加|加盟|参画|加入))?$"
)
_BRACKETS = re.compile(
    r"[(（「『【〈<＜][^()（）「」『』【】〈〉<>＜＞]*[)）」』】〉>＞]|[~〜～][^~〜～]*[~〜～]"
)
_AGREEMENT = re.compile(r"協定|覚書|盟約|協約|申し?合わ?せ|提携")
#: Several agreements in one name: a name of an agreement that ends where another begins.
_ENDS = re.compile(
    r"(?:協定|覚書|盟約|協約)(?:書)?(?!実施|細目|に|の|を|で|締結|等|[)）」』】])(?=.*(?:協定|覚書|盟約|協約))"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of tie (one of geo.ledger.schema.TIES) and why, in Japanese."""

    tie: str
    reason: str


def kinds_of_tie(projects: Iterable[Project]) -> dict[str, Kind]:
    """The kind of tie of every partner, by its id.

    - network: expanded from a group, or printed in one breath with it (青森県、八戸市、県内10市); or the project is a
      standing body (協議会, 連合, サミット, …) of several partners; or MANY partners or more are in it together
    - bilateral: the only partner of its project; or the row is in truth several agreements: its name names several,
      it is an agreement with several start years, or a year is printed for this partner alone
    - joint: what a handful do together

    A document may print one partner a row: rows of one origin that name the same standing body are one list of it.
    """
    projects = list(projects)
    members: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for project in projects:
        members[_list(project)].update(_places(project.partners))
    kinds: dict[str, Kind] = {}
    for project in projects:
        body = len(members[_list(project)]) > 1 and standing_body(project.record.name)
        breaths: dict[int, list[Partner]] = defaultdict(list)
        for partner in project.partners:
            breaths[partner.mention.breath].append(partner)
        for group, years in _groups(project):
            kind = _kind(project.record, body, group, len(_places(project.partners)), years)
            for partner in group:
                kinds[partner.id] = _of_group(partner, breaths[partner.mention.breath]) or kind
    return kinds


def _of_group(partner: Partner, breath: Sequence[Partner]) -> Kind | None:
    """The tie of a partner that was expanded from a group, or is printed in one breath with a large one."""
    if partner.answer.via:
        return Kind(NETWORK, f"「{partner.answer.via}」の一括の記載から広げた相手")
    group = next((other.answer.via for other in breath if other.answer.via), None)
    if group and len(_places(breath)) >= MANY:
        return Kind(NETWORK, f"「{group}」とともに書かれた相手")
    return None


def standing_body(name: str) -> bool:
    """Whether a project's name is that of a standing body: 全国さくらサミット, 産業のまちネットワーク推進協議会.

    What only mentions one is none: 議会議員との交流, サミット大会の記念事業.
    """
    plain = squeeze(name)
    bare = plain
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    inside = [match[0][1:-1] for match in _BRACKETS.finditer(plain)]
    return any(_STANDING.search(text) for text in (bare, *inside))


def _kind(record: Record, body: bool, group: Sequence[Partner], n_all: int, years: set[int]) -> Kind:
    n, plain = len(_places(group)), squeeze(record.name)
    if body:
        return Kind(NETWORK, f"「{record.name}」という集まり")
    if record.singly:
        return Kind(BILATERAL, "相手方を1つずつ挙げた一覧")
    if _ENDS.search(plain):
        return Kind(BILATERAL, "名称にいくつもの協定が並ぶ行")
    if n_all <= 1:
        return Kind(BILATERAL, "相手方が1つの事業")
    if n <= 1 or (len({p.mention.unit for p in group}) == 1 and group[0].mention.year_basis == "partner"):
        return Kind(BILATERAL, "相手方ごとに開始年が書かれた行")
    if len(years) > 1 and _AGREEMENT.search(plain):
        return Kind(BILATERAL, "いくつもの開始年が書かれた協定")
    if n >= MANY:
        return Kind(NETWORK, f"{n}団体が並ぶ1つの事業")
    return Kind(JOINT, f"{n}団体が名を連ねる1つの事業")


def _groups(project: Project) -> Iterator[tuple[list[Partner], set[int]]]:
    """The partners of a project that began together, and the years printed for them.

    Where years are printed for two partners or more, each year begins a group, and those below it without a year of
    their own are in it.
    """
    record, partners = project.record, project.partners
    dated = {p.mention.unit for p in partners if p.mention.year_basis == "partner"}
    groups: list[list[Partner]] = []
    unit, year = -1, None
    for partner in partners:
        mention = partner.mention
        own = mention.unit in dated
        other = mention.unit != unit if own else mention.start_year != year and mention.year_basis is not None
        if not groups or (len(dated) > 1 and other):
            groups.append([])
        groups[-1].append(partner)
        unit, year = mention.unit if own else unit, mention.start_year
    for group in groups:
        lines = {partner.mention.line for partner in group}
        printed = [year for cell in record.cells if cell.line in lines for year in cell.years]
        printed += record.years if len(groups) == 1 else ()
        yield group, {year.year for year in printed if year}


def _places(partners: Iterable[Partner]) -> set[str]:
    """What stands for partners: their codes, the text of one without."""
    found: set[str] = set()
    for partner in partners:
        found.update(partner.answer.codes or [squeeze(partner.mention.text)])
    return found


def _list(project: Project) -> tuple[str, str, str]:
    record = project.record
    return record.source, record.origin_code, squeeze(record.name)
