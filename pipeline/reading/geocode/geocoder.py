"""The ladder: every rung in order, the first certain answer wins, a person's decision beats them all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import bodies, repair, several, whole_names
from pipeline.reading.geocode.answer import WIDER, Answer, unresolved
from pipeline.reading.geocode.context import choose, named_in_document
from pipeline.reading.geocode.decisions import Decision, Decisions, load_decisions
from pipeline.reading.geocode.foreign import foreign
from pipeline.reading.geocode.printed_code import by_code
from pipeline.reading.geocode.query import LONGEST, Query, parse
from pipeline.reading.geocode.words import EXCEPT

Rung = Callable[[Query, Gazetteer], Answer | None]

# In this order. Each takes (query, gazetteer) and gives an Answer, or None for "not mine". First the text is
# read as it stands; only when that suggests nothing at all is it taken for misprinted or cut short.
WHOLE = (
    whole_names.qualified,
    whole_names.exact,
    whole_names.folded,
    whole_names.group,
    whole_names.counted,
    whole_names.former,
)
SEVERAL = (several.run_together, several.shared_name, several.prefectures)
BODIES = (bodies.body, bodies.remark, bodies.inside, bodies.incorporated)
READING = (*WHOLE, foreign, *SEVERAL, *BODIES)
#: Those that may answer to a text which does not end as a name does.
READING_NO_NAME = (foreign, *BODIES)
#: The rungs for which the whole text is a name: what a bracket points to settles nothing else.
NAMES = (whole_names.exact, whole_names.folded, whole_names.former)
REPAIR = (
    repair.misprinted_prefecture,
    whole_names.status_changed,
    repair.beheaded,
    repair.misprint,
    repair.wrong_prefecture,
    bodies.stem,
    bodies.prefectural,
)


class Geocoder:
    """Finds the places of a mention. One instance serves a whole run and remembers what it has read.

    It can be pickled, and forgets then what it has read.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        decisions: Iterable[Decision] | None = None,
        remembered: int = 65536,
    ) -> None:
        """``remembered`` is the number of texts that are remembered with their answers."""
        self._gazetteer = gazetteer
        self._decisions = Decisions(load_decisions(gazetteer) if decisions is None else decisions)
        self._remembered = remembered
        self._read = lru_cache(maxsize=remembered)(self._climb)

    def __getstate__(self) -> tuple[Gazetteer, Decisions, int]:
        return self._gazetteer, self._decisions, self._remembered

    def __setstate__(self, state: tuple[Gazetteer, Decisions, int]) -> None:
        self._gazetteer, self._decisions, self._remembered = state
        self._read = lru_cache(maxsize=self._remembered)(self._climb)

    def geocode(
        self,
        text: str,
        prefecture: str | None = None,
        code6: str | None = None,
        series: str | None = None,
        origin_code: str | None = None,
        context: Sequence[str] = (),
        known: Collection[str] = (),
    ) -> Answer:
        """Return the places of one mention: a person's decision, else what :meth:`read` reads.

        Never raises, whatever the text.

        Parameters
        ----------
        text : the mention, as printed
        prefecture : the prefecture it is known to be in, where the text does not say
        code6 : the code printed beside it
        series, origin_code : the series of the document and the origin, for decisions and context
        context : all mentions of the same list in printed order, this one among them
        known : codes that the same document of the same origin names with certainty
        """
        if decided := self._decisions.find(squeeze(text), series, origin_code, self._gazetteer):
            return decided
        return self.read(text, prefecture, code6, origin_code, context, known)

    def decided(self, text: str) -> bool:
        """Whether a person decided what the text (squeezed) is, in whatever document of whichever origin it stands."""
        return self._decisions.find(text, None, None, self._gazetteer) is not None

    def read(
        self,
        text: str,
        prefecture: str | None = None,
        code6: str | None = None,
        origin_code: str | None = None,
        context: Sequence[str] = (),
        known: Collection[str] = (),
    ) -> Answer:
        """Return what the text alone says, whatever a person decided. Parameters as for :meth:`geocode`."""
        query, answer = self._read(squeeze(text), prefecture)
        if code6:
            answer = by_code(query, code6, answer, self._gazetteer, self._named)
        part = answer.method == "body" and answer.confidence == WIDER
        # Neighbours tell a prefecture: nothing new of a guess inside the one that the text states.
        told = answer.method != "none" and query.stated
        if not answer.codes and answer.candidates and not (part or told) and (context or origin_code):
            answer = self._in_context(text, answer, tuple(context), origin_code)
        if not answer.codes and known and not part and answer.level != "foreign":
            answer = named_in_document(query, known, origin_code, self._gazetteer) or answer
        return answer

    def _climb(self, text: str, prefecture: str | None) -> tuple[Query, Answer]:
        query = parse(text, self._gazetteer, prefecture)
        if len(text) > LONGEST:
            return query, unresolved(f"{LONGEST:,}字を超えるので、相手方の名前として読みません。")
        if not query.head:
            return query, unresolved("名前が書かれていません。")
        if EXCEPT.search(query.head):
            return query, unresolved(
                f"「{query.head}」は、除かれるものの名だけで、どの自治体か決められません。"
            )
        return query, self._narrowing(query) or unresolved(f"「{query.head}」から自治体を読み取れません。")

    def _narrowing(self, query: Query) -> Answer | None:
        """What the rungs say within all that is known about the name, and where that is nothing, within less.

        A 郡 or a bracket may err, or the tables not know it. A prefecture that is printed with the name holds on
        every rung; one that is only supplied may be another partner's.
        """
        evidence, everywhere = query.evidence, self._gazetteer
        ways = query.ways(everywhere)
        district = everywhere if evidence.in_district is None else everywhere.within(evidence.in_district)
        if evidence.in_brackets is not None:
            for scope in dict.fromkeys((district, everywhere)):
                answer = self._first((*NAMES, bodies.body), ways, scope.within(evidence.in_brackets))
                if answer and answer.codes:
                    return answer
            if answer := whole_names.named_now(query, everywhere):
                return answer
            if evidence.now and (answer := bodies.remark(query, everywhere)):
                return answer
        if evidence.prefecture and not evidence.printed and (answer := self._supplied(ways)):
            return answer
        scopes = (district, everywhere) if district is not everywhere else (everywhere,)
        reading = READING if whole_names.ends_as_one(query, everywhere) else READING_NO_NAME
        repaired = None
        for scope in scopes:
            if answer := self._first(reading, ways, scope):
                return answer if scope is district else _outside(query, answer)
            if (answer := self._first(REPAIR, ways, scope)) and (answer.codes or scope is not everywhere):
                return answer
            repaired = repaired or answer
        if not evidence.prefecture or evidence.printed:
            return repaired
        elsewhere = self._first(reading, [way.in_prefecture(None) for way in ways], everywhere)
        return elsewhere if elsewhere and elsewhere.codes else repaired or elsewhere

    def _supplied(self, ways: list[Query]) -> Answer | None:
        """A whole name with a prefecture that is only supplied: there, else nearly there, else where it is."""
        if answer := self._first(WHOLE, ways, self._gazetteer):
            return answer
        elsewhere = self._first(WHOLE, [way.in_prefecture(None) for way in ways], self._gazetteer)
        if not elsewhere or not elsewhere.codes:
            return None
        if near := self._first((whole_names.status_changed, repair.misprint), ways, self._gazetteer):
            return near
        others = [
            place for place in self._gazetteer.by_former(ways[0].key) if place.code not in elsewhere.codes
        ]
        if not others:
            reason = f"{elsewhere.reason}書き添えられた{ways[0].home.name}にはありません。"
            return replace(elsewhere, confidence=min(elsewhere.confidence, 0.85), reason=reason)
        places = [*(self._gazetteer.place(code) for code in elsewhere.codes), *others]
        return unresolved(f"{ways[0].home.name}に「{ways[0].head}」はありません。", places)

    def _named(self, query: Query, gazetteer: Gazetteer) -> Answer | None:
        """What the rungs for whole names say."""
        return self._first(NAMES, query.ways(gazetteer), gazetteer)

    def _first(self, rungs: Sequence[Rung], ways: list[Query], gazetteer: Gazetteer) -> Answer | None:
        """The first certain answer of these rungs, else the first doubtful one."""
        doubtful = None
        for query in ways:
            for rung in rungs:
                answer = rung(query, gazetteer)
                if answer and (answer.codes or answer.level == "foreign"):
                    return answer
                doubtful = doubtful or answer
            if doubtful and len(doubtful.candidates) > 1:
                return doubtful
        return doubtful

    def _in_context(
        self, text: str, answer: Answer, texts: tuple[str, ...], origin_code: str | None
    ) -> Answer:
        squeezed = [squeeze(other) for other in texts]
        own = squeeze(text)
        index = squeezed.index(own) if own in squeezed else len(squeezed)
        return choose(answer, index, self._prefectures(texts), origin_code, self._gazetteer)

    def _prefectures(self, texts: tuple[str, ...]) -> list[str | None]:
        """The prefecture of each text that says it by itself; one of a group that lies in one prefecture."""
        found = []
        for text in texts:
            _, answer = self._read(squeeze(text), None)
            codes = {self._gazetteer.place(code).prefecture_code for code in answer.codes}
            found.append(codes.pop() if len(codes) == 1 else None)
        return found


def _outside(query: Query, answer: Answer) -> Answer:
    """An answer that is not of the 郡 printed with the name: less certain, and said so."""
    if answer.method not in ("exact", "folded", "former_name") or len(answer.codes) != 1:
        return answer
    reason = f"{answer.reason}書かれた郡とは合いません。"
    return replace(answer, confidence=min(answer.confidence, 0.85), reason=reason)


def geocode_lines(
    lines: Iterable[str], geocoder: Geocoder, prefecture: str | None = None
) -> Iterator[tuple[str, Answer]]:
    """Geocode one partner text per line, as they come: pairs of the text and its answer."""
    for line in lines:
        text = line.rstrip("\r\n")
        yield text, geocoder.geocode(text, prefecture=prefecture)
