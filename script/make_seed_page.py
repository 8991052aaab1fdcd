#!/usr/bin/env python
"""Makes fixtures/seed_page.json: what import_page makes of tests/data/seed/page.txt, with what a person decided about it
(script/seed_page.json, each decision with its reason). Builds the rows in a scratch database with the same functions the desk
uses, then writes them out under natural keys; run again, it writes the same bytes.

    python script/make_seed_page.py
"""

import json
import os
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from unittest import mock
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parent.parent
FIRST_OWN_PLACE = 900  # the order of the places that come with the page, behind those of the gazetteer


def main():
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
            "DEBUG": "1",
            "DATABASE_URL": f"sqlite:///{folder}/seed.sqlite3",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("loaddata", "localities", verbosity=0)
        text, decided = read_seed()
        with mock.patch("django.utils.timezone.now", lambda: datetime.fromisoformat(decided["transcribed"]["at"])):
            build(text, decided)
        (ROOT / "fixtures/seed_page.json").write_text(as_lines(), "utf-8")


def read_seed():
    """The text of the page, and what was decided about it."""
    return (
        (ROOT / "tests/data/seed/page.txt").read_bytes().decode(),
        json.loads((ROOT / "script/seed_page.json").read_text("utf-8")),
    )


def key(*parts):
    """The same row gets the same UUID each time."""
    return uuid5(NAMESPACE_URL, "newsdesk:seed:" + ":".join(map(str, parts)))


def build(text, decided):
    """Everything that the fixture holds, as rows of the database."""
    from django.db.models.signals import pre_save

    from articles import models as m
    from articles.intake.load import Source, load_page
    from articles.intake.proposals import desk_of_database, propose
    from articles.publish import publish_archive

    outlet = prepare(decided)
    day = date.fromisoformat(decided["edition"]["day"])
    proposals = propose(text, desk=desk_of_database(), day=day)
    drafts = decide(proposals, decided["pieces"])
    names = Names(day, list(drafts))
    pre_save.connect(names.give)
    source = Source(text, "page.txt", outlet, day, page_name=decided["page"]["name"])
    loaded = load_page(drafts.values(), source, by=None)
    articles = dict(zip(drafts, (article for _, article in loaded.created), strict=True))
    for item, article in articles.items():
        for decision in decided["pieces"]:
            if decision["item"] == item and "genre" in decision:
                article.genre = decision["genre"]
                article.save(update_fields=["genre"])
        for flag in decided["flags"]:
            if flag["item"] == item:
                m.Flag.objects.create(
                    article=article,
                    check_code=flag["check"],
                    severity=flag["severity"],
                    excerpt=flag["excerpt"],
                    detail=flag["reason"],
                )
        name_flags(item, article)
        publish_archive(
            article,
            at=datetime.fromisoformat(decided["public"]["at"]),
            recorded_at=article.created_at,
        )
    pre_save.disconnect(names.give)
    for order, slot in enumerate(decided["slots"], 1):
        m.Slot.objects.create(section=slot["section"], order=order, article=articles[slot["item"]])


def prepare(decided):
    """The rows that stand before the page comes in: what the desk knew, and whose page it is. Returns the newspaper."""
    from articles import models as m

    for column in decided["columns"]:
        m.Column.objects.create(name=column["name"], slug=column["slug"])
    for decision in decided["campaigns"]:
        campaign = m.Campaign.objects.create(name=decision["name"], slug=decision["slug"])
        for alias in decision["aliases"]:
            m.CampaignName.objects.create(campaign=campaign, name=alias)
    for place in decided["localities"]:
        fields = {name: value for name, value in place.items() if name != "reason"}
        parent = m.Locality.objects.get(slug=place["parent"])
        order = FIRST_OWN_PLACE + parent.children.count()
        m.Locality.objects.create(**{**fields, "parent": parent, "order": order})
    outlet = m.Outlet.objects.create(**{name: value for name, value in decided["outlet"].items() if name != "reason"})
    edition = decided["edition"]
    m.Edition.objects.create(
        outlet=outlet, day=date.fromisoformat(edition["day"]), inferred=True, reason=edition["reason"]
    )
    return outlet


def decide(proposals, decisions):
    """{number of the item on the page, furniture counted: its draft}, with the columns, places and campaigns a person gave it."""
    from articles.intake.drafts import drafts_of

    items = [n for n, proposal in enumerate(proposals.pieces, 1) if proposal.item.kind != "furniture"]
    drafts = dict(zip(items, drafts_of(proposals), strict=True))
    for decision in decisions:
        draft = drafts[decision["item"]]
        if "column" in decision:
            draft = replace(draft, column=decision["column"])
        if "places" in decision:
            draft = replace(draft, places=tuple((slug, relation) for slug, relation in decision["places"]))
        if "campaigns" in decision:
            draft = replace(draft, campaigns=tuple(decision["campaigns"]))
        drafts[decision["item"]] = draft
    return drafts


class Names:
    """Gives each row of the page, just before it is stored, the UUID it has always had, and each piece its number.

    After the fact would be too late: versions name the UUIDs of contributors, photos and figures, and the history is never changed.
    """

    def __init__(self, day, items):
        self.day, self.items, self.entered = day, items, []

    def give(self, sender, instance, **_):
        if not instance._state.adding:
            return
        kind = sender.__name__.lower()
        if kind == "article":
            self.entered.append(self.items[len(self.entered)])
            instance.number = f"{self.day:%Y-%m%d}-{len(self.entered):03}"
            instance.uuid = key("article", self.entered[-1])
        elif kind in ("placement", "photo", "figure"):
            instance.uuid = key(kind, self.entered[-1])
        elif kind == "contributor":
            instance.uuid = key("contributor", instance.name)
        elif kind == "historyentry":
            instance.uuid = key("history", self.item_of(instance.article), instance.act)
        elif kind == "pageimport":
            instance.uuid = key("import")

    def item_of(self, article):
        return next(item for item in self.entered if key("article", item) == article.uuid)


def name_flags(item, article):
    """Flags may be stored many at once, which asks nobody for a name; theirs is their check's, and which of it they are."""
    seen = Counter()
    for flag in article.flags.order_by("pk"):
        seen[flag.check_code] += 1
        flag.uuid = key("flag", item, flag.check_code, seen[flag.check_code])
        flag.save(update_fields=["uuid"])


def as_lines():
    """The rows as a fixture, one a line: what others name stands before them."""
    from django.core import serializers

    from articles import models as m

    made_here = {m.Locality: m.Locality.objects.filter(order__gte=FIRST_OWN_PLACE)}
    order = (
        m.Outlet, m.Edition, m.Page, m.Column, m.Campaign, m.CampaignName, m.Locality, m.Contributor, m.Photo, m.Article, m.Figure,
        m.Byline, m.LocalityTag, m.CampaignTag, m.Placement, m.Flag, m.Version, m.Publication, m.HistoryEntry, m.PageImport,
        m.ImportedPiece, m.ListEntry, m.Coverage, m.Slot,
    )  # fmt: skip
    lines = []
    for model in order:
        for row in made_here.get(model, model.objects).order_by("pk"):
            text = serializers.serialize(
                "json", [row], use_natural_foreign_keys=True, use_natural_primary_keys=True, ensure_ascii=False
            )
            lines.append(text[1:-1])
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    main()
