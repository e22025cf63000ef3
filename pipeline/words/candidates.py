"""The words of the candidates for a tie: their reasons, the evidence of each, the rule of their order; as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from geo.insight.gaps import (
    NEAR_KM,
    SEVERAL,
    SIMILAR,
    STRONG,
    UNUSED,
    USUAL,
    WEIGHED,
    Candidate,
    Reason,
    points,
)
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from pipeline.intake.seekers import Seeker, Seekers
from pipeline.words import view as words
from pipeline.words.correction_words import marks
from pipeline.words.dates import date_in_wareki

#: Lines of evidence for one reason; the rest is counted.
EVIDENCE = 4

#: A reason in one word; that other origins are partners is called by their word.
KINDS = {
    "listed": "ほかの資料",
    "seeking": "募集",
    "agreement": "協定",
    "elsewhere": "条件の外",
    "network": "同じ集まり",
    "similar": "似た分野",
    "near": "近く",
}


def kind_name(kind: str, naming: Naming) -> str:
    """A kind of reason (``geo.insight.gaps.REASONS``) in one word."""
    return KINDS.get(kind) or naming.others


#: Of a candidate that nothing speaks for.
NO_REASON = "使っている種類の理由は、資料に見つかりません"

#: What the weight of a kind of reason is called.
WEIGHTS = {UNUSED: "使わない", USUAL: "ふつう", STRONG: "重視"}


def rule(naming: Naming, weights: Mapping[str, int] | None = None, seeking: str = "") -> str:
    """By what the candidates are ordered, and what the kinds of reasons mean that have a bound.

    ``weights`` are those of ``geo.insight.gaps.candidates``; ``seeking`` is the title of the list of those that seek
    partners, where there is one.
    """
    weights = weights or {}
    parts = [f"並びの決まり: 理由の種類が多い順です{weighing(naming, weights, bool(seeking))}。"]
    parts.append(f"同じなら、すでに連携している{naming.others}が多い順、次に、今の連携相手に近い順です。")
    meanings = {
        "seeking": f"読み込んだ「{seeking}」で、連携先を募集しているもの" if seeking else "",
        "similar": f"{SEVERAL}{naming.noun}以上と連携し、分野ごとの事業の割合が{SIMILAR:.0%}以上重なるもの",
        "near": f"今の連携相手の役所・役場から{NEAR_KM:.0f} km以内のもの",
    }
    told = [
        f"「{KINDS[kind]}」は、{meaning}"
        for kind, meaning in meanings.items()
        if meaning and weights.get(kind, USUAL) != UNUSED
    ]
    return "".join(parts) + ("、".join(told) + "です。" if told else "")


def weighing(naming: Naming, weights: Mapping[str, int], seeking: bool) -> str:
    """What weights change, in brackets: 「（「協定」は2つ分に数え、「近く」は使っていません）」; "" where nothing."""
    kinds = [kind for kind in WEIGHED if kind != "seeking" or seeking]
    strong, unused = (
        "".join(f"「{kind_name(kind, naming)}」" for kind in kinds if weights.get(kind, USUAL) == weight)
        for weight in (STRONG, UNUSED)
    )
    if strong and unused:
        return f"（{strong}は{STRONG}つ分に数え、{unused}は使っていません）"
    return (
        f"（{strong}は{STRONG}つ分に数えます）"
        if strong
        else f"（{unused}は使っていません）"
        if unused
        else ""
    )


class Telling:
    """Candidates in words. What their reasons are made of is looked up once for all of them.

    ``seekers`` is the list that reasons of the kind "seeking" are from.
    """

    def __init__(self, dataset: Dataset, found: Sequence[Candidate], seekers: Seekers | None = None) -> None:
        self.found = found
        self._marks = marks(dataset)
        self._list = seekers
        self._seekers = {row.key: row for row in seekers.rows} if seekers else {}
        self._naming = dataset.naming
        self._dataset = dataset
        self._places, self._titles = dataset.names, dataset.titles
        self._origins = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
        columns = ["origin_code", "project_id", "project_name", "source", "source_line"]
        labels = list({link for one in found for told in one.reasons for link in told.links})
        self._links = {row.Index: row for row in dataset.links.loc[labels, columns].itertuples()}
        columns = ["name", "partner_text", "signed_on", "source", "source_line"]
        agreements = dataset.agreements.set_index("agreement_id")[columns]
        self._agreements = {row[0]: row for row in agreements.itertuples(name="Agreement")}

    def kind(self, told: Reason) -> str:
        """The kind of a reason in one word."""
        return kind_name(told.kind, self._naming)

    def place(self, candidate: Candidate) -> str:
        """Its name with the prefecture."""
        return self._places[candidate.code]

    def reasons(self, candidate: Candidate) -> list[tuple[str, str]]:
        """What speaks for it as a clerk would say it: (the kind in one word, the reason)."""
        met = any(told.kind in ("listed", "elsewhere", "network") for told in candidate.reasons)
        only = "" if met else "。個別の連携は、読み込んだ資料にない"
        return [
            (self.kind(told), self._reason(told) + (only if told.kind == "agreement" else ""))
            for told in candidate.reasons
        ]

    def evidence(self, told: Reason) -> list[str]:
        """Where a reason is printed: who, which project or agreement, which document and line; each once."""
        return ["　".join(line) for line in self.proofs(told)]

    def proofs(self, told: Reason) -> list[tuple[str, str]]:
        """The same in two parts: (what is printed, the document and where in it)."""
        if told.kind == "seeking":
            return [self._row(self._seekers[key]) for key in told.ids]
        if told.kind == "agreement":
            rows = [self._agreements[agreement] for agreement in told.ids]
            return [(row.partner_text, self._dataset.cite(row.source, row.source_line)) for row in rows]
        return [
            (
                f"{self._origins[row.origin_code]}「{row.project_name}」{self._mark(row.project_id)}",
                self._dataset.cite(row.source, row.source_line),
            )
            for row in self._projects(told)
        ]

    def _mark(self, project_id: str) -> str:
        """That a project is not as the document prints it; "" of any other."""
        return f"（{self._marks[project_id]}）" if project_id in self._marks else ""

    def _projects(self, told: Reason) -> list:
        """The first row of each project of a reason."""
        rows: dict[str, tuple] = {}
        for link in told.links:
            rows.setdefault(self._links[link].project_id, self._links[link])
        return list(rows.values())

    def _row(self, row: Seeker) -> tuple[str, str]:
        """A row of the list of those that seek partners, with all that it says, and where it is."""
        assert self._list is not None
        said = filter(None, (row.category, row.wanted, row.date, row.contact))
        return "　".join([row.printed, *said]), f"{self._list.title} {row.place}"

    def _seeking(self, keys: Sequence[str]) -> str:
        assert self._list is not None
        first = self._seekers[keys[0]]
        more = f"ほか{len(keys) - 1}行" if len(keys) > 1 else ""
        wanted = words.shortened(first.wanted or first.category)
        return f"連携先を募集中（{self._list.title} {first.place}{more}{f': {wanted}' if wanted else ''}）"

    def _reason(self, told: Reason) -> str:
        if told.kind == "seeking":
            return self._seeking(told.ids)
        if told.kind == "agreement":
            rows = [self._agreements[agreement] for agreement in told.ids]
            listed = "、".join(f"{row.partner_text}との{row.name}（{_day(row.signed_on)}）" for row in rows)
            return f"{listed}の構成市町村"
        if told.kind in ("listed", "elsewhere", "network"):
            rows = self._projects(told)
            named = f"（「{rows[0].project_name}」" + (f"ほか{len(rows) - 1}件）" if len(rows) > 1 else "）")
            documents = "・".join(dict.fromkeys(self._titles[row.source] for row in rows))
            return {
                "listed": f"{documents}では、すでに連携",
                "elsewhere": "左の条件に入らない事業で、すでに連携",
                "network": "広域の集まりなどで、すでに関わりあり",
            }[told.kind] + named
        if told.kind == "near":
            return f"連携相手の{self._places[told.ids[0]]}から {told.value:.0f} km"
        origins = some_origins([self._origins[code] for code in told.ids], 3, self._naming)
        fields = words.some(told.categories, 3, "・")
        if told.kind == "similar":
            return f"{origins}と連携。分野の割合の重なり {told.value:.0%}（{fields}）"
        return f"{origins}と連携" + (f"（{fields}）" if fields else "")

    def table(self, weights: Mapping[str, int] | None = None) -> pd.DataFrame:
        """The candidates with reasons and evidence as a table, in their order, which ``weights`` were used for."""
        return pd.DataFrame(
            [
                {
                    "順位": place,
                    "団体コード": one.code,
                    "市区町村": self.place(one),
                    "理由の数": len(one.reasons),
                    **({"重みを付けた理由の数": points(one, weights)} if weights else {}),
                    f"連携している{self._naming.others}の数": one.n_origins,
                    "最も近い連携相手までのkm": None
                    if one.distance_km is None
                    else round(one.distance_km, 1),
                    "理由": "／".join(f"{kind}: {said}" for kind, said in self.reasons(one)),
                    "根拠": "／".join(
                        line for told in one.reasons for line in self.evidence(told)[:EVIDENCE]
                    ),
                }
                for place, one in enumerate(self.found, start=1)
            ]
        )


def some_origins(names: Sequence[str], limit: int, naming: Naming) -> str:
    """「港区・北区」, 「港区・北区・荒川区ほか4区」; one more than the limit is named as well."""
    shown = limit if len(names) > limit + 1 else len(names)
    return "・".join(names[:shown]) + (f"ほか{naming.count(len(names) - shown)}" if names[shown:] else "")


def _day(iso: str | None) -> str:
    return f"{date_in_wareki(iso)}、{iso[:4]}年" if isinstance(iso, str) else "締結日不明"


def candidate_credits(dataset: Dataset, selection: Selection) -> list[str]:
    """Whose facts candidates rest on: the documents in force, and those that print the agreements."""
    documents, credits = dataset.documents, words.credits(selection, dataset)
    printed = documents.credit[documents.id.isin(dataset.agreements.source.unique())]
    return [*credits, *(line for line in printed if line not in "　".join(credits))]


def seekers_credit(seekers: Seekers) -> str:
    """What a list of those that seek partners is, whose and as of when."""
    return "　".join(filter(None, (f"募集の一覧: {seekers.title}", seekers.source, day(seekers.date))))


def day(said: str) -> str:
    """An ISO date both ways, 「令和8年10月1日（2026年）」, and any other text as it is."""
    try:
        return f"{date_in_wareki(said)}（{said[:4]}年）"
    except ValueError:
        return said
