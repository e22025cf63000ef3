"""The sentences and Japanese tables of the screen データと品質: nothing is drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pandas as pd

from geo.ledger.dataset import Dataset
from pages.quality import review
from pages.shared.frame import text
from pages.shared.parts.board import Column
from pipeline import rules
from pipeline.reading.geocode.decisions import Decision
from pipeline.words.claims import Heading
from pipeline.words.dates import to_wareki

STATUS = {"read": "読み込み済み", "missing": "置かれていない"}

_TOKYO = timezone(timedelta(hours=9))


def heading(mentions: pd.DataFrame, noun: str) -> Heading:
    """How many mentions have a place, the answer to stand out."""
    if mentions.empty:
        return Heading(f"この{noun}には、連携相手方の記載がありません。", "", "")
    placed = int((review.states(mentions) == "placed").sum())
    share = _share(placed, len(mentions))
    return Heading(
        f"連携相手方の記載 {len(mentions):,}件のうち、",
        f"{placed:,}件（{share}）",
        "の相手先が決まっています。",
    )


def _share(part: int, whole: int) -> str:
    """A share in per cent; 100% only where nothing is missing."""
    share = part / whole
    return "100%" if part == whole else f"{min(share, 0.999):.1%}"


def key_figures(meta: dict, mentions: pd.DataFrame, findings: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The row of key figures: (what is counted, the figure, its unit or whole)."""
    state = review.states(mentions).value_counts()
    doubtful, waiting = state.get("doubtful", 0), sum(state.get(name, 0) for name in review.WAITING)
    read = [document for document in meta["documents"] if document["status"] == "read"]
    counts = findings.severity.value_counts()
    return [
        ("確認待ちの記載", f"{waiting:,}", f"件・うち候補あり {doubtful:,}"),
        *((f"指摘（{word}）", f"{counts.get(name, 0):,}", "件") for name, word in rules.SEVERITIES.items()),
        ("読み込んだ資料", str(len(read)), f"/ {len(meta['documents'])}"),
    ]


def built_at(meta: dict) -> str:
    """When the build was made, in Japan's time: 「令和8年11月20日 18時44分」."""
    moment = datetime.fromisoformat(meta["built_at"]).astimezone(_TOKYO)
    return f"{to_wareki(moment.year, '年')}{moment.month}月{moment.day}日 {moment.hour}時{moment.minute:02}分"


#: Headings of :func:`documents`.
DOCUMENTS = ("資料", "公表者", "基準日", "状態", "行", "事業", "協定など", "ファイル")


def documents(dataset: Dataset) -> list[tuple]:
    """The documents of a build, read or not; agreements, events and counts are numbered together."""
    others = pd.concat([dataset.agreements.source, dataset.events.source, dataset.partner_counts.source])
    n_others = others.value_counts()

    def count(number: int | None) -> int | str:
        return "—" if number is None else number

    return [
        (
            document["title"],
            document["publisher"],
            f"{document['as_of']}（{document['reference_date'][:4]}年）",
            STATUS.get(document["status"], document["status"]),
            count(document["rows"]),
            count(document["projects"]),
            int(n_others.get(document["id"], 0)) if document["status"] == "read" else "—",
            document["file"] or "",
        )
        for document in dataset.meta["documents"]
    ]


def reconciled(rows: pd.DataFrame) -> tuple[str, list[object]]:
    """What a table of ``review.reconciliation`` adds up to: a sentence, and a row of totals."""
    total = rows.drop(columns="origin").sum()
    parts = total.決定 + total.対象外 + total.未決定
    sentence = (
        f"記載 {total.記載:,} ＝ 決定 {total.決定:,} ＋ 対象外（国外など） {total.対象外:,} ＋ 未決定 {total.未決定:,}"
        f"（うち候補あり {total.候補あり:,}）"
    )
    if parts != total.記載:
        sentence += f"。合いません（{abs(total.記載 - parts):,}件の差）。データを作り直してください"
    return sentence, ["計", *(int(n) for n in total)] if len(rows) > 1 else []


