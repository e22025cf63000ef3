"""What the screen データと品質 counts and lists, as tables: no Streamlit, no HTML."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import CONFIDENT
from geo.places.folding import squeeze
from pages.shared.frame import text
from pipeline import rules

#: What became of a mention. The last two wait for a person.
STATES = {
    "placed": "相手先が決まったもの",
    "outside": "市区町村ではないもの",
    "doubtful": "候補はあるが決まらないもの",
    "open": "候補がなく決まらないもの",
}
WAITING = ("doubtful", "open")

#: Confidence from (inclusive), what it is called, and what that means.
BANDS = (
    (1.0, "確か", "名称や団体コードがそのまま一致したか、人が確かめたもの"),
    (0.9, "ほぼ確か", "書き方の違いや文字の誤りを補い、ほかに当てはまる自治体がないもの"),
    (CONFIDENT, "おそらく", "団体の名前や前後の並びから、一つに絞れたもの"),
    (0.01, "不確か", "候補はあるが、決めていないもの"),
    (0.0, "わからない", "自治体を読み取れないもの"),
)

#: What the list of mentions can show.
LISTS = {"waiting": "未決定", "guessed": "補って決めたもの", "decided": "人が決めたもの"}


def states(mentions: pd.DataFrame) -> pd.Series:
    """What became of each mention: a key of STATES."""
    placed = (mentions.codes.map(len) > 0) & (mentions.confidence >= CONFIDENT)
    settled = (mentions.level == "foreign") | (mentions.method == "decision")
    state = pd.Series("open", index=mentions.index)
    state[mentions.candidates.map(len) > 0] = "doubtful"
    state[settled.fillna(False).astype(bool)] = "outside"
    state[placed.fillna(False).astype(bool)] = "placed"
    return state


def reconciliation(meta: dict, mentions: pd.DataFrame, source: str, origins: Sequence[str]) -> pd.DataFrame:
    """Rows, projects and mentions = decided + no municipality + undecided of one document, origin by origin.

    Rows and projects are what the reader counted; the mentions are counted in the table itself.
    """
    own = mentions[mentions.source == source]
    found = pd.crosstab(own.origin_code, states(own)).reindex(columns=list(STATES), fill_value=0)
    rows = [
        {
            "origin": row["origin"],
            "行": row["rows"],
            "事業": row["projects"],
            "記載": row["mentions"],
            "決定": found.placed.get(row["origin_code"], 0),
            "対象外": found.outside.get(row["origin_code"], 0),
            "未決定": found.loc[found.index == row["origin_code"], list(WAITING)].to_numpy().sum(),
            "候補あり": found.doubtful.get(row["origin_code"], 0),
        }
        for row in meta["reconciliation"]
        if row["source"] == source and (not origins or row["origin_code"] in origins)
    ]
    return pd.DataFrame(rows)


def by_document(meta: dict, mentions: pd.DataFrame) -> pd.DataFrame:
    """:func:`reconciliation` of every document as a whole, a row each; ``origin`` is the document's id."""
    found = pd.crosstab(mentions.source, states(mentions)).reindex(columns=list(STATES), fill_value=0)
    counted = pd.DataFrame(meta["reconciliation"]).groupby("source", sort=False)[
        ["rows", "projects", "mentions"]
    ]
    table = counted.sum()
    found = found.reindex(table.index, fill_value=0)
    return pd.DataFrame(
        {
            "origin": table.index,
            "行": table.rows,
            "事業": table.projects,
            "記載": table.mentions,
            "決定": found.placed,
            "対象外": found.outside,
            "未決定": found[list(WAITING)].sum(axis=1),
            "候補あり": found.doubtful,
        }
    ).reset_index(drop=True)


