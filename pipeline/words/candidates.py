"""The words of the candidates for a tie: their reasons, the evidence of each, the rule of their order; as plain text."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.insight.gaps import NEAR_KM, SEVERAL, SIMILAR, Candidate, Reason
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from pipeline.words import view as words
from pipeline.words.dates import date_in_wareki

#: Lines of evidence for one reason; the rest is counted.
EVIDENCE = 4

#: A reason in one word; that other origins are partners is called by their word.
KINDS = {
    "listed": "ほかの資料",
    "agreement": "協定",
    "elsewhere": "条件の外",
    "network": "同じ集まり",
    "similar": "似た分野",
    "near": "近く",
}


def kind_name(kind: str, naming: Naming) -> str:
    """A kind of reason (``geo.insight.gaps.REASONS``) in one word."""
    return KINDS.get(kind) or naming.others


def rule(naming: Naming) -> str:
    """By what the candidates are ordered, and what the kinds of reasons mean that have a bound."""
    return (
        f"並びの決まり: 理由の種類が多い順です。同じなら、すでに連携している{naming.others}が多い順、"
        "次に、今の連携相手に近い順です。"
        f"「似た分野」は、{SEVERAL}{naming.noun}以上と連携し、分野ごとの事業の割合が{SIMILAR:.0%}以上重なるもの、"
        f"「近く」は、今の連携相手の役所・役場から{NEAR_KM:.0f} km以内のものです。"
    )


class Telling:
    """Candidates in words. What their reasons are made of is looked up once for all of them."""

    def __init__(self, dataset: Dataset, found: Sequence[Candidate]) -> None:
        self.found = found
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
        if told.kind == "agreement":
            rows = [self._agreements[agreement] for agreement in told.ids]
            return [f"{row.partner_text}　{self._dataset.cite(row.source, row.source_line)}" for row in rows]
        return [
            f"{self._origins[row.origin_code]}「{row.project_name}」　{self._dataset.cite(row.source, row.source_line)}"
            for row in self._projects(told)
        ]

    def _projects(self, told: Reason) -> list:
        """The first row of each project of a reason."""
        rows: dict[str, tuple] = {}
        for link in told.links:
            rows.setdefault(self._links[link].project_id, self._links[link])
        return list(rows.values())

    def _reason(self, told: Reason) -> str:
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

    def table(self) -> pd.DataFrame:
        """The candidates with reasons and evidence as a table, in their order."""
        return pd.DataFrame(
            [
                {
                    "順位": place,
                    "団体コード": one.code,
                    "市区町村": self.place(one),
                    "理由の数": len(one.reasons),
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
