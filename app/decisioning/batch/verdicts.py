"""Verdicts made of columns: what the row evaluators tell of a decision, word for word."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import numpy as np

from app.decisioning.batch.columns import Column, Places, plain
from app.decisioning.batch.flow import Part
from app.decisioning.batch.offers import TOLD, Made
from app.decisioning.batch.reading import Reading
from app.decisioning.batch.scorecards import Rated
from app.decisioning.batch.tables import Matches, TableIndex
from app.decisioning.engine import reasons
from app.decisioning.engine.scoring import told
from app.decisioning.engine.telling import Told, shown, shown_name
from app.decisioning.language.loans import DISCLOSED_SCALE
from app.decisioning.language.types import TEXT, Type, as_float, integer
from app.domain.decision import Offer, Points, Ranking, Reason, RowMatch, Verdict

_WHOLE = integer().maybe()


def verdicts_of(part: Part, reading: Reading) -> list[Verdict]:
    """One verdict a row of the part."""
    size = part.frame.size
    scores: Sequence[float | None] = [None] * size
    points = []
    for card in part.scored:
        scale = card.step.scale
        if card.step is part.internal_card:
            scores = [float(as_float(units, scale)) for units in _plain(part, card.score, _WHOLE)]
        points += [_points(part, own, scale) for own in card.rated]
    return [
        Verdict(*fields)
        for fields in zip(
            _texts(part, "outcome"), _reasons(part, reading), _texts(part, "segment"), _texts(part, "basis"),
            scores, _plain(part, part.frame.column("bureau_score"), _WHOLE), _offers(part), _aggregates(part),
            zip(*points, strict=True), _rows(part), strict=True,
        )
    ]  # fmt: skip


def _plain(part: Part, column: Column, type_: Type) -> list[Any]:
    return plain(column, type_, part.frame.size, part.frame.pool)


def _texts(part: Part, name: str) -> list[Any]:
    return _plain(part, part.frame.column(name), TEXT)


def _aggregates(part: Part) -> Iterator[dict[str, Told]]:
    columns = [
        [shown(value, type_) for value in _plain(part, part.frame.column(name), type_)] for name, type_ in part.told
    ]
    names = [shown_name(name, type_) for name, type_ in part.told]
    for row in range(part.frame.size):
        yield {name: column[row] for name, column in zip(names, columns, strict=True)}


def _points(part: Part, own: Rated, scale: int) -> Iterator[Points]:
    """What is told of one characteristic; the same for equal values, so made once for each."""
    (column,) = own.characteristic.table.inputs
    values = _plain(part, own.value, column.type)
    places = np.broadcast_to(own.matches.places, (part.frame.size,)).tolist()
    made: dict[Any, Points] = {}
    for key in zip(values, places, _plain(part, own.points, _WHOLE), strict=True):
        known = made.get(key)
        if known is None:
            value, place, units = key
            (row,) = own.matches.sets[place]
            known = made[key] = told(own.characteristic, row, value, units, scale)
        yield known


def _rows(part: Part) -> Iterator[tuple[RowMatch, ...]]:
    """The table rows that decided, in the order in which the flow came to them."""
    columns = [list(_rows_of(part.frame.size, *matched)) for matched in part.matched]
    return (tuple(chain.from_iterable(row)) for row in zip(*columns, strict=True))


def _rows_of(
    size: int, table: TableIndex, matches: Matches, rows: Places | None
) -> Iterator[tuple[RowMatch, ...]]:
    sets = [tuple(RowMatch(table.table.name, row.number) for row in own) for own in matches.sets]
    if rows is None:
        places = np.broadcast_to(matches.places, (size,))
    else:
        sets.append(())                        # where the flow did not come to the table
        places = np.full(size, len(sets) - 1)
        places[rows] = matches.places
    return map(sets.__getitem__, places.tolist())


def _offers(part: Part) -> list[tuple[Offer, ...]]:
    found: list[list[Offer]] = [[] for _ in range(part.frame.size)]
    tells = part.tells_offers()
    for own in part.made:
        told_here = tells[own.rows]
        for row, offer in zip(own.rows[told_here].tolist(), _made(part, own, told_here), strict=True):
            found[row].append(offer)
    for offers in found:
        offers.sort(key=lambda offer: offer.rank)
    return [tuple(offers) for offers in found]


def _made(part: Part, own: Made, chosen: Any) -> Iterator[Offer]:
    size, pool = len(own.rows), part.frame.pool
    amount, advance, term, rate, apr, effective, instalment, last, cost, payment = (
        column.full(size)[chosen].tolist() for column in (own.columns[name] for name in TOLD)
    )
    rows = own.rows[chosen]
    requested = part.frame.column("product").full(part.frame.size)[rows] == pool[own.proposition]
    rankings: list[Ranking] = ["REQUESTED" if is_requested else "ALTERNATIVE" for is_requested in requested.tolist()]
    return map(
        Offer, repeat(own.proposition), rankings, own.rank[chosen].tolist(), amount, advance, term,
        _floats(rate, part.rate_scale), _floats(apr, DISCLOSED_SCALE), _floats(effective, DISCLOSED_SCALE),
        instalment, last, cost, payment,
    )  # fmt: skip


def _floats(units: list[int], scale: int) -> list[float]:
    return [float(as_float(own, scale)) for own in units]


def _reasons(part: Part, reading: Reading) -> Iterator[tuple[Reason, ...]]:
    step = part.outcome
    assert step is not None                    # the last step of every flow
    groups = _Groups(part)
    standings = reading.standing_of[part.rows].tolist()
    for row, (because, place) in enumerate(zip(_texts(part, "because"), standings, strict=True)):
        evidence = reading.standings[place].reasons
        if because == "NONE" and not evidence:
            yield ()
        else:
            yield reasons.chosen(step, because, {**groups.of(row, because), "EVIDENCE": evidence})


class _Groups:
    """Each group of reasons, worked out for the rows that tell it."""

    def __init__(self, part: Part) -> None:
        size = part.frame.size
        self._hits = [(reason, np.broadcast_to(hit, (size,)).tolist()) for reason, hit in part.hits]
        self._points = [
            (card.step, list(zip(*(_plain(part, own.points, _WHOLE) for own in card.rated), strict=True)))
            for card in part.scored
        ]
        self._offers = part.offers
        self._products = _texts(part, "product")
        self._dropped: list[list[tuple[str, Reason]]] = [[] for _ in range(size)]
        for own in part.made:
            for rows, reason in own.dropped:
                for row in rows.tolist():
                    self._dropped[row].append((own.proposition, reason))

    def of(self, row: int, because: str) -> dict[str, list[Reason]]:
        asked = reasons.parts(because)
        found: dict[str, list[Reason]] = {}
        if "ELIGIBILITY" in asked:
            found["ELIGIBILITY"] = [reason for reason, hit in self._hits if hit[row]]
        for card, points in self._points:
            if "SCORECARD" in asked or card.name in asked:
                found[card.name] = reasons.of_scorecard(card, points[row])
                found["SCORECARD"] = [*found.get("SCORECARD", []), *found[card.name]]
        if "OFFERS" in asked and self._offers is not None:
            found["OFFERS"] = reasons.of_offers(self._offers, self._products[row], self._dropped[row])
        return found
