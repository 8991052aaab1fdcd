"""A page as it is read now, and what the buttons of its review do to the entries."""

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from articles.admin.fields import key_of
from articles.admin.page_import.characters import squeeze
from articles.admin.page_import.entries import (
    FURNITURE,
    MOST_ENTRIES,
    TEXT_FIELDS,
    Caption,
    Entry,
    Offered,
    Stretch,
    appended,
    as_piece,
    divided,
    merged,
)
from articles.intake.drafts import Draft, drafts_of, fingerprint_of, proofed
from articles.intake.proposals import desk_of_database, propose, seams_of
from articles.models import Campaign, Locality
from articles.vocabulary import PlaceRelation

PRINTED_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})(?!\d)\s*日?")

# --- what was read ---------------------------------------------------------------------------------------


class Reading:
    """A page as it is read now: the entries that are proposed, and what the desk's vocabulary says of any words."""

    def __init__(self, page_import):
        self.text, self.day, self.page_import = page_import.text, page_import.day, page_import.pk
        self.desk = desk_of_database()
        self.proposals = propose(self.text, desk=self.desk, day=self.day)
        self.line_starts = [0, *(place + 1 for place, letter in enumerate(self.text) if letter == "\n")]
        # Checks look where lines were joined, also in a paragraph whose piece was edited elsewhere, merged or divided.
        self.seams = tuple(
            (paragraph.text, seams_of(paragraph))
            for proposal in self.proposals.pieces
            for paragraph in proposal.item.paragraphs
            if len(paragraph.spans) > 1
        )

    def entries(self):
        """The items of the page as entries."""
        drafts = iter(drafts_of(self.proposals))
        return [
            self._entry(proposal, next(drafts) if proposal.item.kind != FURNITURE else None)
            for proposal in self.proposals.pieces
        ]

    @cached_property
    def as_read(self):
        """The fingerprints of the pieces as the page gives them, before anybody changed one."""
        return frozenset(draft.fingerprint for draft in drafts_of(self.proposals))

    @property
    def printed_day(self):
        """(day, words) of the date that the page itself prints beside its pieces, if that is not the day it came in with."""
        furniture = [proposal.item.text for proposal in self.proposals.pieces if proposal.item.kind == FURNITURE]
        days = list(filter(None, (_day_of(found) for line in furniture for found in PRINTED_DAY.finditer(line))))
        return None if not days or any(day == self.day for day, _words in days) else days[0]

    def _entry(self, proposal, draft):
        stretches = tuple(sorted(Stretch(*span) for span in proposal.item.spans))
        if draft is None:
            return Entry(FURNITURE, stretches, body=proposal.item.text)
        return Entry(
            kind=draft.kind,
            stretches=stretches,
            captions=tuple(map(Caption, draft.captions)),
            places=tuple(map(_offered_place, proposal.places)),
            campaigns=tuple(map(Offered, draft.campaigns)),
            **{name: getattr(draft, name) for name in TEXT_FIELDS},
        )

    def suggested(self, entry):
        """(places, campaigns) that the words of an entry suggest."""
        told = {
            "kicker": entry.kicker,
            "headline": entry.headline,
            "subhead": entry.subhead,
            "paragraphs": tuple(entry.plain_paragraphs),
            "captions": tuple(caption.text for caption in entry.captions),
        }
        places = self.desk.gazetteer.read(byline=entry.printed_byline, home=self.proposals.home, **told).suggestions
        return tuple(map(_offered_place, places)), tuple(map(Offered, self.desk.campaigns.read(**told)))

    def draft(self, entry, number):
        """An entry as it would be entered, proofed as its words stand now; without its pictures."""
        lines = self.lines(entry)
        draft = Draft(
            number=number,
            kind=str(entry.kind),
            captions=tuple(caption.text for caption in entry.captions if caption.text.strip() or caption.picture),
            places=tuple((row.slug, str(row.relation)) for row in _about_first(entry.places) if row.chosen),
            campaigns=tuple(row.slug for row in entry.campaigns if row.chosen),
            fingerprint=self.fingerprint(entry),
            first_line=lines[0],
            last_line=lines[1],
            seams=self.seams,
            **{name: getattr(entry, name) for name in TEXT_FIELDS},
        )
        return proofed(draft, desk=self.desk, day=self.day, home=self.proposals.home)

    def fingerprint(self, entry):
        characters = "".join(self.text[start:end] for start, end, _field in sorted(entry.stretches))
        return fingerprint_of(characters or "\n".join(entry.words()))

    def lines(self, entry):
        """(first, last) line of the page that an entry stands in; of one that was typed, 0."""
        if not entry.stretches:
            return 0, 0
        first = min(stretch.start for stretch in entry.stretches)
        last = max(stretch.end for stretch in entry.stretches) - 1
        return bisect_right(self.line_starts, first), bisect_right(self.line_starts, last)


