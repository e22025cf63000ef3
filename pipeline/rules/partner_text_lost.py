"""Characters of the partner cells that are in no mention."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PARTNER_TEXT_LOST = Rule(
    id="partner-text-lost",
    severity="error",
    title="読み落とした相手方の文字",
    explanation=(
        "連携相手方の欄の文字を分けたときに、文字が減ったか増えました。"
        "読み取りの不具合なので、開発者に知らせてください。"
    ),
    sentence="「{project}」の連携相手方の文字のうち「{text}」が、分けた結果と合いません。",
    suggestion="読み取りの不具合です。文書の名前を添えて開発者に知らせてください。",
)
