"""Several years beside one partner."""

from __future__ import annotations

from pipeline.rules.rule import Rule

YEARS_SEVERAL = Rule(
    id="years-several",
    severity="info",
    title="相手方1つに書かれたいくつもの開始年",
    explanation="相手方1つに開始年がいくつも書かれています。最も早い年を開始年としています。",
    sentence="相手方1つに開始年が{n_years}書かれています。最も早い年を開始年としました。",
    suggestion="原本で、どの相手方がどの年からかを確かめてください。",
)