def _day_of(found):
    try:
        return date(*map(int, found.groups())), found.group()
    except ValueError:
        return None


def _offered_place(suggestion):
    return Offered(suggestion.place.slug, suggestion.certain, suggestion.certain, str(suggestion.relation))


def _about_first(places):
    return sorted(places, key=lambda row: row.relation != PlaceRelation.ABOUT)


# --- acts ------------------------------------------------------------------------------------------------


def act_on(entries, act, data, reading):
    """What a button of the screen does to the entries: (entries, number of the one to look at or None, what to say).

    act: merge-3, split-3, piece-3, append-3, add-3; anything else only shows the page again.
    """
    name, _dash, number = act.partition("-")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1
    if not 0 <= number < len(entries):
        return entries, None, ""
    act = {"merge": _merge, "split": _split, "piece": _make_piece, "append": _append}.get(name)
    return act(entries, number, data, reading) if act else (entries, number if name == "add" else None, "")


def _merge(entries, number, data, reading):
    before = next((place for place in range(number - 1, -1, -1) if entries[place].is_piece), None)
    if before is None or not entries[number].is_piece:
        return entries, number, _("There is no piece before this one.")
    first = merged(entries[before], entries[number])
    return [*entries[:before], first, *entries[before + 1 : number], *entries[number + 1 :]], before, ""


def _split(entries, number, data, reading):
    entry, place = entries[number], key_of(data.get(f"p{number}-split", "")) or 0
    if len(entries) >= MOST_ENTRIES:
        return entries, number, _("This page has as many pieces as the screen can hold.")
    parts = divided(entry, place, reading.text) if entry.is_piece else None
    if parts is None:
        return entries, number, _("Choose the paragraph, from the second on, with which another piece begins.")
    first, second = (_with_suggestions(part, entry, reading) for part in parts)
    kept = [row for row in entry.places if row.slug not in {row.slug for row in (*first.places, *second.places)}]
    first = replace(first, places=(*first.places, *kept))
    kept = [
        row for row in entry.campaigns if row.slug not in {row.slug for row in (*first.campaigns, *second.campaigns)}
    ]
    first = replace(first, campaigns=(*first.campaigns, *kept))
    return [*entries[:number], first, second, *entries[number + 1 :]], number + 1, ""


def _with_suggestions(part, whole, reading):
    """A part of a divided piece with what its own words suggest; where the editor chose otherwise, it stays so."""
    places, campaigns = reading.suggested(part)
    typed_places, typed_campaigns = ({row.slug: row for row in rows} for rows in (whole.places, whole.campaigns))
    return replace(
        part,
        places=tuple(_as_chosen(row, typed_places.get(row.slug)) for row in places),
        campaigns=tuple(typed_campaigns.get(row.slug, row) for row in campaigns),
    )


def _as_chosen(row, typed):
    return row if typed is None else row._replace(chosen=typed.chosen)


def _make_piece(entries, number, data, reading):
    if entries[number].is_piece:
        return entries, number, ""
    piece = as_piece(entries[number])
    places, campaigns = reading.suggested(piece)
    piece = replace(piece, places=places, campaigns=campaigns)
    return [*entries[:number], piece, *entries[number + 1 :]], number, ""