def methods(mentions: pd.DataFrame) -> pd.DataFrame:
    """How many mentions were settled in which way (name, n), and how many not, in the order of text.METHODS."""
    state = states(mentions)
    names = mentions.method.map(text.METHODS).where(state == "placed", state.map(STATES))
    order = [name for name in text.METHODS.values() if name != text.METHODS["none"]]
    counts = names.value_counts().reindex([*order, *list(STATES.values())[1:]], fill_value=0)
    return counts[counts > 0].rename_axis("name").reset_index(name="n")


def bands(mentions: pd.DataFrame) -> pd.DataFrame:
    """How many mentions stand in each band of confidence: 確かさ, 意味, 記載, 割合."""
    rest, rows = mentions.confidence.astype(float), []
    for lowest, name, meaning in BANDS:
        inside = rest >= lowest
        rows.append((name, meaning, int(inside.sum()), inside.sum() / max(len(mentions), 1)))
        rest = rest[~inside]
    return pd.DataFrame(rows, columns=["確かさ", "意味", "記載", "割合"])


def findings(dataset: Dataset, origins: Sequence[str]) -> pd.DataFrame:
    """The findings with the origin they are about (null: a whole document) and their rule's title."""
    table = dataset.findings.reset_index(drop=True)
    table["origin_code"] = dataset.origins_of_findings
    table["title"] = table.rule.map(rules.title)
    return table[table.origin_code.isna() | table.origin_code.isin(origins)] if origins else table


def matching(table: pd.DataFrame, severity: str | None, rule: str | None, words: str) -> pd.DataFrame:
    """The findings of a severity and rule that have every one of some words in what they print or say."""
    if severity:
        table = table[table.severity == severity]
    if rule:
        table = table[table.rule == rule]
    said = (table.subject + "\n" + table.message + "\n" + table.suggestion.fillna("")).map(squeeze)
    for word in words.split():
        hit = said.str.contains(squeeze(word), regex=False)
        table, said = table[hit], said[hit]
    return table


def queue(dataset: Dataset, origins: Sequence[str], kind: str) -> pd.DataFrame:
    """Mentions to look at, those of one text in one document together.

    Parameters
    ----------
    kind : a key of LISTS

    Returns
    -------
    DataFrame
        source, partner_text, n (mentions), origins, lines, projects (tuples), method, level, codes, candidates,
        confidence and reason of the first mention; an index that stays the same while the text waits.
    """
    mentions, state = dataset.mentions, states(dataset.mentions)
    chosen = {
        "waiting": state.isin(WAITING),
        "guessed": (state == "placed") & (mentions.confidence < 1.0),
        "decided": mentions.method == "decision",
    }[kind]
    if origins:
        chosen &= mentions.origin_code.isin(origins)
    table = mentions[chosen.fillna(False).astype(bool)].merge(
        dataset.projects[["project_id", "name"]], on="project_id", how="left"
    )
    rows = {}
    for (source, key), group in table.groupby([table.source, table.partner_text.map(squeeze)], sort=False):
        first = group.iloc[0]
        rows[f"{source}/{key}"] = {
            "source": source,
            "partner_text": first.partner_text,
            "n": len(group),
            "origins": tuple(sorted(group.origin_code.unique())),
            "lines": tuple(group.source_line),
            "projects": tuple(group["name"]),
            **{
                name: first[name]
                for name in ("method", "level", "codes", "candidates", "confidence", "reason")
            },
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def changed(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """How many mentions of two builds were read differently, by their ids."""

    def read(mentions: pd.DataFrame) -> dict:
        columns = (mentions.mention_id, mentions.codes.map(tuple), mentions.method, mentions.reason)
        return {mention: answer for mention, *answer in zip(*columns, strict=True)}

    old, new = read(before), read(after)
    return sum(old.get(mention) != answer for mention, answer in new.items())


def place_labels(dataset: Dataset) -> dict[str, str]:
    """Code → name to search by, with prefecture and reading: 「山形県鶴岡市（つるおかし）」."""
    return {
        code: f"{dataset.names[code]}（{kana}）"
        for table in (dataset.prefectures, dataset.municipalities)
        for code, kana in zip(table.code, table.kana, strict=True)
    }
