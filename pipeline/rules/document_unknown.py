"""A file that no definition describes."""

from __future__ import annotations

from pipeline.rules.rule import Rule

DOCUMENT_UNKNOWN = Rule(
    id="document-unknown",
    severity="warning",
    title="登録されていない文書",
    explanation="一覧のフォルダにあるファイルに、何の資料かを書いた定義（.toml）がないので、読んでいません。",
    sentence="「{file}」が何の資料かを書いた定義がないので、読んでいません。",
    suggestion=("定義のファイル「{definition}」を隣に置いてください。書き方は data/sources の例にあります。"),
)
