"""Questions that planners ask, each with its steps on the screens and its answer: ``docs/questions.md`` is made of them.

``python -m tests.questions`` writes it. Every number of an answer is counted here once more, from the tables of a build
and with nothing of the product; tests/e2e/test_questions.py takes the steps and reads the answer on the screen.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from tests.e2e.serving import Window

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "questions.md"

#: More steps than these are too many.
MOST_STEPS = 3


@dataclass(frozen=True)
class Step:
    """One thing a person does: in words, and in a browser."""

    ja: str
    en: str
    take: Callable[[Window], None]


@dataclass(frozen=True)
class Question:
    """A question, the way to its answer, and what the screen then says.

    ``answer`` is part of the screen's text, with names in braces for what ``count`` makes of the tables.
    """

    ja: str
    en: str
    steps: tuple[Step, ...]
    answer: str
    count: Callable[[Tables], Mapping[str, object]]

    def says(self, tables: Tables) -> str:
        """The answer with its numbers."""
        return self.answer.format(**self.count(tables))


class Tables:
    """The tables of a build, as a person with a spreadsheet would take them."""

    def __init__(self, build: Path) -> None:
        self.build = build
        self.places = pd.read_parquet(
            build / "municipalities.parquet",
            columns=["code", "name", "prefecture", "parent_code", "lat", "lon"],
        ).set_index("code")
        self.prefectures = pd.read_parquet(build / "prefectures.parquet", columns=["code", "name"])
        self.projects = pd.read_parquet(build / "projects.parquet")
        self.mentions = pd.read_parquet(build / "mentions.parquet")
        links = pd.read_parquet(build / "links.parquet")
        self.every_link = links
        #: The document that speaks for the most origins, as the screens open with it.
        self.listed = links.groupby("source").origin_code.nunique().idxmax()
        links = links[(links.source == self.listed) & (links.confidence >= 0.8) & links.partner_code.notna()]
        links = links[~links.level.isin(["foreign", "unresolved"])]
        city = links.partner_code.map(self.places.parent_code)
        links = links.assign(municipality=city.fillna(links.partner_code))
        #: Its ties, wide networks too, without those among the origins.
        self.wide = links[~links.municipality.isin(links.origin_code)]
        #: Individual ties: those the screens count at first.
        self.ties = self.wide[self.wide.tie != "network"]

    def towns(self, ties: pd.DataFrame) -> set[str]:
        """The municipalities among the partners."""
        return {code for code in ties.municipality if not code.endswith("000")}

    def reached(self, ties: pd.DataFrame) -> set[str]:
        """The prefectures with a partner, itself or one of its municipalities: the first two digits."""
        return {code[:2] for code in ties.municipality}

    def of(self, *names: str) -> pd.DataFrame:
        """The individual ties of some origins."""
        codes = [self.code(name) for name in names]
        return self.ties[self.ties.origin_code.isin(codes)]

    def code(self, name: str) -> str:
        """The code of an origin."""
        own = self.places[self.places.name == name]
        return next(code for code in own.index if code in set(self.every_link.origin_code))

    def category(self, ties: pd.DataFrame, name: str) -> pd.DataFrame:
        """Those of projects of a category."""
        own = self.projects[[name in names for names in self.projects.categories]]
        return ties[ties.project_id.isin(own.project_id)]


def go(name: str, en: str) -> Step:
    """Open a screen."""

    def take(window: Window) -> None:
        links = window.page.locator(".st-key-k-nav")
        links.get_by_role("link", name=name, exact=True).click()
        links.locator("a[aria-current=page]", has_text=name).wait_for()

    return Step(f"「{name}」を開く", f"open “{en}”", take)


def choose(label: str, *values: str, en: str) -> Step:
    """Choose in a box, one thing or several."""

    def take(window: Window) -> None:
        box = window.page.get_by_role("combobox", name=label, exact=True)
        for value in values:
            window.reach(box)
            box.fill(value)
            window.page.get_by_role("option", name=value, exact=True).first.wait_for()
            box.press("Enter")
            window.quiet()
        box.press("Escape")

    listed = "」「".join(values)
    return Step(f"「{label}」で「{listed}」を選ぶ", f"choose {en}", take)


def press(name: str, en: str, role: str = "radio") -> Step:
    """Press a button, a tab, or one of several beside each other."""

    def take(window: Window) -> None:
        window.page.get_by_role(role, name=re.compile(re.escape(name))).first.click()

    return Step(f"「{name}」を押す", f"press “{en}”", take)


def unfold(name: str, en: str) -> Step:
    """Open a part that is folded."""

    def take(window: Window) -> None:
        window.page.locator("summary", has_text=name).first.click()

    return Step(f"「{name}」を開く", f"unfold “{en}”", take)


def find(words: str, option: str, en: str) -> Step:
    """Search by name."""

    def take(window: Window) -> None:
        window.page.locator(".st-key-k-find input").fill(words)
        window.page.get_by_role("link", name=re.compile(re.escape(option))).first.click()

    return Step(f"検索欄に「{words}」と入れて選ぶ", f"search for {en}", take)


def bring(label: str, name: str, content: Callable[[], bytes], ja: str, en: str) -> Step:
    """Choose a file of one's own."""

    def take(window: Window) -> None:
        field = window.page.get_by_test_id("stFileUploader").filter(has_text=label)
        field.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content()}
        )

    return Step(ja, en, take)


