"""The words and tables of くらべる: nothing is drawn here."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.ledger.origins import Naming
from pages.shared.frame import text
from pages.shared.parts import markup
from pages.shared.parts.board import Column
from pipeline.words.asked_sets import ELSEWHERE, Asked

#: What is asked of an origin where the reader asks of each.
ANSWERS = {"has": "ある", "lacks": "ない", "any": "問わない"}

#: Of whom else a municipality has to be a partner that one lacks: of all others, or of any.
OTHERS = {True: "すべてにある", False: "どれかにある"}

ALONE = "くらべるには、2つ以上の自治体の資料が要ります。「一覧を読み込む」で、ほかの自治体の一覧を加えてください。"


def alone(naming: Naming) -> str:
    """That there is nobody to compare with."""
    return f"資料にあるのは{naming.everyone}だけです。" if naming.origins else "資料に連携元がありません。"


def too_few(naming: Naming) -> str:
    """What to do where fewer than two are chosen, or nothing can be asked."""
    return f"くらべる{naming.noun}を2つ以上選び、問いを決めてください。"


def nothing(noun: str) -> str:
    """What to do where no municipality answers."""
    return f"この問いに合う市区町村はありません。問いか、くらべる{noun}を変えるか、左の条件を広げてください。"


def questions(origins: Sequence[tuple[str, str]], noun: str) -> dict[str, str]:
    """What can be asked of origins (code, name): key → label; the key of what one lacks is its code."""
    everyone = "両方にある" if len(origins) == 2 else f"{len(origins)}{noun}すべてにある"
    return {
        "all": everyone,
        "one": f"1{noun}だけにある",
        **{code: f"{name}にない" for code, name in origins},
        "own": "自分で決める",
    }


def combinations(asked: Asked) -> str:
    """How many municipalities exactly these origins have, as bars; the answers to the question are marked."""
    counted = asked.overlap.combinations
    longest = max(counted.n.max(), 1)
    rows = [
        (
            f"{asked.held_by(row.origins)}{' ◀' if row.answers else ''}",
            row.n / longest,
            (f"{row.n:,}",),
        )
        for row in counted.itertuples(index=False)
    ]
    return markup.block(
        markup.ranking("組合せごとの数", ("市区町村",), rows, of=f"ある{asked.noun}（◀ 問いに合う）")
    )


def summary(asked: Asked) -> str:
    """What 「ある」 means here, and what is in none of the numbers."""
    said = f"「ある」は、今の条件で{asked.claims.ties}の相手であることです。どの数も、重なりを除いた市区町村の数です。"
    if n := asked.overlap.left_out:
        said += f"くらべた{asked.claims.naming.each_other}の連携（相手が{n}{asked.noun}）は、どの数にも入れていません。"
    return said


def table(asked: Asked) -> pd.DataFrame:
    """The municipalities that answer, under Japanese headings; index: code."""
    found = asked.overlap.found
    shown = pd.DataFrame(
        {
            "市区町村": list(found.prefecture + found.name),
            "ある": [asked.held_by(held) for held in found.origins],
            "事業": list(found.n_projects),
            "最初の年": list(text.first_years(found)),
            "年": list(found.first_year),
            "例": [asked.examples(code) for code in found.code],
            "外": [asked.outside(code) for code in found.code],
        },
        index=found.code,
    )
    return shown if (shown["外"] != "").any() else shown.drop(columns="外")


def columns(shown: pd.DataFrame, noun: str) -> dict[str, Column]:
    """How the list is shown."""
    known = {
        "市区町村": Column("市区町村"),
        "ある": Column(f"ある{noun}", lines=2),
        "事業": Column("事業", bar=True),
        "最初の年": Column("最初の年", order="年"),
        "例": Column("事業の例", lines=2),
        "外": Column("条件の外のつながり", lines=2),
    }
    return {name: column for name, column in known.items() if name in shown}


def saved(asked: Asked) -> pd.DataFrame:
    """The municipalities that answer as they are saved: for each origin whether it has them, and with which projects."""
    found, holdings = asked.overlap.found, asked.overlap.holdings.set_index(["code", "origin_code"])
    shown = {
        "団体コード": found.code,
        "都道府県": found.prefecture,
        "市区町村": found.name,
        f"ある{asked.noun}の数": found.n_origins,
        "事業": found.n_projects,
        "最初の年": text.first_years(found),
    }
    for origin in asked.question.origins:
        name = asked.name(origin)
        own = [
            holdings.loc[(code, origin)] if origin in held else None
            for code, held in zip(found.code, found.origins, strict=True)
        ]
        shown[name] = ["なし" if one is None else "あり" for one in own]
        shown[f"{name}の事業数"] = [0 if one is None else int(one.n_projects) for one in own]
        shown[f"{name}の事業"] = ["" if one is None else "、".join(one.projects) for one in own]
        shown[f"{name}の最初の年"] = [
            "" if one is None else text.began(one.first_year, one.first_kind) for one in own
        ]
        ways = [asked.overlap.elsewhere.get((code, origin), "") for code in found.code]
        shown[f"{name}の条件の外のつながり"] = [ELSEWHERE.get(way, "") for way in ways]
    return pd.DataFrame(shown)
