"""Rules about the partners of a project: read whole, placed, and printed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from geo.folding import squeeze
from pipeline.findings.context import Context, about
from pipeline.pieces import ENUMERATOR
from pipeline.projects import Project
from pipeline.sources.base import Note

# What stands between names or says "and others": no part of a name, so it need not come back.
_BETWEEN = str.maketrans(
    "",
    "",
    "、,・･/;:。.※&+×|→⇔〜~-‐-―−–ー─━—【】〔〕[]<>〈〉等など及および並びにとや又またはもしくほか他外その",
)


def partner_text_lost(projects: list[Project], context: Context) -> Iterator[Note]:
    """Every character of the partner cells must be in the mentions, and nothing else."""
    for project in projects:
        printed = "".join(ENUMERATOR.sub("", cell.text) for cell in project.record.cells)
        mentioned = "".join(partner.mention.text for partner in project.partners)
        before, after = (Counter(squeeze(text).translate(_BETWEEN)) for text in (printed, mentioned))
        if before != after:
            different = "".join(((before - after) + (after - before)).elements())
            yield about(
                project,
                "partner-text-lost",
                f"「{project.record.name}」の連携相手方の文字のうち「{different}」が、分けた結果と合いません。",
                "読み取りの不具合です。文書の名前を添えて開発者に知らせてください。",
                severity="error",
            )


def partner_unresolved(projects: list[Project], context: Context) -> Iterator[Note]:
    """A mention without a place; a place that was only guessed is said apart."""
    for project in projects:
        for partner in project.partners:
            answer, mention = partner.answer, partner.mention
            if answer.codes or answer.level == "foreign" or answer.method == "decision":
                continue
            names = "、".join(context.gazetteer.place(code).full_name for code in answer.candidates)
            if answer.confidence:
                yield Note(
                    "warning",
                    "partner-uncertain",
                    mention.line,
                    mention.text,
                    f"「{mention.text}」は{names}と思われますが、確かではありません。{answer.reason}",
                    "正しいかどうかを確かめてください。確かめるまで地図には描きません。",
                )
            else:
                yield Note(
                    "warning",
                    "partner-unresolved",
                    mention.line,
                    mention.text,
                    f"「{mention.text}」がどの自治体か決められません。{answer.reason}",
                    f"候補: {names}" if names else "自治体の名前であれば、都道府県名を補って決めてください。",
                )


def partner_repeated(projects: list[Project], context: Context) -> Iterator[Note]:
    """The same mention twice in one list; a misprint of another name, perhaps."""
    for project in projects:
        seen: dict[str, int] = {}
        for partner in project.partners:
            mention = partner.mention
            first = seen.get(squeeze(mention.text))
            if first is not None:
                yield Note(
                    "info",
                    "partner-repeated",
                    mention.line,
                    mention.text,
                    f"「{project.record.name}」の連携相手方に「{mention.text}」が重ねて書かれています。",
                    f"{first}行目と同じです。別の自治体の書き誤りでないかを確かめてください。",
                )
            seen.setdefault(squeeze(mention.text), mention.line)