def _reach(tables: Tables, ties: pd.DataFrame) -> dict[str, object]:
    return {"prefectures": len(tables.reached(ties)), "towns": len(tables.towns(ties))}


def _missing(tables: Tables, ties: pd.DataFrame) -> list[str]:
    reached = tables.reached(ties)
    return [name for code, name in tables.prefectures[["code", "name"]].values if code[:2] not in reached]


def _most(tables: Tables) -> dict[str, object]:
    counts = pd.Series([code[:2] for code in tables.towns(tables.ties)]).value_counts()
    names = {code[:2]: name for code, name in tables.prefectures[["code", "name"]].values}
    return {"name": names[counts.index[0]], "towns": counts.iloc[0]}


def _widest(tables: Tables) -> dict[str, object]:
    counts = {code: len(tables.towns(own)) for code, own in tables.ties.groupby("origin_code")}
    code = max(counts, key=lambda one: counts[one])
    return {"name": tables.places.name[code], "towns": counts[code]}


def _similar(tables: Tables) -> dict[str, object]:
    """Which two origins share the most partners, and how many."""
    towns = {code: tables.towns(own) for code, own in tables.ties.groupby("origin_code")}
    pairs = {(a, b): len(towns[a] & towns[b]) for a, b in combinations(sorted(towns), 2)}
    (a, b), shared = max(pairs.items(), key=lambda pair: pair[1])
    return {"one": tables.places.name[a], "other": tables.places.name[b], "shared": shared}


def _read(tables: Tables) -> dict[str, object]:
    found = int((tables.mentions.level != "unresolved").sum())
    return {"all": f"{len(tables.mentions):,}", "found": f"{found:,}"}


def _official(tables: Tables) -> dict[str, object]:
    counts = pd.read_parquet(tables.build / "partner_counts.parquet")
    whole = counts[counts.name == "合計"].sort_values("year").value
    return {"first": f"{whole.iloc[0]:,}", "last": f"{whole.iloc[-1]:,}"}


def _village(tables: Tables) -> dict[str, object]:
    own = tables.ties[tables.ties.municipality == "10444"]
    return {"n": own.project_id.nunique(), "who": tables.places.name[own.origin_code.iloc[0]]}