def _append(entries, number, data, reading):
    into, part = key_of(data.get(f"p{number}-into", "")), data.get(f"p{number}-part", "")
    if entries[number].is_piece or into is None or into >= len(entries) or not entries[into].is_piece:
        return entries, number, _("Choose the piece that these words belong to.")
    changed = list(entries)
    changed[into] = appended(entries[into], entries[number], part)
    if changed[into].stretches == entries[into].stretches:  # as its column or banner: it may stand over others too
        return changed, into, ""
    del changed[number]
    return changed, into - (number < into), ""


# --- what is added beside what is offered ----------------------------------------------------------------


def with_added(entries):
    """The entries with the places and campaigns that were chosen or typed in; (entries, {number: {field: sentence}}).

    Two questions at most for what was chosen, and one for each name that was typed.
    """
    added = [(number, entry.added) for number, entry in enumerate(entries) if any(entry.added.values())]
    places = _rows(Locality, [row.get("add_place", "") for _number, row in added])
    campaigns = _rows(Campaign, [row.get("add_campaign", "") for _number, row in added])
    entries, refused = list(entries), {}
    for number, row in added:
        place, campaign = places.get(row.get("add_place")), campaigns.get(row.get("add_campaign"))
        if place is None and row.get("place_name"):
            place, said = _called(Locality.objects.called(row["place_name"]), row["place_name"])
            refused.setdefault(number, {})["place"] = said
        if campaign is None and row.get("campaign_name"):
            named = Campaign.objects.filter(name__icontains=row["campaign_name"])
            campaign, said = _called(named, row["campaign_name"])
            refused.setdefault(number, {})["campaign"] = said
        relation = row.get("add_relation")
        relation = relation if relation in PlaceRelation.values else PlaceRelation.ABOUT
        entry = entries[number]
        if place:
            entry = replace(entry, places=_with(entry.places, Offered(place.slug, True, True, relation)))
        if campaign:
            entry = replace(entry, campaigns=_with(entry.campaigns, Offered(campaign.slug)))
        kept = {
            "place_name": "" if place else row.get("place_name"),
            "campaign_name": "" if campaign else row.get("campaign_name"),
        }
        entries[number] = replace(entry, added=kept)
    return entries, {number: {name: said for name, said in rows.items() if said} for number, rows in refused.items()}


def _rows(model, typed):
    keys = {key_of(key) for key in typed} - {None}
    return {str(pk): row for pk, row in model.objects.in_bulk(keys).items()} if keys else {}


def _called(found, name):
    """(the one row that a typed name means or None, what to say of it)"""
    rows = list(found[:2])
    if len(rows) == 1 or rows and rows[0].name == name and rows[1].name != name:
        return rows[0], ""
    said = _("“%(name)s” may be several; write more of it.") if rows else _("Nothing is called “%(name)s”.")
    return None, said % {"name": name}


def _with(rows, added):
    return (*(row for row in rows if row.slug != added.slug), added)


# --- pictures --------------------------------------------------------------------------------------------


def with_pictures(entries, pictures):
    """The entries with the pictures that came in, those whose caption is known by it, the others in order to the captions
    of photos that have none."""
    entries, left = list(entries), []
    for picture in pictures:
        if picture.caption and (place := _caption_like(entries, picture.caption)):
            entries = _give(entries, *place, picture.key)
        else:
            left.append(picture)
    free = [
        (number, row)
        for number, entry in enumerate(entries)
        for row, caption in enumerate(entry.captions)
        if not caption.picture and entry.is_piece
    ]
    for picture, place in zip(left, free, strict=False):
        entries = _give(entries, *place, picture.key)
    return entries


def _caption_like(entries, words):
    wanted = squeeze(words)[:40]
    for number, entry in enumerate(entries):
        for row, caption in enumerate(entry.captions):
            if not caption.picture and squeeze(caption.text).startswith(wanted):
                return number, row
    return None


def _give(entries, number, row, key):
    captions = list(entries[number].captions)
    captions[row] = captions[row]._replace(picture=key)
    return [*entries[:number], replace(entries[number], captions=tuple(captions)), *entries[number + 1 :]]
