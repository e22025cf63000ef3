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

import numpy as np
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


def write(words: str, en: str) -> Step:
    """Type years."""

    def take(window: Window) -> None:
        field = window.page.get_by_role("textbox", name="年を入力する")
        field.fill(words)
        field.press("Enter")

    return Step(f"開始年の欄に「{words}」と入れる", f"type {en}", take)


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
    """Which two origins share the most partners, all pairs that do, and how many."""
    towns = {code: tables.towns(own) for code, own in tables.ties.groupby("origin_code")}
    shared = {pair: len(towns[pair[0]] & towns[pair[1]]) for pair in combinations(sorted(towns), 2)}
    most = max(shared.values())
    pairs = ["と".join(tables.places.name[code] for code in pair) for pair, n in shared.items() if n == most]
    return {"pairs": "、".join(pairs), "shared": most}


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


def _lacking(tables: Tables) -> dict[str, object]:
    """What Taito and Arakawa both have, and Sumida has not."""
    taito, arakawa, sumida = (tables.towns(tables.of(name)) for name in ("台東区", "荒川区", "墨田区"))
    return {"n": len((taito & arakawa) - sumida)}


def _alone(tables: Tables) -> dict[str, object]:
    one, other = (tables.towns(tables.of(name)) for name in ("中央区", "葛飾区"))
    return {"both": len(one & other)}


def _ten_years(tables: Tables) -> dict[str, object]:
    last = int(tables.ties.start_year.max())
    before, after = (tables.towns(tables.ties[tables.ties.start_year <= year]) for year in (last - 10, last))
    return {"before": len(before), "after": len(after), "more": len(after) - len(before)}


def _near(tables: Tables) -> dict[str, object]:
    """How many partners of Setagaya in disasters are within 100 km, over the sphere of 6,371 km."""
    own = tables.towns(tables.category(tables.of("世田谷区"), "災害・防災"))
    home = tables.places.loc[tables.code("世田谷区"), ["lat", "lon"]].astype(float)
    there = tables.places.loc[sorted(own), ["lat", "lon"]].astype(float)
    lat, lon, lat0, lon0 = (np.radians(one) for one in (there.lat, there.lon, home.lat, home.lon))
    half = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat0) * np.cos(lat) * np.sin((lon - lon0) / 2) ** 2
    n = int((2 * 6371.0088 * np.arcsin(np.sqrt(half)) <= 100).sum())
    return {"all": len(own), "n": n, "share": f"{n / len(own):.0%}"}


def _agreed(tables: Tables) -> dict[str, object]:
    members = set(pd.read_parquet(tables.build / "agreement_members.parquet").code)
    return {"all": len(members), "n": len(members & tables.towns(tables.ties))}


#: An area of one's own: all of four prefectures, by their codes.
AREA = ("11", "12", "13", "14")


def area() -> bytes:
    """The area as a list of codes."""
    return "".join(f"{number}000\n" for number in AREA).encode()


def _within(tables: Tables) -> dict[str, object]:
    """How many pairs of an origin and a partner in disasters lie inside of the area, and how many outside."""
    own = tables.category(tables.ties, "災害・防災")
    pairs = own[~own.municipality.str.endswith("000")][["origin_code", "municipality"]].drop_duplicates()
    inside = pairs.municipality.str[:2].isin(AREA)
    return {"out": int((~inside).sum()), "inside": int(inside.sum())}


#: Who seeks partners: a place without ties to any origin, one with ties, and one that is nowhere.
SEEKING = (("鳥取県智頭町", "災害協定"), ("群馬県川場村", "物産展"), ("鳥取県無名村", "学校の交流"))


def _board() -> bytes:
    rows = [("自治体名", "求める内容"), *SEEKING]
    return "".join(f"{name},{what}\r\n" for name, what in rows).encode("cp932")


def _seeking(tables: Tables) -> dict[str, object]:
    own = tables.places[tables.places.parent_code.isna()]
    names = dict(zip(own.prefecture + own["name"], own.index, strict=True))
    codes = [names.get(name) for name, _ in SEEKING]
    partners = tables.towns(tables.ties)
    known = [code for code in codes if code]
    return {
        "all": len(codes),
        "new": sum(code not in partners for code in known),
        "met": sum(code in partners for code in known),
        "nowhere": codes.count(None),
    }


def _numbers(places: pd.DataFrame) -> pd.Series:
    """Made-up numbers of inhabitants, one a municipality."""
    own = places[places.parent_code.isna()].sort_index()
    return pd.Series([1_000 + 37 * (7919 * n % 1009) for n in range(len(own))], index=own.index)


def statistics() -> bytes:
    """The numbers as a table in Shift_JIS, as Excel saves it."""
    places = pd.read_csv(ROOT / "data" / "reference" / "municipalities.csv", dtype=str).set_index("code")
    rows = ["団体コード,人口（人）", *(f"{code},{n}" for code, n in _numbers(places).items())]
    return "\r\n".join(["令和7年1月1日現在", *rows]).encode("cp932")


