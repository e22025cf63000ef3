"""What a file is called: after what is in it, so that no two views of a kind share a name.

    renkei_墨田区_災害_2015まで_R8.pdf

Whose ties, the fields, the years, what else is asked for, and the year as of which it holds; what the file opens the
view with, and everything, goes without saying. Every program and system can store the names: no character that
Windows reserves, none that separates parts, no more than so many of them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from geo.draw.choropleth import METRICS, SCHEMES, STANDARD
from geo.insight import groups
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import FORMATS
from pipeline.deliver.sizes import USUAL
from pipeline.deliver.table_sheets import SHEETS
from pipeline.deliver.views import first_view
from pipeline.words import view as words
from pipeline.words.dates import short_year

#: What every name begins with: no name is one that Windows keeps for itself (CON, NUL).
HEAD = "renkei"

#: Characters and, for systems that count these, bytes of a name at most, with its suffix.
LONGEST, BYTES = 120, 240

#: Characters of one part at most; of more names, the first and how many more there are.
_ROOM = 18

#: What the map of a file shows that is no metric of the prefectures.
_SHOWN = {"flows": "", "changes": "前の版との違い"}


#: What the pages of a question are.
_QUESTIONS = {"gaps": "空白", "profile": "横顔", "overlap": "共通の相手"}


class _Part(NamedTuple):
    """A part of a name, and whether it alone tells what it stands for from everything else."""

    text: str
    exact: bool = True


def file_name(
    dataset: Dataset,
    selection: Selection,
    suffix: str,
    what: str = "",
    *choices: str,
    beside: object = None,
) -> str:
    """The name of a file of a view.

    Parameters
    ----------
    suffix : with its dot
    what : what the file is where it is not the whole view: 「横顔」, 「空白」
    choices : what else was chosen that makes another file of it: the place, 「連携率」, 「A3」
    beside : and what has no short word (the weights of an order); only the digest tells of it

    Returns
    -------
    The parts joined by ``_``. Where one of them could not say everything (too many names, characters that no name may
    have), a short digest of everything asked for ends it, so that another view has another name.
    """
    parts = [
        _text(what),
        _origins(dataset, selection.origins),
        _categories(dataset, selection.categories),
        *map(_Part, _conditions(dataset, selection)),
        _sources(dataset, selection.sources),
        *map(_text, choices),
        _Part(reference_year(dataset, selection.sources), exact=not beside),
    ]
    texts = [HEAD, *(part.text for part in parts if part.text)]
    mark = hashlib.sha256(repr((_asked(dataset, selection), what, choices, beside)).encode()).hexdigest()[:8]
    name = "_".join(texts if all(part.exact for part in parts) else [*texts, mark])
    while not _fits(name + suffix):
        longest = max(range(len(texts)), key=lambda nth: len(texts[nth]))
        texts[longest] = texts[longest][:-1]
        name = "_".join([*texts, mark])
    return name + suffix


def of_format(dataset: Dataset, selection: Selection, kind: str, settings: Mapping[str, Any]) -> str:
    """The name of a file of one of ``pipeline.deliver.FORMATS``; ``settings`` are what its ``write`` is given."""
    asked, noun = dict(settings), dataset.naming.noun
    shown = asked.get("what", "flows")
    table = asked.get("table", "links")
    scheme = asked.get("scheme", STANDARD)
    choices = [
        _SHOWN[shown] if shown in _SHOWN else words.metric_name(shown, noun),
        SCHEMES[scheme] if scheme != STANDARD and shown in METRICS else "",
        "" if asked.get("paper", "A4") == "A4" else asked["paper"],
        "縦" if asked.get("orientation") == "portrait" else "",
        "" if asked.get("gaps", True) else "空白の一覧なし",
        "" if asked.get("appendix", True) else "別表なし",
        "" if (size := asked.get("size", USUAL)) == USUAL else "x".join(map(str, size)),
        f"{noun}ごと" if asked.get("each_origin") else "",
        "図だけ" if asked.get("bare") else "",
        "" if asked.get("script", True) else "スクリプトなし",
        "CP932" if asked.get("encoding") == "cp932" else "",
    ]
    what = "" if table == "links" else SHEETS[table].format(dataset.naming.heading)
    what = _QUESTIONS.get(asked.get("question", ""), what)
    return file_name(dataset, selection, FORMATS[kind].suffix, what, *choices)


def reference_year(dataset: Dataset, documents: Sequence[str]) -> str:
    """The year of the latest day some documents (all for none) stand for, 「R8」; "" where none is known."""
    day = words.latest_day(dataset, documents)
    return short_year(day.year) if day else ""


def _asked(dataset: Dataset, selection: Selection) -> tuple:
    """Everything a view asks for, the same for two that ask for the same."""
    return (
        sorted(set(selection.origins)),
        sorted(set(selection.categories)),
        sorted(set(selection.sources)),
        _conditions(dataset, selection),
    )


def _conditions(dataset: Dataset, selection: Selection) -> list[str]:
    """The years and ticks of a view, each in a word; none where it is as a view opens."""
    naming = dataset.naming
    first, last = selection.year_from, selection.year_to
    if selection.year_mode == "as_of":
        first = None
    if first is not None and last is not None:
        years = f"{first}" if first == last else f"{first}-{last}"
    else:
        years = f"{first}から" if first is not None else f"{last}まで" if last is not None else ""
    known = not years and (selection.dated or not selection.unknown_years)
    said = {
        years: bool(years),
        "開始年不明なし": known,
        "上の欄の年なし": not selection.above_years,
        "広域込み": selection.networks,
        f"{naming.each_other}込み": selection.peers and not dataset.mutual,
        f"{naming.each_other}なし": dataset.mutual and not selection.peers,
        f"{naming.home}なし": not selection.home,
    }
    return [word for word, holds in said.items() if holds]


def _origins(dataset: Dataset, codes: Iterable[str]) -> _Part:
    chosen, naming = sorted(set(codes)), dataset.naming
    if not chosen:
        return _text(naming.everyone)
    names = groups.called(dataset, chosen)
    if len(names) < len(chosen):
        return _text(groups.subject(dataset, chosen))._replace(exact=len(names) == 1)
    return _listed(names, naming.noun)


def _categories(dataset: Dataset, chosen: Iterable[str]) -> _Part:
    """Categories by their first words, where no other has the same: 「災害」 for 「災害・防災」."""
    met = Counter(name.split("・")[0] for name in dataset.categories)
    names = [first if met[first := name.split("・")[0]] <= 1 else name for name in sorted(set(chosen))]
    return _listed(names, "分野")


def _sources(dataset: Dataset, chosen: Sequence[str]) -> _Part:
    if set(chosen) == set(first_view(dataset).sources):
        return _Part("")
    if not chosen:
        return _Part("全資料")
    listed = _listed([dataset.shorts[name] for name in sorted(set(chosen))], "資料")
    # A document may be called as a field is.
    return listed._replace(exact=listed.exact and not _known(dataset, listed.text))


def _known(dataset: Dataset, text: str) -> bool:
    return any(text in (name, name.split("・")[0]) for name in dataset.categories)


def _listed(names: Sequence[str], noun: str) -> _Part:
    """All names, or the first and how many more there are: 「港区ほか4区」."""
    safe = [_safe(name) for name in names]
    text = "・".join(safe)
    if len(text) <= _ROOM:
        return _Part(text, exact=safe == list(names) and not any("・" in name for name in names))
    more = f"ほか{len(names) - 1}{_safe(noun)}" if len(names) > 1 else ""
    return _Part(safe[0][: _ROOM - len(more)] + more, exact=False)


def _text(text: str) -> _Part:
    safe = _safe(text)
    return _Part(safe[:_ROOM], exact=safe == text and len(safe) <= _ROOM)


def _safe(text: str) -> str:
    """A text without what a name cannot have: signs, blanks, and what separates its parts."""
    return re.sub(r"[^\w・-]|_", "", unicodedata.normalize("NFC", text))


def _fits(name: str) -> bool:
    return len(name) <= LONGEST and len(name.encode()) <= BYTES
