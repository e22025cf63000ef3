"""What a rule is, and the note it makes of what was found: rule and parameters, from which its sentence follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import NamedTuple

#: Every parameter of a sentence, whatever its rule, in a clerk's words.
PARAMETERS = {
    "among": "連携元どうしのこと（ひとつのときは何もない）",
    "as_of": "資料の基準日（書かれたとおり）",
    "begun": "その年度までに始まったことが分かる数",
    "bodies": "協定を結んだ団体",
    "body": "協定を結んだ団体",
    "candidates": "候補の自治体",
    "case": "同じ規則のどの文か",
    "category": "連携カテゴリ（書かれたとおり）",
    "code": "団体コード（書かれたとおり）",
    "column": "列の名前",
    "common": "両方の資料にある相手先の数",
    "count": "書かれている数",
    "counted": "数えた数",
    "day": "読み取った月日",
    "definition": "定義のファイルの名前",
    "document": "資料の名前",
    "document_year": "資料の基準日のある年",
    "expected": "正しいと思われる団体コード",
    "file": "ファイルの名前",
    "first_year": "最初の年度",
    "folder": "フォルダの名前",
    "founded": "合併でできた年",
    "last_year": "最後の年度",
    "least": "ありうる最も小さい数",
    "mark": "文が切れているところに付けた印",
    "most": "ありうる最も大きい数",
    "n_partners": "相手方の数",
    "n_years": "書かれた開始年の数",
    "name": "正しいと見た名前",
    "origin": "連携する側の自治体",
    "other_document": "くらべた資料の名前",
    "other_line": "くらべた行",
    "other_project": "くらべた事業の名前",
    "other_year": "くらべた年",
    "partner": "相手方の名前",
    "partners": "相手方（書かれたとおり）",
    "place": "読み取った自治体",
    "places": "読み取った自治体",
    "prefecture": "書かれている都道府県",
    "printed": "誤記と見た文字",
    "project": "事業の名前",
    "reason": "そう読んだ理由",
    "rows": "行の数",
    "stated": "資料に書かれた数",
    "suffix": "「市」「町」「村」など",
    "text": "書かれた文字",
    "twin": "数が入れ替わった相手の団体",
    "unknown": "開始年の分からない数",
    "what": "何の数か",
    "why": "誤りのしかた",
    "year": "年または年度",
    "years": "相手先ごとの年",
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was seen and wants shown: becomes a finding.

    ``rule`` is the id of a rule, ``parameters`` what its sentence was made with.
    """

    severity: str
    rule: str
    line: int | None
    subject: str
    message: str
    suggestion: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict, hash=False)


class Case(NamedTuple):
    """One of several sentences of a rule; what it does not say for itself is the rule's."""

    sentence: str | None = None
    suggestion: str | None = None
    severity: str | None = None


class Words(NamedTuple):
    """All that is said in a case."""

    sentence: str
    suggestion: str
    severity: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding can be of.

    Parameters
    ----------
    id : a stable kebab-case name
    severity : "error" (the build lost something it should have read), "warning" (a person has to look) or "info"
    title : what it looks at, in a clerk's words
    explanation : what such a finding means and what to do
    sentence, suggestion : templates of :meth:`str.format`, with the names of PARAMETERS
    cases : its sentences by name, where it has more than one
    """

    id: str
    severity: str
    title: str
    explanation: str
    sentence: str = ""
    suggestion: str = ""
    cases: Mapping[str, Case] = field(default_factory=dict)

    def words(self, case: str = "") -> Words:
        """What is said in one of the cases, by itself or for the rule; "" is the only one of a rule without cases."""
        own = self.cases[case] if self.cases or case else Case()
        return Words(
            self.sentence if own.sentence is None else own.sentence,
            self.suggestion if own.suggestion is None else own.suggestion,
            self.severity if own.severity is None else own.severity,
        )

    def parameters(self, case: str = "") -> set[str]:
        """The parameters of the sentence and the suggestion of a case."""
        words = self.words(case)
        return {
            part[1]
            for text in (words.sentence, words.suggestion)
            for part in Formatter().parse(text)
            if part[1]
        }

    def note(self, line: int | None, subject: str, case: str = "", /, **parameters: object) -> Note:
        """The note of something found on a line (None: of no line), in the words of the case."""
        words = self.words(case)
        return Note(
            words.severity,
            self.id,
            line,
            subject,
            words.sentence.format(**parameters),
            words.suggestion.format(**parameters),
            {"case": case, **parameters} if case else parameters,
        )
