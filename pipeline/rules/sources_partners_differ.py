"""Partners of an origin that one document has and the other has not."""

from __future__ import annotations

from pipeline.rules.rule import Rule

SOURCES_PARTNERS_DIFFER = Rule(
    id="sources-partners-differ",
    severity="info",
    title="文書どうしの相手先の違い",
    explanation=(
        "同じ自治体について、一方の資料にだけある相手先です。"
        "基準日や載せる範囲の違いのこともあり、どちらかの抜けのこともあります。"
    ),
    sentence=(
        "{origin}: 「{document}」にあって「{other_document}」にない相手先が{counted}あります（両方にある相手先は{common}）。"
        "{places}"
    ),
    suggestion="基準日や載せる範囲の違いか、どちらかの抜けかを確かめてください。",
)
