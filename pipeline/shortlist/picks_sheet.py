"""The candidates that are taken along as a workbook, and the decisions of such a workbook read again.

The sheet 候補 may be edited: 扱い, 順 and メモ; who it is stands in 団体コード and 連携元コード.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from geo.insight import groups
from geo.insight.gaps import USUAL, WEIGHED, points
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from geo.places.codes import from_code6
from pipeline.deliver.notes import built, conditions
from pipeline.deliver.xlsx import workbook
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.records import SourceError
from pipeline.shortlist.entries import HIDDEN, TAKEN, Entry
from pipeline.shortlist.picks import NOTE, PickError, Picks, origins_of, plain
from pipeline.words.candidates import WEIGHTS, Telling, kind_name

_SHEET, _PROOFS, _ABOUT = "候補", "根拠", "条件と出典"
_WEIGHT = "理由の重み: "

#: Columns that are read again.
_READ = ("順", "扱い", "団体コード", "メモ", "連携元コード")


@dataclass(frozen=True)
class Loaded:
    """What a workbook says.

    ``picks`` are those of the origins it names; ``weights`` by kind of reason, those that are not the usual ones;
    ``unused`` what of it could not be used: (place, what stands there, why).
    """

    picks: Picks
    weights: Mapping[str, int]
    unused: Sequence[tuple[str, str, str]]


def write(
    dataset: Dataset,
    selection: Selection,
    key: str,
    telling: Telling,
    taken: Sequence[Entry],
    hidden: Sequence[str],
    weights: Mapping[str, int],
    foot: Sequence[str],
) -> bytes:
    """The workbook: 候補, 根拠 (a row each), 条件と出典; nothing in it is a formula.

    Parameters
    ----------
    key : of the origins (``pipeline.shortlist.picks.key_of``)
    telling : of all candidates of the selection
    foot : the rule of the order and the sources, a line each
    """
    naming, said = dataset.naming, conditions(dataset, selection)
    subject = groups.subject(dataset, selection.origins)
    shown = [
        *((TAKEN, place, one) for place, one in enumerate(taken, start=1)),
        *((HIDDEN, None, Entry(code, dataset.names[code], "", "", None)) for code in hidden),
    ]
    candidates = pd.DataFrame(
        [
            {
                "順": place,
                "扱い": act,
                "団体コード": one.code,
                "市区町村": one.name,
                "メモ": one.note,
                "いまの状態": one.state,
                "理由の数": len(one.candidate.reasons) if one.candidate else None,
                "重みを付けた理由の数": points(one.candidate, weights) if one.candidate else None,
                f"連携している{naming.others}の数": one.candidate.n_origins if one.candidate else None,
                "最も近い連携相手までのkm": _km(one),
                "理由": "\n".join(f"{kind}: {words}" for kind, words in _reasons(telling, one)),
                "連携元": subject,
                "連携元コード": key,
            }
            for act, place, one in shown
        ]
    )
    proofs = pd.DataFrame(
        [
            (place, one.code, one.name, kind, words, what, where)
            for place, one in enumerate(taken, start=1)
            if one.candidate
            for told, (kind, words) in zip(one.candidate.reasons, telling.reasons(one.candidate), strict=True)
            for what, where in telling.proofs(told)
        ],
        columns=["順", "団体コード", "市区町村", "種類", "理由", "記載", "出典"],
    )
    about = pd.DataFrame(
        [
            ("連携元", subject),
            ("条件", said),
            *((f"{_WEIGHT}{kind_name(kind, naming)}", WEIGHTS[weights.get(kind, USUAL)]) for kind in WEIGHED),
            *(("並びの決まり・出典", line) for line in foot),
            (
                "このファイルの使い方",
                f"「候補」の「扱い」（{TAKEN}・{HIDDEN}）、「順」、「メモ」（{NOTE}字まで）と、この表の重みは、"
                "直してから「空白を探す」の「保存した候補を読み込む」で読み込めます。"
                "団体コードと連携元コードで見分けるので、この2つは変えないでください。",
            ),
        ],
        columns=["項目", "説明"],
    )
    sheets = {_SHEET: candidates, _PROOFS: proofs, _ABOUT: about}
    return workbook(sheets, f"{subject}の連携先候補", said, author=naming.title, created=built(dataset))


def _km(one: Entry) -> float | None:
    distance = one.candidate.distance_km if one.candidate else None
    return None if distance is None else round(distance, 1)


def _reasons(telling: Telling, one: Entry) -> list[tuple[str, str]]:
    return telling.reasons(one.candidate) if one.candidate else []


def read(
    content: bytes, file: str, naming: Naming, places: Collection[str], origins: Collection[str]
) -> Loaded:
    """Read such a workbook, edited or not.

    Parameters
    ----------
    places, origins : the codes of municipalities and of origins that there are

    Raises
    ------
    SourceError : it is no such workbook; one Japanese sentence says so.
    """
    grids = {grid.name: grid for grid in open_file(content, file)}
    grid = grids.get(_SHEET)
    heads = _headings(grid) if grid else {}
    if grid is None or not set(_READ) <= heads.keys():
        raise SourceError(
            f"ファイル「{file}」は、この画面で保存した候補のファイルではありません。"
            f"「{_SHEET}」のシートに「{'」「'.join(_READ)}」の列のあるファイルを選んでください。"
        )
    unused: list[tuple[str, str, str]] = []
    picks = _picks(grid, heads, places, origins, unused)
    weights = _weights(grids[_ABOUT], naming, unused) if _ABOUT in grids else {}
    return Loaded(picks, weights, unused)


def _headings(grid: Grid) -> dict[str, int]:
    """What heads each column, in the first row."""
    return {cell.text.strip(): cell.column for cell in (grid.rows[0] if grid.rows else ())}


def _picks(
    grid: Grid,
    heads: Mapping[str, int],
    places: Collection[str],
    origins: Collection[str],
    unused: list[tuple[str, str, str]],
) -> Picks:
    rows: list[tuple[float, int, str, str, str, str]] = []
    for number, cells in enumerate(grid.rows[1:], start=1):
        if not any(cell.text for cell in cells):
            continue
        said = {name: _text(grid, number, heads[name]) for name in _READ}
        code, act, key = code_of(said["団体コード"]), said["扱い"], said["連携元コード"]

        def leave(name: str, why: str, number: int = number, said: dict[str, str] = said) -> None:
            unused.append((_place(grid, number, heads[name]), said[name], why))

        if code not in places:
            leave("団体コード", "この団体コードの市区町村はありません。")
        elif origins_of(key, origins) is None:
            leave("連携元コード", "この連携元は、いまの資料にありません。")
        elif act not in (TAKEN, HIDDEN):
            leave("扱い", f"「{TAKEN}」か「{HIDDEN}」ではありません。")
        elif any((code, key) == (row[3], row[2]) for row in rows):
            leave("団体コード", "同じ市区町村が上の行にあります。")
        else:
            note = plain(said["メモ"])
            if len(note) > NOTE:
                leave("メモ", f"{NOTE}字を超えるので、メモだけ使っていません。")
                note = ""
            elif note and act == HIDDEN:
                leave("メモ", "隠す候補のメモは残せません。")
            rows.append((_order(said["順"]), number, key, code, act, note))
    picks = Picks()
    for _, number, key, code, act, note in sorted(rows):
        choice = picks.of(key)
        changed = choice.star(code).annotate(code, note) if act == TAKEN else choice.hide(code)
        try:
            picks = picks.having(key, changed)
        except PickError as error:
            unused.append((_place(grid, number, heads["団体コード"]), code, str(error)))
    return picks


def _weights(grid: Grid, naming: Naming, unused: list[tuple[str, str, str]]) -> dict[str, int]:
    kinds = {f"{_WEIGHT}{kind_name(kind, naming)}": kind for kind in WEIGHED}
    names = {name: weight for weight, name in WEIGHTS.items()}
    found: dict[str, int] = {}
    for number in range(len(grid.rows)):
        name, said = _text(grid, number, 0), _text(grid, number, 1)
        if not name.startswith(_WEIGHT.strip()):
            continue
        if name not in kinds or said not in names:
            where = (0, name, "この種類の理由はありません。") if name not in kinds else None
            column, text, why = where or (1, said, f"「{'」「'.join(names)}」のどれかではありません。")
            unused.append((_place(grid, number, column), text, why))
        elif names[said] != USUAL:
            found[kinds[name]] = names[said]
    return found


def code_of(text: str) -> str:
    """The 5-digit code that a cell holds, with the zero that a spreadsheet dropped, or of one with a check digit."""
    digits = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    if re.fullmatch(r"\d{6}", digits, re.ASCII):
        with suppress(ValueError):
            return from_code6(digits)
    return digits.zfill(5) if re.fullmatch(r"\d{4,5}", digits, re.ASCII) else ""


def _order(text: str) -> float:
    """A place in the order; what says none comes last."""
    try:
        number = float(unicodedata.normalize("NFKC", text))
    except ValueError:
        return float("inf")
    return number if number == number else float("inf")


def _text(grid: Grid, row: int, column: int) -> str:
    cell = grid.at(row, column)
    return cell.text.strip() if cell else ""


def _place(grid: Grid, row: int, column: int) -> str:
    cell = grid.at(row, column)
    return cell.place if cell and cell.place else f"{row + 1}行目"
