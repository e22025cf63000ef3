"""A printed code that no municipality can have."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

CODE_CHECK_DIGIT = Rule(
    id="code-check-digit",
    severity="warning",
    title="団体コードの誤り",
    explanation=(
        "書かれた団体コードの桁数か検査数字（最後の1桁）が正しくなく、どの自治体のコードでもありません。"
        "名称で決めているので、コードを直してください。"
    ),
    sentence="「{text}」のコード {code} は{why}。名称で決めました。",
    cases={
        "expected": Case(suggestion="正しいコードは {expected} と思われます。"),
        "unknown": Case(suggestion="原本のコードを確かめてください。"),
    },
)