def replaced(reconciliation: list[dict], source: str, origins: Sequence[str]) -> str:
    """How many printed mentions corrections stand for, and how many are theirs; "" where there are none."""
    own = [
        row
        for row in reconciliation
        if row["source"] == source and (not origins or row["origin_code"] in origins)
    ]
    gone, come = (sum(row[name] for row in own) for name in ("replaced", "added"))
    if not gone and not come:
        return ""
    printed = sum(row["mentions"] for row in own) - come + gone
    return (
        f"。印刷された記載は{printed:,}で、訂正で置き換えた{gone:,}を除き、訂正の記載{come:,}を入れています"
    )


def method_bars(mentions: pd.DataFrame) -> list[tuple[str, float, tuple[str, str]]]:
    """The rows of ``review.methods`` as bars."""
    table = review.methods(mentions)
    return [
        (row.name, row.n / table.n.max(), (f"{row.n:,}", f"{row.n / table.n.sum():.1%}"))
        for row in table.itertuples(index=False)
    ]


def made(meta: dict) -> list[tuple[str, str]]:
    """How a build came about, in (name, words): the numbers it was held against, when, and with what."""
    agreed = sum(check["agrees"] for check in meta["checks"])
    versions = "、".join(f"{name} {version}" for name, version in meta["versions"].items() if version)
    return [
        (
            "資料に書かれた合計や団体数との照合",
            f"{len(meta['checks'])}件のうち{agreed}件が合いました。合わないものは「指摘」に出しています。",
        ),
        ("利用条件", "".join(dict.fromkeys(document["licence"] for document in meta["documents"]))),
        ("作成", f"{built_at(meta)}（{versions}）"),
    ]


def band_rows(mentions: pd.DataFrame) -> list[tuple[str, int, str, str]]:
    """The rows of ``review.bands`` as they are shown."""
    return [
        (row.確かさ, row.記載, f"{row.割合:.1%}", row.意味)
        for row in review.bands(mentions).itertuples(index=False)
    ]


def queue_columns(heading: str) -> dict[str, Column]:
    """How mentions are listed, what is not named here is saved with them; ``heading`` is what origins are called."""
    return {
        "記載": Column("記載", width=230),
        "件数": Column("件数"),
        heading: Column(heading, width=76),
        "候補・相手先": Column("候補・相手先", width=120),
        "理由": Column("理由"),
    }


def finding_columns(heading: str) -> dict[str, Column]:
    """How findings are listed; likewise."""
    return {
        "記載": Column("記載", width=150),
        "行": Column("行"),
        heading: Column(heading, lines=0),
        "種類": Column("種類"),
        "重さ": Column("重さ", lines=0),
        "内容": Column("内容"),
    }


def ways_to_decide(editing: bool) -> list[str]:
    """How a person can settle what could not be decided: on the screen, or in the file of decisions."""
    here = "一覧から記載を選ぶと、その理由と、読み取った一覧の行が出ます。"
    if editing:
        return [here, "右に出る選択肢から相手先を選ぶと、記録され、表が作り直されます。"]
    return [
        here,
        "もとの一覧や所管の課で、どの市区町村かを確かめる。",
        "管理者が「koryu app --edit」で起動すると、この画面で決められます。1度決めれば、次からはそのとおりに読み取ります。",
        "決めるまでは地図に描かず、数にも入れません。",
    ]


def rule_bars(findings: pd.DataFrame) -> list[tuple[str, float, tuple[str, str]]]:
    """How many findings of each rule there are (``review.findings``), most first, as bars."""
    counts = findings.groupby(["title", "severity"], sort=False).size().sort_values(ascending=False)
    return [
        (title, n / counts.max(), (rules.SEVERITIES[severity], f"{n:,}"))
        for (title, severity), n in counts.items()
    ]


def queue_table(rows: pd.DataFrame, dataset: Dataset, places: dict[str, str]) -> pd.DataFrame:
    """``review.queue`` with Japanese headings."""
    names = origin_names(dataset)
    return pd.DataFrame(
        {
            "記載": rows.partner_text,
            "件数": rows.n.astype(int),
            dataset.naming.heading: rows.origins.map(
                lambda origins: "・".join(names[origin] for origin in origins)
            ),
            "候補・相手先": [
                "・".join(places[code] for code in (*row.codes, *row.candidates)) for row in rows.itertuples()
            ],
            "理由": rows.reason,
            "資料": rows.source.map(dataset.titles),
            "行": rows.lines.map(lambda lines: "・".join(map(str, lines))),
        }
    )


