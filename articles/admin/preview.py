"""A piece as readers would see it, before it is published or even saved; for the desk alone, and never cached. Nothing is written."""

from dataclasses import replace
from typing import NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from articles import text
from articles.admin.fields import key_of
from articles.admin.rows import LAST
from articles.bylines import LONGEST_LINE, hints
from articles.models import CLEANED, Article, Byline, Campaign, Column, Contributor, Figure, Locality, Photo
from articles.models.pieces import LONGEST_TITLE
from articles.reading import Label, Labels, labels_of, region_address
from articles.story import story_from
from articles.versions import seen_of, snapshot
from articles.vocabulary import Kind, Medium, PlaceRelation, Role

MOST_ROWS = 1000  # of one sort; more were never typed
SOURCE = ("source_name", "source_author", "source_headline", "source_url")


def preview_view(request, pk):
    """The working copy as it is saved."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.select_related("column"), pk=pk)
    told = story_from(snapshot(article))
    context = {
        "story": told,
        "title": article.title,
        "labels": labels_of(pk, told.contributors),
        "publication": None,
        "printed": None,
        "preview": True,
        "edit_url": reverse(
            f"admin:articles_{'sitepage' if article.kind == Kind.PAGE else 'article'}_change", args=[pk]
        ),
    }
    template = "articles/site_page.html" if article.kind == Kind.PAGE else "articles/story.html"
    return render(request, template, context)


@require_POST
def live_view(request):
    """The form as it is typed, half filled in or not: it is read, never validated."""
    demand_a_writer(request)
    article, bylines, figures, labels, pictures = typed(request.POST)
    told = story_from(seen_of(article, bylines, figures))
    blocks = (
        (block, figure and replace(figure, url=pictures.get(figure.url, figure.url))) for block, figure in told.blocks
    )
    context = {
        "story": replace(told, blocks=tuple(blocks)),
        "title": _title(article, figures),
        "labels": labels,
        "publication": None,
        "printed": None,
        "preview": False,  # the form is beside it
    }
    return render(request, "articles/live.html", context)


@require_safe
def byline_view(request):
    """What a printed line is read as: {"credits": "记者 张三；通讯员 李四", "doubts": [sentences]}."""
    demand_a_writer(request)
    credits, doubts = hints(text.clean_line(request.GET.get("line", ""))[:LONGEST_LINE])
    return JsonResponse({"credits": credits, "doubts": doubts})


def demand_a_writer(request):
    if not (request.user.has_perm("articles.change_article") or request.user.has_perm("articles.add_article")):
        raise PermissionDenied


class Typed(NamedTuple):
    """A posted form as unsaved rows, in their order. pictures: {address that stands for it: the browser's own address of a file}."""

    article: Article
    bylines: list[Byline]
    figures: list[Figure]
    labels: Labels
    pictures: dict[str, str]


def typed(data):
    """Read a posted form field by field into a Typed; what cannot be meant is left out. A question for each table, none for a row."""
    article = _article(data)
    bylines = _bylines(rows_of(data, "bylines"))
    figures, pictures, article.body = _figures(data, article.body)
    places = rows_of(data, "locality_tags")
    known = _found(Locality, places, "tag")
    about, mentioned = [], []
    for row in places:
        if place := known.get(_key(row.get("tag"))):
            (mentioned if row.get("relation") == PlaceRelation.MENTIONED else about).append(_label_of(place))
    campaigns = rows_of(data, "campaign_tags")
    known = _found(Campaign, campaigns, "tag")
    of_campaigns = [known[key] for row in campaigns if (key := _key(row.get("tag"))) in known]
    labels = Labels(
        about,
        mentioned,
        [Label(campaign.name, campaign.get_absolute_url(), ()) for campaign in of_campaigns],
        {line.contributor.uuid: line.contributor.get_absolute_url() for line in bylines},
    )
    return Typed(article, bylines, figures, labels, pictures)


def rows_of(data, prefix):
    """The rows of a posted formset that are not to be deleted, as {field: text}, in the order of their numbers."""
    total = min(_key(data.get(f"{prefix}-TOTAL_FORMS")) or 0, MOST_ROWS)
    rows = [{} for _number in range(total)]
    for name in data:
        number, _, field = name.removeprefix(f"{prefix}-").partition("-")
        if name.startswith(f"{prefix}-") and field and (place := _key(number)) is not None and place < total:
            rows[place][field] = data[name]
    kept = [row for row in rows if row and "DELETE" not in row]
    return sorted(kept, key=lambda row: _key(row.get("position")) or LAST)


def _key(typed):
    """A number that was typed or posted, or None."""
    typed = (typed or "").strip()
    return key_of(typed)


def _found(model, rows, field):
    """{id: row of the model} of those that the rows name in a field."""
    keys = {_key(row.get(field)) for row in rows} - {None}
    return model.objects.in_bulk(keys) if keys else {}


def _article(data):
    kind = data.get("kind")
    column = _key(data.get("column"))
    return Article(
        kind=kind if kind in Kind.values else Kind.STORY,
        column=Column.objects.filter(pk=column).first() if column else None,
        source_day=_day(data.get("source_day")),
        ai_made="ai_made" in data,
        **{name: text.clean_line(data.get(name, "")) for name in SOURCE},
        **{name: clean(data.get(name, "")) for name, clean in CLEANED.items()},
    )


def _day(typed):
    try:
        return forms.DateField(required=False).clean(typed)
    except ValidationError:
        return None


def _bylines(rows):
    known = _found(Contributor, rows, "contributor")
    credited = [(row.get("role"), known.get(_key(row.get("contributor")))) for row in rows]
    return [
        Byline(role=role, contributor=contributor)
        for role, contributor in credited
        if contributor and role in Role.values
    ]


def _figures(data, body):
    """(figures, {address: the browser's own}, the text with its marks as a save would have them)"""
    rows = [row for row in rows_of(data, "figures") if row.get("id") or _says_something(row)]
    saved, photos = _found(Figure, _all_rows(data), "id"), _found(Photo, rows, "photo")
    before = {
        figure.pk: figure.position for figure in saved.values()
    }  # those to be deleted too: their marks go with them
    figures, pictures, after = [], {}, {}
    for number, row in enumerate(rows, 1):
        old = saved.get(_key(row.get("id")))
        figure = Figure(
            medium=row.get("medium") if row.get("medium") in Medium.values else Medium.PICTURE,
            photo=photos.get(_key(row.get("photo"))),
            caption=text.clean_body(row.get("caption", "")),
            credit=text.clean_line(row.get("credit", "")),
            alt=text.clean_line(row.get("alt", "")),
            file=old.file.name if old else "",
            crop=old.crop if old else "",
        )
        if row.get("local", "").startswith("blob:"):
            figure.photo, figure.medium = Photo(web=f"typed/{number}"), Medium.PICTURE
            pictures[default_storage.url(figure.photo.web)] = row["local"]
        figures.append(figure)
        after[old.pk if old else f"new {number}"] = number
    return figures, pictures, text.renumber_figures(body, text.new_numbers(before, after))


def _says_something(row):
    return any(row.get(field, "").strip() for field in ("caption", "credit", "alt", "photo", "local"))


def _all_rows(data):
    """The figures that the form was opened with."""
    return [{"id": data[name]} for name in data if name.startswith("figures-") and name.endswith("-id")]


def _label_of(place):
    return Label(
        place.name, place.get_absolute_url(), tuple((name, region_address(slug)) for name, slug in place.chain)
    )


def _title(article, figures):
    """The headline, or what will stand for it (as Article.title, whose figures are saved)."""
    passages = (text.plain(article.body), *(figure.caption for figure in figures))
    sentences = (text.first_sentence(passage, LONGEST_TITLE) for passage in passages)
    return article.headline or next(filter(None, sentences), "（无题）")
