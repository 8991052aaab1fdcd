"""Valid rows with as little said as possible: a test states only what it is about."""

import json
from copy import copy
from datetime import date
from itertools import count, groupby
from pathlib import Path

from django.contrib.auth.models import Permission
from django.core import serializers
from django.db import connection
from django.utils import timezone

from articles import freshness, listing, publish, search_index
from articles.models import (
    Article,
    Byline,
    CampaignTag,
    Contributor,
    Edition,
    Editor,
    Figure,
    Locality,
    LocalityTag,
    Outlet,
    Page,
    Photo,
    Review,
    SignOff,
    StagesInForce,
)
from articles.versions import save_version
from articles.vocabulary import Decision, Kind, Level, Role, Stage

ROOT = Path(__file__).resolve().parent.parent
_number = count(1)
_seed_page = {}  # by database: the rows of the first load_seed_page(), with their numbers


def make_editor(*permissions, **fields):
    """An account that may enter the desk; permissions as code names, "*" for a superuser."""
    username = fields.pop("username", f"editor{next(_number)}")
    editor = Editor.objects.create_user(
        username,
        **{
            "display_name": username,
            "is_staff": True,
            "is_superuser": "*" in permissions,
            "password": "secret",
            **fields,
        },
    )
    if {"change_article", "publish_article"} & set(permissions):  # as every role has it but 通讯员
        permissions = (*permissions, "edit_others_articles")
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="articles", codename__in=permissions))
    return editor


def make_publisher(**fields):
    return make_editor("publish_article", "withdraw_article", **fields)


def make_place(name="嵩县", parent=None, level=Level.COUNTY, **fields):
    return Locality.objects.create(name=name, parent=parent, level=level, **fields)


def make_article(*, places=(), campaigns=(), credits=(), captions=(), by=None, **fields):
    """A draft with one Version. credits: (role, name) pairs; captions: one picture without a file each."""
    fields = {"headline": f"标题{next(_number)}", "body": "正文。", **fields}
    if fields.get("kind") == Kind.PHOTO and not captions:
        captions = ("图说。",)
    article = Article.objects.create(created_by=by, **fields)
    for place in places:
        LocalityTag.objects.create(content_object=article, tag=place)
    for campaign in campaigns:
        CampaignTag.objects.create(content_object=article, tag=campaign)
    for position, (role, name) in enumerate(credits, 1):
        contributor, _ = Contributor.objects.get_or_create(name=name)
        Byline.objects.create(article=article, position=position, role=Role(role), contributor=contributor)
    for position, caption in enumerate(captions, 1):
        Figure.objects.create(article=article, position=position, photo=Photo.objects.create(), caption=caption)
    save_version(article, by=by)
    listing.refresh(article)
    return article


def make_page(number=1, **fields):
    outlet, _ = Outlet.objects.get_or_create(name="今日嵩县", defaults=fields)
    edition, _ = Edition.objects.get_or_create(outlet=outlet, day=date(2023, 11, 23))
    return Page.objects.create(edition=edition, number=number)


def make_reviewers():
    """Three accounts that may sign every stage and write nothing."""
    names = ("初审员", "复审员", "终审员")
    return [
        Editor.objects.get_or_create(
            username=f"reviewer{number}",
            defaults={"display_name": name, "is_staff": True, "is_superuser": True, "password": "!"},
        )[0]
        for number, name in enumerate(names, 1)
    ]


def approve(article):
    """Let the newest text of a piece have passed every stage in force, signed by make_reviewers(). Returns the piece."""
    reviewers = make_reviewers()
    version = article.versions.get(number=article.version_number)
    review = article.reviews.open().first() or Review.objects.create(
        article=article, version=version, opened_by=reviewers[0]
    )
    people = {Stage.FIRST_REVIEW: 0, Stage.SECOND_REVIEW: 1, Stage.FINAL_REVIEW: 2}
    signed = set(review.sign_offs.signed().filter(version=version).values_list("stage", flat=True))
    SignOff.objects.bulk_create(
        SignOff(
            review=review,
            version=version,
            sha256=version.sha256,
            stage=stage,
            decision=Decision.PASSED,
            by=reviewers[people.get(stage, 0)],
        )
        for stage in StagesInForce.objects.current()
        if stage not in signed
    )
    return article


def make_approved_article(**fields):
    return approve(make_article(**fields))


def make_live_article(*, published_at=None, expires_at=None, by=None, **fields):
    """A piece that is public from `published_at` (default: a moment ago); a moment to come schedules it."""
    by = by or make_publisher()
    article = make_approved_article(by=by, **fields)
    publication = publish.publish(article, by=by)
    moment = published_at or timezone.now()
    type(publication).objects.filter(pk=publication.pk).update(
        published_at=moment, first_published_at=moment, expires_at=expires_at
    )
    article.refresh_from_db()
    listing.refresh(article)
    search_index.index(article)
    freshness.changed()
    return article


def load_gazetteer(*slugs):
    """Some places of the gazetteer, with their ancestors, as fixtures/localities.json has them. Returns the rows."""
    rows = json.loads((ROOT / "fixtures/localities.json").read_text("utf-8"))
    paths = [row["fields"]["path"] for row in rows if row["fields"]["slug"] in slugs]
    return _load([row for row in rows if any(path.startswith(row["fields"]["path"]) for path in paths)])


def load_seed_page():
    """The seed page with the places it names, without the rest of the gazetteer."""
    known = _seed_page.get(connection.vendor, ())
    if known and not any(model.objects.exists() for model in set(map(type, known))):
        for model, rows in groupby(known, type):  # as the first test had them, in a tenth of the time
            model.objects.bulk_create(map(copy, rows))
    else:
        _seed_page[connection.vendor] = _read_seed_page()
    search_index.index_many([row.pk for row in _seed_page[connection.vendor] if isinstance(row, Article)])


def _read_seed_page():
    places = load_gazetteer(
        "songxian", "luohe", "wangzhuangzhai", "jianan", "xuchang-yanling-anling", "boai", "haidian", "wuyang-wenfeng", "nanyang",
        "shantoudian", "dancheng", "pingdian",
    )  # fmt: skip
    return places + _load(json.loads((ROOT / "fixtures/seed_page.json").read_text("utf-8")))


def _load(rows):
    loaded = []
    for found in serializers.deserialize("python", rows):
        found.save()
        loaded.append(found.object)
    return loaded
