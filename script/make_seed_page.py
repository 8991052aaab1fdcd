#!/usr/bin/env python
"""Makes fixtures/seed_page.json: the real newspaper page of tests/data/seed/truth.json, with what a person decided about it
(script/seed_page.json). Builds the rows in a scratch database with the same functions the desk uses, then writes them out
under natural keys; run again, it writes the same bytes.

    python script/make_seed_page.py
"""

import json
import os
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parent.parent
ROLES = {"作者": "author", "记者": "reporter", "通讯员": "correspondent", "摄影": "photo"}


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
        build(
            truth=json.loads((ROOT / "tests/data/seed/truth.json").read_text("utf-8")),
            decided=json.loads((ROOT / "script/seed_page.json").read_text("utf-8")),
        )
        (ROOT / "fixtures/seed_page.json").write_text(as_lines(), "utf-8")


def key(*parts):
    """The same row gets the same UUID each time."""
    return uuid5(NAMESPACE_URL, "newsdesk:seed:" + ":".join(map(str, parts)))


def build(truth, decided):
    from articles import models as m
    from articles.publish import publish_archive
    from articles.versions import save_version

    outlet = m.Outlet.objects.create(**decided["outlet"])
    edition = m.Edition.objects.create(
        outlet=outlet,
        day=date.fromisoformat(decided["edition"]["day"]),
        inferred=True,
        reason=decided["edition"]["reason"],
    )
    page = m.Page.objects.create(edition=edition, number_inferred=True, **decided["page"])
    columns = {name: m.Column.objects.create(name=name, slug=slug) for name, slug in decided["columns"].items()}
    campaigns = {}
    for name, campaign in decided["campaigns"].items():
        campaigns[name] = m.Campaign.objects.create(name=name, slug=campaign["slug"])
        for alias in campaign["aliases"]:
            m.CampaignName.objects.create(campaign=campaigns[name], name=alias)
    for place in decided["localities"]:
        parent = m.Locality.objects.get(slug=place["parent"])
        m.Locality.objects.create(**{**place, "parent": parent, "order": 900 + parent.children.count()})

    pieces = [item for item in truth if item["kind"] != "furniture"]
    articles = {}
    for position, item in enumerate(pieces, 1):
        seq = item["seq"]
        is_photo = item["kind"] == "photo"
        article = m.Article(
            uuid=key("article", seq),
            number=f"2023-1123-{position:03}",
            kind=item["kind"],
            genre=decided["genres"].get(str(seq), ""),
            kicker=item["kicker"] or "",
            headline=item["headline"] or "",
            subhead=item["subhead"] or "",
            body="" if is_photo else "\n".join(item["body_paragraphs"]),
            column=columns.get(item["column"]),
            printed_byline=item["byline_text"],
            created_at=datetime.fromisoformat(decided["transcribed_at"]),
        )
        article.save()
        articles[seq] = article
        add_rows(m, article, item, campaigns, decided)
        m.Placement.objects.create(
            uuid=key("placement", seq), article=article, page=page, position=position, section=item["section"] or ""
        )
        save_version(article, by=None, at=article.created_at)
        publish_archive(article, by=None, at=datetime.fromisoformat(decided["moment"]), recorded_at=article.created_at)
        for entry in article.history.all():
            m.HistoryEntry.objects.filter(pk=entry.pk).update(uuid=key("history", seq, entry.act))
    for order, slot in enumerate(decided["slots"], 1):
        m.Slot.objects.create(section=slot["section"], order=order, article=articles[slot["seq"]])


def add_rows(m, article, item, campaigns, decided):
    """What hangs on a piece: its picture, credits, places, campaigns and flags."""
    seq = item["seq"]
    if item["kind"] == "photo":
        caption, credit = "\n".join(item["body_paragraphs"]), item["byline_text"]
        photo = m.Photo.objects.create(uuid=key("photo", seq), caption=caption, credit=credit)
        m.Photo.objects.filter(pk=photo.pk).update(uploaded_at=article.created_at)
        m.Figure.objects.create(
            uuid=key("figure", seq), article=article, position=1, photo=photo, caption=caption, credit=credit
        )
    for position, byline in enumerate(item["bylines"], 1):
        contributor, _ = m.Contributor.objects.get_or_create(
            uuid=key("contributor", byline["name"]), defaults={"name": byline["name"]}
        )
        m.Byline.objects.create(article=article, position=position, role=ROLES[byline["role"]], contributor=contributor)
    for position, place in enumerate(item["localities"], 1):
        trail = "/".join(step["name"] for step in place["chain"])
        relation = "about" if place["primary"] else "mentioned"
        m.LocalityTag.objects.create(
            content_object=article, tag=m.Locality.objects.get(trail=trail), relation=relation, position=position
        )
    for name in item["campaigns"]:
        m.CampaignTag.objects.create(content_object=article, tag=campaigns[name])
    for number, (flag, detail) in enumerate(zip(item["flags"], decided["flags"][str(seq)], strict=True)):
        severity = "note" if flag["type"] in decided["notes_only"] else decided["severities"][flag["severity"]]
        m.Flag.objects.create(
            uuid=key("flag", seq, number),
            article=article,
            check_code=flag["type"],
            severity=severity,
            excerpt=flag["text"],
            detail=detail,
        )


def as_lines():
    """The rows as a fixture, one a line: what others name stands before them."""
    from django.core import serializers

    from articles import models as m

    made_here = {m.Locality: m.Locality.objects.filter(order__gte=900)}
    order = (
        m.Outlet, m.Edition, m.Page, m.Column, m.Campaign, m.CampaignName, m.Locality, m.Contributor, m.Photo, m.Article, m.Figure,
        m.Byline, m.LocalityTag, m.CampaignTag, m.Placement, m.Flag, m.Version, m.Publication, m.HistoryEntry, m.ListEntry, m.Coverage, m.Slot,
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
