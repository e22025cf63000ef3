"""The words of 空白を探す: the sentences, the reasons, their evidence; as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

import pandas as pd

from geo.insight.gaps import GAP, MEMBER, NEAR_KM, SEVERAL, SIMILAR, Candidate, Reason
from geo.ledger.origins import Naming
from pages.shared.frame import text
from pages.shared.frame.finder import PARTNER
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pipeline.words.claims import Claims, Heading
from pipeline.words.dates import date_in_wareki

#: Candidates written out, and lines of evidence for one reason; the rest is counted, and in the CSV.
LIMIT, EVIDENCE = 12, 4

#: Names written out where several share a first place.
TIES = 5

#: Prefectures in the ranking, and the columns of the prefecture table it can go by.
ROWS = 12
RANKS = {"n_partners": "連携の少ない", "coverage": "連携率の低い"}

#: A reason in one word; that other origins are partners is called by their word.
KINDS = {
    "listed": "ほかの資料",
    "agreement": "協定",
    "elsewhere": "条件の外",
    "network": "同じ集まり",
    "similar": "似た分野",
    "near": "近く",
}

#: The words for the origins are put in.
RULE = (
    "並びの決まり: 理由の種類が多い順です。同じなら、すでに連携している{others}が多い順、"
    "次に、今の連携相手に近い順です。"
    f"「似た分野」は、{SEVERAL}{{noun}}以上と連携し、分野ごとの事業の割合が{SIMILAR:.0%}以上重なるもの、"
    f"「近く」は、今の連携相手の役所・役場から{NEAR_KM:.0f} km以内のものです。"
)


def heading(claims: Claims, matrix: pd.DataFrame, n: int) -> Heading:
    """How many prefectures are not reached, or where all are, how many municipalities: ``n`` candidates.

    ``matrix`` is ``geo.insight.gaps.gap_matrix``.
    """
    missing, before = gaps(claims.population.prefectures), f"{claims.strict}{claims.who}と{claims.ties}のない"
    if len(missing):
        unit = "県" if missing["name"].str.endswith("県").all() else "都道府県"
        members = _members(claims, matrix, missing)
        more = (
            f"うち{len(members)}{unit}とは、広域の集まりで一緒です（{text.some(members, TIES)}）。"
            if members
            else ""
        )
        return Heading(f"{before}{unit}は ", f"{len(missing)}{unit}", "です。", more)
    return Heading(f"{before}市区町村は ", f"{n:,}", " です。")


def _members(claims: Claims, matrix: pd.DataFrame, missing: pd.DataFrame) -> list[str]:
    """The names of prefectures not reached with which an origin looked at is in a wide network."""
    rows = matrix[matrix.state == MEMBER]
    if claims.selection.origins:
        rows = rows[rows.origin_code.isin(claims.selection.origins)]
    return list(missing["name"][missing.code.isin(rows.prefecture_code)])


def gaps(prefectures: pd.DataFrame) -> pd.DataFrame:
    """The prefectures that could be reached and are not."""
    return prefectures[~prefectures.reached & (prefectures.n_municipalities > 0)]


def summary(claims: Claims, matrix: pd.DataFrame, totals: pd.DataFrame) -> str:
    """The matrix in words: what is missing, and which origins and prefectures have the most gaps."""
    prefectures = claims.population.prefectures
    missing, start = gaps(prefectures), f"{claims.strict}{claims.who}と{claims.ties}のない都道府県は"
    parts = [f"{start}、{'・'.join(missing['name'])}です。" if len(missing) else f"{start}ありません。"]
    empty = matrix[matrix.state == GAP].prefecture_code.value_counts()
    if len(empty) and len(totals) > 1:
        everyone, names = claims.naming.everyone, prefectures.set_index("code")["name"]
        most = text.some(list(totals.name[totals.n_gaps == totals.n_gaps.max()]), TIES)
        top = text.some(list(names[empty.index[empty == empty.max()].sort_values()]), TIES)
        parts += [
            f"{everyone}のうち、広域の集まりでもつながりのない空白の都道府県が最も多いのは、{most}（{totals.n_gaps.max()}）です。",
            f"空白の{claims.naming.noun}が最も多い都道府県は、{top}（{empty.max()}）です。",
        ]
    return "".join(parts)


def section(claims: Claims, prefecture: pd.Series, n: int, others: Sequence[str]) -> str:
    """What the ``n`` candidates of a prefecture are, and which other origins are linked with it.

    ``prefecture`` is a row of ``geo.insight.metrics.prefecture_table``.
    """
    if not prefecture.n_municipalities:
        return "この条件では対象外です。左の条件を広げるか、ほかの都道府県を選んでください。"
    name = prefecture["name"]
    parts = [claims.drill(prefecture).text]
    if others:
        parts.append(
            f"{claims.scope}{claims.ties}で{name}とつながる{claims.naming.others}は、{_origins(others, 6, claims.naming)}です。"
        )
    parts.append("下は理由の多い順です。" if n else "空白はありません。表でほかのますを選んでください。")
    return "".join(parts)


def everywhere(claims: Claims, n_prefectures: int, n: int) -> str:
    """What the ``n`` candidates are where no prefecture is chosen: those of the unreached ones, or of all."""
    without = f"{claims.ties}のない"
    where = f"{without} {n_prefectures} 都道府県の" if n_prefectures else without
    return (
        f"{where} {n:,} 市区町村を、理由の多い順に並べています。表のますを選ぶと、その都道府県にしぼれます。"
    )


def lowest(prefectures: pd.DataFrame, by: str) -> pd.DataFrame:
    """The prefectures, the emptiest by a column of RANKS first; among equals those with the most municipalities."""
    possible = prefectures[prefectures.n_municipalities > 0]
    keys = [by, "n_partners", "n_municipalities", "code"]
    return possible.sort_values(keys, ascending=[True, True, False, True])


def ranking(claims: Claims, by: str) -> str:
    """The first ROWS of :func:`lowest` as bars of their coverage."""
    listed = lowest(claims.population.prefectures, by)
    rows = [
        (
            row.name,
            row.coverage,
            (_linked(row), f"{row.n_municipalities}", text.percent(row.coverage)),
        )
        for row in listed.head(ROWS).itertuples(index=False)
    ]
    rest = f"（{len(listed)}のうち{len(rows)}）" if len(listed) > len(rows) else ""
    ties = "連携" if claims.selection.networks else "個別"
    return markup.ranking(f"{claims.who}の{RANKS[by]}都道府県{rest}", (ties, "全体", "連携率"), rows)


def _linked(row) -> str:
    """How many partners a prefecture has; 「県のみ」 where it is one itself and no gap, as in the matrix."""
    return str(row.n_partners or (f"{row.name[-1]}のみ" if row.direct else "なし"))


def saved(claims: Claims, prefecture: str, n_prefectures: int, n: int) -> str:
    """What the button that saves the ``n`` candidates says: of which prefectures, as :func:`everywhere` does."""
    without = f"{claims.ties}のない"
    where = f"{prefecture}の{without}" if prefecture else without
    if n_prefectures and not prefecture:
        where = f"{without} {n_prefectures} 都道府県の"
    return f"{where}市区町村 {n:,} をCSVで保存"


def credit(view: View) -> str:
    """Whose facts are shown: the documents in force, and those that print the agreements."""
    agreements = view.dataset.agreements.source.unique()
    documents = view.dataset.documents
    more = documents.credit[documents.id.isin(agreements)]
    return "　".join([view.credit, *(line for line in more if line not in view.credit)])


class Telling:
    """Candidates in words. What their reasons are made of is looked up once for all of them."""

    def __init__(self, view: View, found: Sequence[Candidate]):
        self.found = found
        self._naming = view.naming
        self._dataset = view.dataset
        self._places, self._titles = view.places, view.dataset.titles
        self._origins = dict(zip(view.dataset.origins.code, view.dataset.origins.name, strict=True))
        columns = ["origin_code", "project_id", "project_name", "source", "source_line"]
        labels = list({link for one in found for told in one.reasons for link in told.links})
        self._links = {row.Index: row for row in view.dataset.links.loc[labels, columns].itertuples()}
        columns = ["name", "partner_text", "signed_on", "source", "source_line"]
        agreements = view.dataset.agreements.set_index("agreement_id")[columns]
        self._agreements = {row[0]: row for row in agreements.itertuples(name="Agreement")}

    def _kind(self, told: Reason) -> str:
        return KINDS.get(told.kind) or self._naming.others

    def place(self, candidate: Candidate) -> str:
        """Its name with the prefecture."""
        return self._places[candidate.code]

    def reasons(self, candidate: Candidate) -> list[tuple[str, str]]:
        """What speaks for it as a clerk would say it: (the kind in one word, the reason)."""
        met = any(told.kind in ("listed", "elsewhere", "network") for told in candidate.reasons)
        only = "" if met else "。個別の連携は、読み込んだ資料にない"
        return [
            (self._kind(told), self._reason(told) + (only if told.kind == "agreement" else ""))
            for told in candidate.reasons
        ]

    def evidence(self, told: Reason) -> list[str]:
        """Where a reason is printed: who, which project or agreement, which document and line; each once."""
        if told.kind == "agreement":
            rows = [self._agreements[agreement] for agreement in told.ids]
            return [
                f"{row.partner_text}　{text.source(self._titles[row.source], row.source_line)}"
                for row in rows
            ]
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
        origins = _origins([self._origins[code] for code in told.ids], 3, self._naming)
        fields = text.some(told.categories, 3, "・")
        if told.kind == "similar":
            return f"{origins}と連携。分野の割合の重なり {told.value:.0%}（{fields}）"
        return f"{origins}と連携" + (f"（{fields}）" if fields else "")

    def cards(self, conditions: Sequence[tuple[str, str]]) -> str:
        """The candidates, each with its reasons, the way to its profile and, folded away, the evidence."""
        cards = "".join(self._card(one, conditions) for one in self.found)
        return f'<ol class="k-candidates">{cards}</ol>'

    def _card(self, candidate: Candidate, conditions: Sequence[tuple[str, str]]) -> str:
        listed = "".join(
            f'<li><span class="k-chip">{kind}</span>{escape(words)}'
            for kind, words in self.reasons(candidate)
        )
        lines, n = "", 0
        for told in candidate.reasons:
            found = self.evidence(told)
            n += len(found)
            lines += "".join(f"<li>{self._kind(told)}: {escape(line)}" for line in found[:EVIDENCE])
            if len(found) > EVIDENCE:
                lines += f"<li>{self._kind(told)}: ほか {len(found) - EVIDENCE} 件"
        return (
            f"<li><h3>{escape(self.place(candidate))}</h3><ul>{listed}</ul>"
            f"<details><summary>根拠 {n} 件と出典</summary><ul>{lines}</ul></details>"
            f'<a href="partners?{escape(urlencode([*conditions, (PARTNER, candidate.code)]))}"'
            f' aria-label="{escape(self.place(candidate))} 自治体の横顔">自治体の横顔</a>'
        )

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
                    "理由": "／".join(f"{kind}: {words}" for kind, words in self.reasons(one)),
                    "根拠": "／".join(
                        line for told in one.reasons for line in self.evidence(told)[:EVIDENCE]
                    ),
                }
                for place, one in enumerate(self.found, start=1)
            ]
        )


def cards(view: View, found: Sequence[Candidate], conditions: Sequence[tuple[str, str]] = ()) -> str:
    """The first candidates that something speaks for, how many more there are, and the rule of the order.

    Whoever is a partner by another document is named apart: it is no gap. ``conditions`` are the parameters of the
    address that hold on other screens too.
    """
    told = [candidate for candidate in found if candidate.reasons and not _listed(candidate)]
    html = Telling(view, told[:LIMIT]).cards(conditions) if told else ""
    if len(told) > LIMIT:
        html += f'<p class="k-rest">理由のある候補はほかに {len(told) - LIMIT:,} あります。CSVにすべて入っています。</p>'
    listed = [view.places[one.code] for one in found if _listed(one)]
    if listed:
        html += (
            f'<p class="k-rest">ほかの資料では、すでに連携している市区町村 {len(listed)}: '
            f"{escape(text.some(listed, LIMIT))}</p>"
        )
    return (
        html
        + f'<p class="k-rule">{escape(RULE.format(others=view.naming.others, noun=view.naming.noun))}</p>'
    )


def _listed(candidate: Candidate) -> bool:
    return any(told.kind == "listed" for told in candidate.reasons)


def without_reason(view: View, found: Iterable[Candidate]) -> str:
    """The municipalities of one prefecture that the documents give no reason for, by name."""
    names = [
        view.places[one.code].removeprefix(view.places[one.prefecture_code])
        for one in found
        if not one.reasons
    ]
    if not names:
        return ""
    return (
        f'<p class="k-rest">資料から理由の見つからない市区町村 {len(names)}: {escape("・".join(names))}</p>'
    )


def _origins(names: Sequence[str], limit: int, naming: Naming) -> str:
    """「港区・北区」, 「港区・北区・荒川区ほか4区」; one more than the limit is named as well."""
    shown = limit if len(names) > limit + 1 else len(names)
    return "・".join(names[:shown]) + (f"ほか{naming.count(len(names) - shown)}" if names[shown:] else "")


def _day(iso: str | None) -> str:
    return "締結日不明" if pd.isna(iso) else f"{date_in_wareki(iso)}、{iso[:4]}年"
