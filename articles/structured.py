"""What machines read of a page: the facts it shows in the words of schema.org, its one address, and the picture of a shared link.

Everything is made from what the page's view has loaded; nothing here asks the database. Dates are ISO 8601 by the Shanghai clock.
"""

import json
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from articles import renditions, scans
from articles.vocabulary import Medium, Role

LONGEST_HEADLINE = 110  # characters, by Google's rules for NewsArticle
LONGEST_NAME = 4  # characters of a Chinese person's name; a longer one without a middle dot is a unit's
NOT_WRITERS = {
    Role.SOURCE, Role.SUPPLIER, Role.EDITOR, Role.RESPONSIBLE_EDITOR, Role.ART_EDITOR, Role.PROOFREADER, Role.AUDITOR,
    Role.FIRST_REVIEW, Role.SECOND_REVIEW, Role.FINAL_REVIEW, Role.FIRST_PROOF, Role.SECOND_PROOF, Role.THIRD_PROOF,
}  # fmt: skip
EDITORS = {Role.EDITOR, Role.RESPONSIBLE_EDITOR}
# What would end a script element or begin a comment in it, and the two line ends that JavaScript knows and JSON does not.
_ESCAPED = [(c, f"\\u{ord(c):04x}") for c in "<>&\u2028\u2029"]


def json_ld(*things):
    """Things of schema.org as the text of a <script type="application/ld+json">; whatever they say, it stays in there."""
    data = {"@context": "https://schema.org", "@graph": [thing for thing in things if thing]}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _ESCAPED:  # str.translate() takes ten times as long
        text = text.replace(character, escaped)
    return Markup(text)


def canonical(request, kept=()):
    """The one address of a page: with those of its parameters that make it another page, in the order of `kept`.

    What else an address carries (the size of type, the marks that WeChat adds to shared links) is left out.
    """
    said = [(name, request.GET[name]) for name in kept if request.GET.get(name)]
    return request.build_absolute_uri(request.path + (f"?{urlencode(said)}" if said else ""))


class SharePicture(NamedTuple):
    """The picture that stands beside a shared link; `address` may lack the host, `own` says that it is the page's own."""

    address: str
    width: int
    height: int
    alt: str
    own: bool


def share_picture(story=None):
    """The share picture of a story's first picture with a file; the site's own picture for everything else."""
    pictures = [figure for _block, figure in story.blocks if figure] if story else []
    for figure in pictures:
        if figure.medium == Medium.PICTURE and figure.url:
            narrow = renditions.share(figure.url, figure.focus)
            size = renditions.SHARE_SIZE if narrow else (figure.width, figure.height)
            return SharePicture(narrow or figure.url, *size, figure.alt, True)
    return SharePicture(static("img/share.png"), *renditions.SHARE_SIZE, "", False)


def scan_picture(sheet):
    """The head of a newspaper page whose scan readers see (a Sheet of views/papers.py), or None."""
    narrow = sheet.scanned and renditions.share(default_storage.url(sheet.page.scan_web), scans.FOCUS)
    return SharePicture(narrow, *renditions.SHARE_SIZE, sheet.page.label, True) if narrow else None


# --- the things ------------------------------------------------------------------------------------------


def news_article(request, desk, story, title, released, labels, notices, printed):
    """A story as NewsArticle. `notices` are its corrections, newest first; `printed` is its place in print or None.

    `title` stands for a missing headline, as on the page.
    """
    headline = story.headline or title
    picture = share_picture(story)
    return _said({
        "@type": "NewsArticle",
        "headline": cut(headline, LONGEST_HEADLINE),
        "alternativeHeadline": story.subhead.lstrip("—－-─ "),
        "description": released.lead or released.caption,
        "mainEntityOfPage": request.build_absolute_uri(released.get_absolute_url()),
        "url": request.build_absolute_uri(released.get_absolute_url()),
        "datePublished": published(released),
        "dateModified": modified(released, notices),
        "author": _authors(request, desk, story, labels),
        "editor": [
            _somebody(request, credit.name, credit.contributor, labels)
            for credit in story.credits
            if credit.role in EDITORS
        ],
        "publisher": publisher(request, desk),
        "image": picture.own and _image(request, picture),
        "articleSection": story.column and story.column["name"],
        "keywords": [campaign.name for campaign in labels.campaigns],
        "contentLocation": [_place(request, place) for place in labels.about],
        "mentions": [_place(request, place) for place in labels.mentioned],
        "isBasedOn": story.source and _original(story.source, headline),
        "sourceOrganization": story.source and {"@type": "Organization", "name": story.source["name"]},
        "printEdition": printed and f"{printed.page.edition.outlet.name} {printed.page.edition.day}",
        "printPage": printed and str(printed.page.number),
        "printSection": printed and printed.section,
        "correction": [
            {"@type": "CorrectionComment", "text": notice.text, "datePublished": _moment(notice.made_at)}
            for notice in notices
        ],
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
    })  # fmt: skip


