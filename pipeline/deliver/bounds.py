"""How much a file may hold: what is larger helps nobody, and is refused by a sentence that says what does."""

from __future__ import annotations

from pipeline.intake.records import SourceError


class TooMuch(SourceError):
    """A view is too large for a kind of file. ``str(error)`` is one Japanese sentence that names a way out."""


def within(number: int, most: int, what: str, instead: str) -> None:
    """See that a view is not too large.

    Parameters
    ----------
    number, most : how much there is, and how much there may be
    what : of what, with where: 「1つのHTMLに入れられる連携」
    instead : what to do, as a sentence

    Raises
    ------
    TooMuch
        where there is more.
    """
    if number > most:
        raise TooMuch(
            f"{what}は{most:,}までです。この条件では{number:,}あり、開けないほど大きくなります。{instead}"
        )