def _together(tables: Tables) -> dict[str, object]:
    """The rank correlation of the numbers and the projects of the prefectures."""
    numbers = _numbers(tables.places)
    # The origins themselves can be nobody's partner here.
    numbers = numbers[~numbers.index.isin(tables.every_link.origin_code)]
    sums = numbers.groupby(numbers.index.str[:2]).sum()
    projects = tables.ties.groupby(tables.ties.municipality.str[:2]).project_id.nunique()
    both = pd.DataFrame({"sums": sums, "projects": projects.reindex(sums.index, fill_value=0)})
    return {"rho": f"{both.sums.rank().corr(both.projects.rank()):+.2f}", "n": len(both)}


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
    Question(
        "平成28年度までに、どれだけとつながっていたか",
        "How far did the wards reach by fiscal 2016?",
        (press("この年までに", "up to a year"), write("H28", en="“H28” as the year")),
        "平成28年度（2016年度）までに始まった連携では、23区は、個別の連携で全国 {prefectures} 都道府県・{towns} 市区町村とつながっています。",
        lambda tables: _reach(tables, tables.ties[tables.ties.start_year <= 2016]),
    ),
    Question(
        "台東区と荒川区の両方にあって、墨田区にない相手はいくつか",
        "How many partners do Taito and Arakawa share that Sumida has not?",
        (
            choose("区", "台東区", "荒川区", "墨田区", en="Taito, Arakawa and Sumida as the wards"),
            go("くらべる", "Compare"),
            press("墨田区にない", "not Sumida"),
        ),
        "個別の連携が台東区・荒川区の両方にあり、墨田区にない市区町村は {n} です。",
        _lacking,
    ),
    Question(
        "中央区と葛飾区に共通の相手はいくつか",
        "How many partners have Chuo and Katsushika in common?",
        (choose("区", "中央区", "葛飾区", en="Chuo and Katsushika as the wards"), go("くらべる", "Compare")),
        "個別の連携が中央区・葛飾区の両方にある市区町村は {both} です。",
        _alone,
    ),
    Question(
        "相手が最も重なる区の組はどれか",
        "Which two wards share the most partners?",
        (go("区の横顔", "Wards"), unfold("区どうしで共通の相手を見る", "Partners in common")),
        "共通の相手が最も多いのは{pairs}の {shared} 市区町村です。",
        _similar,
    ),
    Question(
        "この10年で、相手はどれだけ増えたか",
        "By how much did the partners grow in ten years?",
        (go("くらべる", "Compare"), press("前後比較", "Before and after")),
        "までの{before}市区町村が、令和7年度（2025年度）までに {after}市区町村になりました（{more}増）。",
        _ten_years,
    ),
    Question(
        "世田谷区の災害の相手は、100 km以内にどれだけあるか",
        "How many of Setagaya's partners in disasters are within 100 km?",
        (choose("区", "世田谷区", en="Setagaya as the ward"), go("災害の備え", "Disaster")),
        "災害・防災では、世田谷区の個別の連携の相手{all}市区町村のうち、100 km以内は {share}（{n}）です。",
        _near,
    ),
    Question(
        "広域連携協定の市町村のうち、どれだけと連携しているか",
        "With how many members of the regional agreements is there a tie?",
        (go("推移と協定", "Trends"), press("広域連携協定", "Regional agreements", role="tab")),
        "広域連携協定の {all} 市町村のうち、{n} 市町村",
        _agreed,
    ),
    Question(
        "災害の相手は、同じ災害で被害を受ける区域の外にどれだけあるか",
        "How many partners in disasters lie outside of the area that one event hits?",
        (
            go("災害の備え", "Disaster"),
            unfold("区域を読み込む", "bring an area"),
            bring(
                "区域のファイルを選ぶ",
                "南関東.txt",
                area,
                "区域のファイル（この例は都道府県コードの一覧）を選ぶ",
                "choose the file of the area (here a list of four prefectures)",
            ),
        ),
        "の外は{out}組、中は{inside}組です。",
        _within,
    ),
    Question(
        "連携先を募集している自治体のうち、まだ連携のないのはいくつか",
        "How many of those who seek partners have no tie yet?",
        (
            go("空白を探す", "Gaps"),
            unfold("連携先を募集している自治体の一覧を使う", "use a list of seekers"),
            bring(
                "一覧のファイル",
                "募集.csv",
                _board,
                "募集の一覧のファイルを選ぶ（この例は3件）",
                "choose the list (here of three)",
            ),
        ),
        "一覧の {all} 件のうち、23区（個別の連携）から見て候補になるのは {new}、すでに連携しているのは {met}、自治体が決まらないのは {nowhere} です。",
        _seeking,
    ),
    Question(
        "人口の多い県ほど、事業が多いか",
        "Do more populous prefectures have more projects?",
        (
            go("指標を重ねる", "Indicators"),
            bring(
                "市区町村ごとの数の表",
                "人口.csv",
                statistics,
                "市区町村ごとの数の表を選ぶ（この例の数は作ったもの）",
                "choose a table of numbers (here made up)",
            ),
            press("散布図で", "as a scatter"),
        ),
        "順位の相関係数（スピアマン）は {rho}、値のある都道府県 {n} から求めました。",
        _together,
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
