"""What severities and rules of the quality checks are called on a screen and in a report."""

from __future__ import annotations

#: Severity → its word, the gravest first.
SEVERITIES = {"error": "誤り", "warning": "注意", "info": "参考"}

#: Rule → what it looks at, in a clerk's words. Every rule a Note may carry is here.
TITLES = {
    "agreement-members-differ": "協定の構成自治体数のくいちがい",
    "agreement-members-swapped": "協定の構成自治体数の入れ替わり",
    "agreement-total-differs": "協定の合計のくいちがい",
    "category-unknown": "分類表にない連携カテゴリ",
    "code-against-name": "団体コードと名称のくいちがい",
    "code-check-digit": "団体コードの誤り",
    "count-differs": "団体数と相手方の数のくいちがい",
    "date-misprint": "日付の書き誤り",
    "date-unreadable": "読めない日付",
    "document-missing": "置かれていない文書",
    "document-unknown": "登録されていない文書",
    "members-unnamed": "名前の書かれていない相手方",
    "name-missing": "事業名のない行",
    "names-run-together": "区切りのない二つの名称",
    "no-project": "事業のない相手方",
    "ocr-repair": "文字の誤りを補った名称",
    "official-count-differs": "公表された数との比較",
    "outside-table": "表の外の文字",
    "partner-not-in-name": "事業名と相手方のくいちがい",
    "partner-repeated": "同じ相手方の重なり",
    "partner-text-lost": "読み落とした相手方の文字",
    "partner-uncertain": "確かでない相手方",
    "partner-unresolved": "決められない相手方",
    "partners-printed-elsewhere": "離れて印刷された相手方",
    "project-repeated": "同じ事業の重なり",
    "project-without-partners": "相手方のない事業",
    "rows-lost": "読み落とした行",
    "series-damaged": "連番で書き換わった疑い",
    "sources-partners-differ": "文書どうしの相手先の違い",
    "sources-years-differ": "文書どうしの開始年の違い",
    "suffix-doubled": "重なった「市」「町」「村」",
    "suffix-lost": "抜けた「市」「町」「村」",
    "table-remark": "表の注記",
    "text-cut": "途中で切れた文",
    "text-lost": "どこにも入らない文字",
    "trend-agreements-differ": "推移表と協定の数のくいちがい",
    "trend-change-differs": "推移表の増減のくいちがい",
    "trend-total-impossible": "推移表の合計のくいちがい",
    "unread-line": "読めない行",
    "ward-unknown": "特別区でない自治体の行",
    "ward-unreadable": "読めない区の名前",
    "wrong-prefecture": "都道府県の誤り",
    "year-after-document": "文書より後の開始年",
    "year-before-partner": "相手方ができる前の開始年",
    "year-remark": "開始年の欄の注記",
    "year-unreadable": "読めない開始年",
    "years-carried-down": "上の行から補った開始年",
    "years-partners-mismatch": "相手方と開始年の数のくいちがい",
    "years-several": "相手方1つに書かれたいくつもの開始年",
    "years-standing-alone": "離れて印刷された開始年",
}


def title(rule: str) -> str:
    """A rule's title; its own name where a build knows a rule that this version does not."""
    return TITLES.get(rule, rule)
