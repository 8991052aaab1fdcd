"""The search page: what was understood, the names it means, the texts that hold the words, and what would narrow them."""

import re
from datetime import date
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import listing
from articles.matches import EVERYWHERE, RANKED, Lists, Match, newest, ranked
from articles.models import ANY, Publication
from articles.search_beside import choices, names_of, suggestions
from articles.search_filed import meant
from articles.search_query import LONGEST, read, typed, without_days
from articles.snippets import marked, snippet
from articles.views.choices import month_as_days
from articles.views.forms import chosen_or_404
from articles.vocabulary import Kind

PAGE_SIZE = 20
COUNTED = 1000  # matches; of more it is said that there are more
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?:-(0[1-9]|1[0-2]))?")
_PAGE = re.compile(r"[1-9][0-9]?")


class Hit(NamedTuple):
    """A piece that was found: its publication, and its headline and a few lines of it as runs of articles/snippets.py."""

    publication: Publication
    title: list
    lines: list


@cache_control(no_cache=True)  # nobody asks the same often enough to keep the page
@require_safe
def search(request):
    """?q= is what is looked for; ?region=, ?campaign=, ?kind= and ?period= narrow it, ?sort=relevant puts the best first."""
    query = read(request.GET.get("q", ""))
    place, campaign = chosen_or_404(request)
    kind, period = _kind_or_404(request), _period_or_404(request)
    lists = Lists(place.slug if place else ANY, campaign.slug if campaign else ANY, kind, *(period or (None, None)))
    by_relevance = request.GET.get("sort") == "relevant"

    asked = {"region": lists.region, "campaign": lists.campaign, "kind": kind, "period": request.GET.get("period")}

    def address(**other):
        """Of the same search with other choices, and from its first page on."""
        return _address({"q": query.typed, **asked, "sort": "relevant" if by_relevance else "", **other})

    further = request.GET.get("page", "1") not in ("", "1") if by_relevance else request.GET.get("after")
    found = newest(query, lists, most=COUNTED + 1) if query else []
    page, turn = _page(request, query, lists, found, by_relevance) if found else ([], {})
    if found and not page:
        raise Http404  # behind the last one
    return render(
        request,
        "articles/search.html",
        {
            "query": query,
            "longest": LONGEST,
            "place": place,
            "campaign": campaign,
            "kind": Kind(kind).label if kind else "",
            "period": period and _period_name(period),
            "by_relevance": by_relevance,
            "address": address,
            "fields": [(field, meant(field)) for field in query.fields],
            "narrowed": {name: value for name, value in asked.items() if value and value != ANY},
            "first": address() if further else "",
            "as_words": address(q=typed(without_days(query))) if query.times else "",
            "number": len(found),
            "up_to": COUNTED,
            "ranked": RANKED,
            "hits": _hits(page, query),
            "turn": turn,
            "names": names_of(query) if query and lists == EVERYWHERE and not further else [],
            "choices": choices(found[:COUNTED], lists, counted=len(found) <= COUNTED) if found else None,
            "suggestions": _suggested(query, lists, address) if query and not found else [],
            "named_up_to": listing.COUNTED,
        },
    )


def _address(said):
    named = {name: value for name, value in said.items() if value not in ("", None, ANY)}
    return f"{reverse('search')}?{urlencode(named)}"


def _page(request, query, lists, found, by_relevance):
    """(the matches of the page that is asked for, {parameter: value} of the address of the next one) of those that were found."""
    if by_relevance:
        number = int(_matched_or_404(_PAGE, request.GET.get("page") or "1").group())
        best = ranked(found, query)
        last = number * PAGE_SIZE >= len(best)
        return best[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], {} if last else {"page": number + 1}
    after = _after_or_404(request)
    page = found if after is None else [match for match in found if match < after]
    if len(page) <= PAGE_SIZE and len(found) > COUNTED:
        page = newest(query, lists, after=after, most=PAGE_SIZE + 1)
    more, page = len(page) > PAGE_SIZE, page[:PAGE_SIZE]
    return page, {"after": str(_cursor(page[-1]))} if more else {}


def _cursor(match):
    return listing.Cursor(match.published_at, 0, match.version)


def _after_or_404(request):
    if not request.GET.get("after"):
        return None
    try:
        cursor = listing.Cursor.parse(request.GET["after"])
    except listing.BadCursor as error:
        raise Http404 from error
    return Match(cursor.published_at, cursor.publication)


def _hits(matches, query):
    rows = Publication.objects.filter(version__in=[match.version for match in matches]).select_related("version")
    by_version = {publication.version_id: publication for publication in rows}
    found = (by_version[match.version] for match in matches if match.version in by_version)
    terms = query.terms
    return [Hit(each, marked(each.version.title, terms), snippet(each.version.story, terms)) for each in found]


def _suggested(query, lists, address):
    """(the address, the words, what it goes without) of other searches that find something."""
    found = []
    for other in suggestions(query, lists):
        words = typed(other.query)
        narrowed = {} if other.lists == lists else dict.fromkeys(("region", "campaign", "kind", "period"))
        found.append((address(q=words, **narrowed), words, other.dropped))
    return found


# --- what an address may say -----------------------------------------------------------------------------


def _matched_or_404(pattern, text):
    found = pattern.fullmatch(text)
    if not found:
        raise Http404
    return found


def _kind_or_404(request):
    kind = request.GET.get("kind", "")
    if kind and kind not in Kind.values:
        raise Http404
    return kind


def _period_or_404(request):
    """(first day, last day) of a year or a month; None where the address names none."""
    if not request.GET.get("period"):
        return None
    year, month = _matched_or_404(_PERIOD, request.GET["period"]).groups()
    if month:
        return month_as_days(date(int(year), int(month), 1))
    return date(int(year), 1, 1), date(int(year), 12, 31)


def _period_name(period):
    first, last = period
    return f"{first.year}年{first.month}月" if first.month == last.month else f"{first.year}年"
