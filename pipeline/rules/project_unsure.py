"""A project of a new edition that may be one of the edition before under another name."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PROJECT_UNSURE = Rule(
    id="project-unsure",
    severity="warning",
    title="前の版と同じか決められない事業",
    explanation=(
        "新しい版の事業が、前の版の事業の名前を変えたものか、別の事業か、決められません。"
        "同じくらい似た事業がほかにもあるためです。違いの表では、終わった事業と始まった事業に分けています。"
    ),
    sentence="{origin}の「{project}」は、前の版の「{other_project}」の名前を変えたものかもしれません。",
    suggestion="両方の版を見比べて、同じ事業かどうかを確かめてください。",
)