def published(released):
    """When a piece came out, as text: of what was printed elsewhere first the day alone is known."""
    if released.from_print:
        return timezone.localdate(released.first_published_at).isoformat()
    return _moment(released.first_published_at)


def modified(released, notices):
    """When readers last got something new of it, as text."""
    at = modified_at(released.published_at, released.released_at, notices)
    return _moment(at) if at != released.first_published_at else published(released)


def modified_at(published_at, released_at, notices):
    """The last moment at which readers of a piece got something new: its release, that of its present text, its last notice."""
    return max(filter(None, (published_at, released_at, *(notice.made_at for notice in notices))))


def breadcrumbs(request, trail):
    """The trail of a page, (name, address) pairs of which the last is the page itself, as BreadcrumbList; None without one."""
    if not trail:
        return None
    steps = [
        _said({
            "@type": "ListItem",
            "position": position,
            "name": name,
            "item": address and request.build_absolute_uri(address),
        })
        for position, (name, address) in enumerate(trail, 1)
    ]  # fmt: skip
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def web_page(request, desk, title, about, address, publications=None):
    """Any other page; a list, of which `publications` are shown on this page of it, with those in their order."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "url": request.build_absolute_uri(publication.get_absolute_url()),
            "name": publication.version.title,
        }
        for position, publication in enumerate(publications or (), 1)
    ]
    return _said({
        "@type": "WebPage" if publications is None else "CollectionPage",
        "name": title,
        "description": about,
        "url": address,
        "inLanguage": "zh-CN",
        "publisher": publisher(request, desk),
        "mainEntity": items and {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items},
    })  # fmt: skip


def website(request, desk):
    """The site itself, for its front page."""
    front = request.build_absolute_uri(reverse("front"))
    return {
        "@type": "WebSite",
        "@id": f"{front}#site",
        "name": desk["name"],
        "url": front,
        "inLanguage": "zh-CN",
        "publisher": {"@id": _id_of_publisher(request)},
    }


def organisation(request, desk):
    """The desk itself, for the front page; every other page only names it."""
    return {
        **publisher(request, desk),
        "@id": _id_of_publisher(request),
        "correctionsPolicy": request.build_absolute_uri(reverse("corrections")),
        **({"parentOrganization": {"@type": "Organization", "name": desk["organiser"]}} if desk["organiser"] else {}),
    }


def publisher(request, desk):
    return {
        "@type": "NewsMediaOrganization",
        "name": desk["name"],
        "url": request.build_absolute_uri(reverse("front")),
        "logo": {"@type": "ImageObject", "url": request.build_absolute_uri(static("img/favicon.svg"))},
    }


def _id_of_publisher(request):
    return f"{request.build_absolute_uri(reverse('front'))}#desk"


def writers(story):
    """[(name, uuid of the contributor or None)] of those who made a piece, in their order; [] for one that nobody signed.

    The printed line stands for them where nobody of it is known, and the author of a reprint where it has no line.
    """
    if story.credits:
        return [(credit.name, credit.contributor) for credit in story.credits if credit.role not in NOT_WRITERS]
    printed = "".join(part.text for part in story.byline)
    name = printed or (story.source and story.source["author"])
    return [(name, None)] if name else []


def _authors(request, desk, story, labels):
    found = [_somebody(request, name, contributor, labels) for name, contributor in writers(story)]
    if found:
        return found
    if story.source:
        return [{"@type": "Organization", "name": story.source["name"]}]
    return [{"@type": "Organization", "name": desk["name"], "url": request.build_absolute_uri(reverse("front"))}]


def _somebody(request, name, contributor, labels):
    address = labels.contributors.get(contributor)
    unit = contributor and len(name) > LONGEST_NAME and "·" not in name
    return _said({
        "@type": "Organization" if unit else "Person",
        "name": name,
        "url": address and request.build_absolute_uri(address),
    })  # fmt: skip


def _image(request, picture):
    return _said({
        "@type": "ImageObject",
        "url": request.build_absolute_uri(picture.address),
        "width": picture.width,
        "height": picture.height,
        "caption": picture.alt,
    })  # fmt: skip


def _place(request, label):
    """With its whole name, from the province down: there are many 城关镇."""
    return {
        "@type": "Place",
        "name": "".join(name for name, _address in label.chain),
        "url": request.build_absolute_uri(label.url),
    }


def _original(source, headline):
    return _said({
        "@type": "CreativeWork",
        "name": source["headline"] or headline,
        "url": source["url"],
        "datePublished": source["day"],
        "author": source["author"] and {"@type": "Person", "name": source["author"]},
        "publisher": {"@type": "Organization", "name": source["name"]},
    })  # fmt: skip


def cut(text, longest):
    """The text, its end replaced by … where it is longer than `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _moment(at):
    return timezone.localtime(at).isoformat(timespec="seconds")


def _said(thing):
    """Without what there is nothing to say of."""
    return {name: value for name, value in thing.items() if value not in (None, "", [], False, 0)}
