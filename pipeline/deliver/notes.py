"""What has to be said with the data wherever it goes: conditions, as of when, meaning of the words, credits."""

from __future__ import annotations

from datetime import UTC, datetime

from geo.insight import comparison, groups
from geo.ledger.dataset import Dataset
from geo.ledger.schema import CONFIDENT
from geo.ledger.selection import Selection
from pipeline.reading.tie_kinds import MANY
from pipeline.words import view as words
from pipeline.words.dates import date_in_wareki


def networks(dataset: Dataset) -> str:
    """What the kinds of tie are."""
    return (
        "個別の連携は、相手方が1つの事業（二者）と、いくつかの団体が名を連ねる事業（複数で）です。広域の集まりは、協議会や"
        f"サミットのような会、{MANY}団体以上が並ぶ事業、{_like(dataset)}一括の記載による連携です。"
    )


def meaning(dataset: Dataset) -> str:
    """What the words of a page mean that a reader may not know."""
    return (
        f"連携率は、連携する市区町村の数を、相手になりうる市区町村の数で割ったものです。{networks(dataset)}"
    )


def _like(dataset: Dataset) -> str:
    """A group of the documents as an example, 「…」のような: the most used whose name says how many they are, if any."""
    used = dataset.links.via.dropna().value_counts(sort=True)
    numbered = used[used.index.str.contains(r"\d+[市町村区]", regex=True)]
    names = (numbered if len(numbered) else used).index
    return f"「{names[0]}」のような" if len(names) else ""


def built(dataset: Dataset) -> datetime:
    """When the tables were built, in UTC: what a file says of its making, so that the same view gives the same bytes."""
    try:
        return datetime.fromisoformat(str(dataset.meta.get("built_at"))).astimezone(UTC)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)


def chosen_origins(dataset: Dataset, selection: Selection) -> list[str]:
    """Names of the chosen origins; none when all are meant."""
    return groups.called(dataset, selection.origins)


def conditions(dataset: Dataset, selection: Selection) -> str:
    """What is in force, as one plain line."""
    chosen = chosen_origins(dataset, selection)
    if len(selection.sources) == 1:
        return words.conditions(selection, dataset, chosen)
    # Asked for by every page, and the same for all of them.
    if "same_projects" not in dataset.counted:
        dataset.counted["same_projects"] = comparison.same_projects(dataset)
    twice = comparison.repeated(dataset.select(selection), dataset.counted["same_projects"])
    return words.conditions(selection, dataset, chosen, twice)


def subject(dataset: Dataset, selection: Selection) -> str:
    """Who the view is about: 「3市」, 「世田谷区」."""
    return groups.subject(dataset, selection.origins)


def credits(dataset: Dataset, selection: Selection, map_credit: str = "") -> list[str]:
    """The credit lines of the documents and of the map, one each.

    ``map_credit`` is for a map that is drawn with other polygons than those of the tables.
    """
    return [*words.credits(selection, dataset), f"地図: {map_credit or dataset.map_credit}"]


def notes(dataset: Dataset, selection: Selection) -> list[tuple[str, str]]:
    """Legend and sources as pairs of a term and what it means."""
    built = str(dataset.meta.get("built_at", ""))[:10]
    return [
        ("条件", conditions(dataset, selection)),
        ("基準日", words.reference_day(dataset) or "不明"),
        ("データを作った日", f"{date_in_wareki(built)}（{built[:4]}年）" if built else "不明"),
        *(("出典", line) for line in credits(dataset, selection)),
        ("1行の意味（連携）", "1つの事業と1つの相手先の組です。相手先が10ある事業は10行になります。"),
        (
            "数え方",
            "市区町村・事業・行の数は別のものです。市区町村は重なりを除き、行政区は市にまとめて数えます。",
        ),
        (
            "地図",
            f"確かさが{CONFIDENT}に満たない相手先と自分の{dataset.naming.noun}は数に入れず、すべてを書き出すときだけ「描かない」として入れています。",
        ),
        ("確かさ", "相手先の読み取りの確かさで、0から1までです。"),
        (
            "一括の記載",
            f"{_like(dataset).replace('のような', 'のように')}まとめて書かれた相手先を、構成する市区町村に広げたものです。",
        ),
        ("連携の形", networks(dataset)),
        (
            "年の根拠",
            "相手方ごとの年（その相手方に書かれた年）、事業全体の年（行に1つ書かれた年）、上の欄の年（上から続く欄の年で、"
            "その相手方の年とは限りません）、不明のどれかです。",
        ),
        ("連携率", "連携する市区町村の数を、その都道府県で相手になりうる市区町村の数で割ったものです。"),
        ("開始年", "資料にないものは空欄（不明）です。西暦の年は、年度のときはその始まりの年です。"),
        (
            "団体コード",
            "全国地方公共団体コードの上5桁です。都道府県は下3桁が000です。文字として入れています。",
        ),
        (
            "指摘",
            f"資料のくいちがいや読み取りの注意です。選んだ{dataset.naming.noun}についてのものと、資料全体についてのもので、"
            "分野や開始年では絞っていません。",
        ),
        *_changes(dataset),
    ]


def _changes(dataset: Dataset) -> list[tuple[str, str]]:
    """What the changes between editions are, where there are any."""
    if dataset.changes.empty:
        return []
    said = (
        "資料の新しい版と、その1つ前の版の違いです。広域の集まりや、地図に描かない相手先も入ります。"
        f"{dataset.naming.noun}と資料だけで絞り、分野や開始年では絞っていません。"
        "書き方だけが変わったものは、最後に並べています。"
    )
    return [("前の版との違い", said)]
