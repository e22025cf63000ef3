"""Whom a list speaks for: a column, a heading over rows, the title, the sheet, the file's name, or what a person says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from geo.places.place import Place
from pipeline.intake.columns import Guess
from pipeline.intake.contents import Contents
from pipeline.intake.records import SourceError


def named_origin(text: str, contents: Contents) -> Place:
    """The place that a person names as the origin: 川崎市, 神奈川県川崎市, 14130, 141305.

    Raises
    ------
    SourceError : there is none, or there are several.
    """
    gazetteer = contents.gazetteer
    if text in gazetteer:
        return gazetteer.place(text)
    if (code := contents.code(text)) and code[:5] in gazetteer:
        return gazetteer.place(code[:5])
    places = contents.origin(text)
    if not places:
        raise SourceError(
            f"連携元「{text}」という自治体はありません。「文京区」「神奈川県小田原市」のように指定してください。"
        )
    if len(places) > 1:
        names = "、".join(place.full_name for place in places[:6])
        raise SourceError(
            f"連携元「{text}」は {names} のどれか決められません。都道府県から書くか、団体コードで指定してください。"
        )
    return places[0]


def origin_in_titles(guess: Guess, sheet: str, file: str, contents: Contents) -> tuple[Place, str] | None:
    """The one origin that the titles, the sheet's name or the file's name speak for, and why; None where there is none."""
    grid = guess.grid
    sources: list[tuple[str, Sequence[str]]] = [
        ("表の上の題", guess.titles),
        ("表の前の見出し", tuple(reversed(grid.captions))),
        ("シートの名前", (sheet,)),
        ("ファイルの名前", (file,)),
    ]
    for what, texts in sources:
        for text in texts:
            places = contents.origin_in(text.split("\n")[0])
            if what in ("シートの名前",) and not places:
                places = contents.origin(text)
            if len(places) == 1:
                return places[0], f"{what}「{text[:40]}」から"
    return None


class OriginNames:
    """The origins that the texts of a column stand for, each read beside the others: 港 among 文京 and 世田谷 is 港区."""

    def __init__(self, texts: Iterable[str], contents: Contents, codes: dict[str, str]) -> None:
        found = {text: contents.origin(text) for text in dict.fromkeys(texts)}
        homes = Counter(
            place.prefecture_code
            for places in found.values()
            for place in {p.prefecture_code: p for p in places}.values()
        )
        self._places: dict[str, Place] = {}
        for text, places in found.items():
            near = places
            if len(places) > 1:
                coded = [place for place in places if place.code == codes.get(text)]
                most = max(homes[place.prefecture_code] for place in places)
                near = coded or [place for place in places if homes[place.prefecture_code] == most]
            if not places and (code := codes.get(text)) and code in contents.gazetteer:
                near = [contents.gazetteer.place(code)]
            if len(near) == 1:
                self._places[text] = near[0]

    def get(self, text: str) -> Place | None:
        """The origin that a text stands for; None where nobody can tell."""
        return self._places.get(text)

    def __len__(self) -> int:
        return len(self._places)
