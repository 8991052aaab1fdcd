"""The tile map: the places directly below one as tiles, where the desk or the gazetteer says each stands, shaded by their pieces."""

from math import ceil, sqrt
from typing import NamedTuple

from articles.models import Locality

TILES = 12  # rows and columns at most: the style sheet has a class for each
STEPS = 4  # of shade, beside the one of a place without pieces


class Tile(NamedTuple):
    """A place on the map, counted from 1 on; `heat` goes from 0 (no pieces) to STEPS."""

    place: Locality
    row: int
    column: int
    heat: int


def tiles_of(places):
    """(tiles, the other places) of places that carry `pieces`, each in the order given.

    The first row and column in use are the map's first. No map is made where none of the tiles has pieces, and a place
    whose tile is taken, or has no pieces and no tile, stands in the list or nowhere.
    """
    placed, others = {}, []
    for place in places:
        spot = (place.tile_row, place.tile_column)
        if None in spot or max(spot) > TILES or spot in placed:
            others.append(place)
        else:
            placed[spot] = place
    most = max((place.pieces for place in placed.values()), default=0)
    if not most:
        return [], [place for place in places if place.pieces]
    top, left = (min(spot[n] for spot in placed) - 1 for n in (0, 1))
    tiles = [
        Tile(place, row - top, column - left, _heat(place.pieces, most)) for (row, column), place in placed.items()
    ]
    return tiles, [place for place in others if place.pieces]


def _heat(pieces, most):
    # By the root: where the home county has nine in ten pieces, the others still differ.
    return ceil(STEPS * sqrt(pieces / max(most, STEPS)))
