"""What is printed outside of the tables and is no fact of theirs."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

OUTSIDE_TABLE = Rule(
    id="outside-table",
    severity="info",
    title="表の外の文字",
    explanation=(
        "表題、見出し、合計、ページの印など、事業や協定ではないとみて表に入れなかった文字です。"
        "事業や相手方がまじっていないかだけを見てください。"
    ),
    cases={
        "above": Case(sentence="「{text}」は表より上にあり、事業や協定としては読んでいません。"),
        "agreements": Case(sentence="「{text}」は表題か写真の説明で、協定や事業としては読んでいません。"),
        "calendar": Case(sentence="「{text}」は見出しか本文で、相手方や催しとしては読んでいません。"),
        "chronology": Case(sentence="「{text}」は表題やページの印で、出来事や表の一部ではありません。"),
        "column": Case(sentence="「{text}」は、この資料の表にない列の見出しです。その列は読んでいません。"),
        "figures": Case(
            sentence="「{text}」は、「{partner}」の協定が上の一覧にないか、前にもあるため、表に入れていません。"
        ),
        "list": Case(sentence="「{text}」は、表の中身でない行（{why}）として、読んでいません。"),
        "indicators": Case(sentence="「{text}」の行は、どの自治体の値にもしていません（{why}）。"),
        "no_number": Case(sentence="「{text}」は数として読めないため、「{column}」の値にしていません。"),
        "hidden": Case(sentence="シート「{text}」は非表示になっているため、読んでいません。"),
        "total": Case(sentence="「{text}」は、合計の行です。事業としては読んでいません。"),
    },
)
