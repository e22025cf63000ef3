"""A place: what every look-up returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, a designated ward or a prefecture.

    ``code`` is the 5-digit JIS X 0402 code (NN000 for a prefecture); ``name`` stands without prefecture and
    郡; a designated ward's ``parent_code`` and ``city`` are the code and name of its city. ``lat`` and ``lon``
    are its office, in degrees.
    """

    code: str
    level: str
    name: str
    prefecture: str
    prefecture_code: str
    kana: str
    kind: str
    parent_code: str | None
    lat: float
    lon: float
    district: str = ""
    city: str = ""

    @property
    def full_name(self) -> str:
        """The name with its prefecture and, of a designated ward, its city: 広島県府中市, 北海道札幌市中央区."""
        return self.name if self.level == "prefecture" else self.prefecture + self.city + self.name

    @property
    def stem(self) -> str:
        """The name without 市, 区, 町, 村 or 都, 府, 県."""
        return self.name if self.name == "北海道" else self.name[:-1]
