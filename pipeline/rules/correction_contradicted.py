"""A correction of what the edition in force prints otherwise than then, and otherwise than corrected."""

from __future__ import annotations

from pipeline.rules.rule import Rule

CORRECTION_CONTRADICTED = Rule(
    id="correction-contradicted",
    severity="warning",
    title="資料とくいちがう訂正",
    explanation=(
        "訂正したあとの版の資料に、訂正する前の値とも、訂正した値とも違うものが書かれています。"
        "この訂正は使わず、資料のとおりに読んでいます。"
    ),
    sentence=(
        "「{project}」の{what}は、訂正では「{name}」ですが、今の版の資料は「{text}」と書いています。訂正は使っていません。"
    ),
    suggestion="どちらが正しいかを確かめ、訂正を取り消すか、あらためて訂正してください。",
)