QUESTIONS = (
    Question(
        "23区は、全国のどれだけとつながっているか",
        "How far do the 23 wards reach?",
        (),
        "23区は、個別の連携で全国 {prefectures} 都道府県・{towns} 市区町村とつながっています。",
        lambda tables: _reach(tables, tables.ties),
    ),
    Question(
        "墨田区は、どれだけとつながっているか",
        "How far does Sumida reach?",
        (choose("区", "墨田区", en="Sumida as the ward"),),
        "墨田区は、個別の連携で全国 {prefectures} 都道府県・{towns} 市区町村とつながっています。",
        lambda tables: _reach(tables, tables.of("墨田区")),
    ),
    Question(
        "災害・防災では、どれだけとつながっているか",
        "How far do disaster agreements reach?",
        (choose("分野", "災害・防災", en="disaster as the category"),),
        "災害・防災では、23区は、個別の連携で全国 {prefectures} 都道府県・{towns} 市区町村とつながっています。",
        lambda tables: _reach(tables, tables.category(tables.ties, "災害・防災")),
    ),
    Question(
        "個別の連携のない県はどこか",
        "Which prefectures have no individual tie?",
        (go("空白を探す", "Gaps"),),
        "個別の連携のない都道府県は、{names}です。",
        lambda tables: {"names": "・".join(_missing(tables, tables.ties))},
    ),
    Question(
        "世田谷区と個別の連携のない都道府県はいくつか",
        "How many prefectures does Setagaya not reach?",
        (go("空白を探す", "Gaps"), choose("区", "世田谷区", en="Setagaya as the ward")),
        "世田谷区と個別の連携のない都道府県は {n}都道府県です。",
        lambda tables: {"n": len(_missing(tables, tables.of("世田谷区")))},
    ),
    Question(
        "相手の市区町村が最も多い都道府県はどこか",
        "Which prefecture has the most partners?",
        (go("都道府県別", "Prefectures"),),
        "連携する市区町村が最も多いのは、{name}（{towns} 市区町村）です。",
        _most,
    ),
    Question(
        "個別の連携の相手が最も多い区はどこか",
        "Which ward has the most partners?",
        (go("区の横顔", "Wards"),),
        "個別の連携の相手が最も多いのは、{name}（{towns} 市区町村）です。",
        _widest,
    ),
    Question(
        "川場村は、どの区とつながっているか",
        "Which ward is Kawaba tied to?",
        (find("川場村", "川場村", en="Kawaba"),),
        "群馬県川場村は、個別の連携で、{who}と {n} 事業でつながっています。",
        _village,
    ),
    Question(
        "公表された連携自治体の合計は、どう変わったか",
        "How did the published total of partners change?",
        (go("推移と協定", "Trends"),),
        "平成27年度の {first} から令和5年度の {last} になりました。",
        _official,
    ),
    Question(
        "資料に書かれた相手先は、どこまで決まったか",
        "How many of the printed partner names were placed?",
        (go("データと品質", "Data and quality"),),
        "連携相手方の記載 {all}件のうち、{found}件",
        _read,
    ),
)


def page(tables: Tables) -> str:
    """The text of ``docs/questions.md``."""
    lines = [_HEAD]
    for number, one in enumerate(QUESTIONS, 1):
        ja = "<br>".join(f"{n}. {step.ja}" for n, step in enumerate(one.steps, 1)) or "はじめの画面のまま"
        en = "<br>".join(f"{n}. {step.en}" for n, step in enumerate(one.steps, 1)) or "none: the first screen"
        lines.append(f"| {number} | {one.ja}<br>*{one.en}* | {ja}<br>*{en}* | {one.says(tables)} |")
    return "\n".join(lines) + "\n"


_HEAD = """# 20の質問 / Twenty questions

はじめの画面から、どれも3つまでの手順で答えが出ます。答えの数は、入っている資料のものです。
*From the first screen each answer is at most three steps away. The numbers are those of the documents in `data/sources`.*

Written by `python -m tests.questions`; `tests/e2e/test_questions.py` takes the steps in a browser and reads the answers,
whose numbers it counts once more from the tables.

| | 質問 / Question | 手順 / Steps | 答え / Answer |
|---|---|---|---|"""


def main() -> None:
    """Build data/sources and write the page."""
    from pipeline.building.run import build

    with TemporaryDirectory() as folder:
        build(ROOT / "data" / "sources", Path(folder) / "build")
        PAGE.write_text(page(Tables(Path(folder) / "build")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