def queue_facts(item: pd.Series, dataset: Dataset, limit: int = 8) -> list[tuple[str, str]]:
    """A row of ``review.queue`` in (name, words); at most ``limit`` projects are written out."""
    printed = [f"{line:,}行目「{project}」" for line, project in zip(item.lines, item.projects, strict=True)]
    more = f" ほか{len(printed) - limit}件" if len(printed) > limit else ""
    return [
        ("今の扱い", outcome(item, dataset.names)),
        ("理由", item.reason),
        ("候補", "、".join(dataset.names[code] for code in item.candidates)),
        ("出どころ", f"{dataset.titles[item.source]} " + "、".join(printed[:limit]) + more),
    ]


def scope_words(series: str, origin: str, dataset: Dataset) -> str:
    """For which series of documents and origins a decision holds; empty means any."""
    known = dict(zip(dataset.documents.series, dataset.documents.title, strict=True))
    document = f"「{known.get(series, series)}」" if series else "すべての資料"
    if origin:
        return f"{document}の{origin_names(dataset)[origin]}だけ"
    return f"{document}のすべての{dataset.naming.noun}" if series else document


def recorded(decision: Decision, scope: str, places: dict[str, str]) -> str:
    """What was just written down: which name, as which place, for whom (``scope_words``), and by whom."""
    if decision.withdrawn:
        what = "についての人の判断を取り消し、自動の読み取りに戻すと"
    elif decision.codes:
        what = f"は{'、'.join(places[code] for code in decision.codes)}であると"
    else:
        what = "は市区町村ではない（地図に描かない）と"
    return (
        f"「{decision.text}」{what}記録しました。使う範囲は{scope}、判断した人は{decision.decided_by}です。"
    )


def findings_table(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """``review.findings`` with Japanese headings."""
    names = origin_names(dataset)
    return pd.DataFrame(
        {
            "重さ": rows.severity.map(rules.SEVERITIES),
            "種類": rows.title,
            "記載": rows.subject,
            "行": rows.source_line,
            dataset.naming.heading: rows.origin_code.map(names).fillna(""),
            "内容": rows.message,
            "確かめること": rows.suggestion.fillna(""),
            "資料": rows.source.map(dataset.titles),
        }
    )


def finding_labels(rows: pd.DataFrame) -> pd.Series:
    """``review.findings`` in one line each: 「団体コードの誤り：山形県 141行目」; of a long text only how it begins."""
    lines = rows.source_line.map(" {:,}行目".format, na_action="ignore").fillna("")
    return rows.title + "：" + rows.subject.map(text.shortened) + lines


def finding_facts(finding: pd.Series, dataset: Dataset, places: dict[str, str]) -> list[tuple[str, str]]:
    """A row of ``review.findings`` in (name, words)."""
    document = dataset.titles[finding.source]
    return [
        ("記載", finding.subject),
        (
            "出どころ",
            document
            if pd.isna(finding.source_line)
            else dataset.cite(finding.source, int(finding.source_line)),
        ),
        ("内容", finding.message),
        ("データでの扱い", decided(finding, dataset, places)),
        ("確かめること", finding.suggestion if pd.notna(finding.suggestion) else ""),
    ]


def decided(finding: pd.Series, dataset: Dataset, places: dict[str, str]) -> str:
    """What the build made of the place a finding is about."""
    mentions = dataset.mentions
    here = mentions[(mentions.source == finding.source) & (mentions.partner_text == finding.subject)]
    at_line = here[here.source_line == finding.source_line]
    found = at_line if len(at_line) else here
    if found.empty:
        return "印刷されているとおりに数えています。指摘のために変えたところはありません。"
    return outcome(found.iloc[0], places)


def outcome(mention: pd.Series, places: dict[str, str]) -> str:
    """What a mention was read as, and how."""
    if len(mention.codes):
        names = "、".join(places[code] for code in list(mention.codes)[:6])
        more = f"ほか{len(mention.codes) - 6}団体" if len(mention.codes) > 6 else ""
        return f"{names}{more}としました（{text.METHODS.get(mention.method, mention.method)}）。"
    if mention.level == "foreign":
        return "国外の自治体なので、地図には描いていません。"
    if mention.method == "decision":
        return "市区町村ではないと人が決めたので、地図には描いていません。"
    return "決めていません。地図には描いていません。"


def origin_names(dataset: Dataset) -> dict[str, str]:
    """Code → name of the origins, without their prefecture."""
    return dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
