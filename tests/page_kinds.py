"""Every kind of page that readers get, once: one list for all tests that go over the whole site."""

from datetime import datetime
from io import BytesIO
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image, ImageDraw

from articles import corrections, listing, photos, publish
from articles.models import Article, Campaign, Column, Contributor, Locality, Placement, Slot
from articles.urls import urlpatterns
from articles.versions import save_version
from articles.vocabulary import CorrectionKind, Kind, SlotSection
from tests.factories import approve, load_seed_page, make_article, make_editor, make_live_article, make_publisher

NO_PAGE = {  # addresses that lead on, and those that machines read
    "year_of_stories", "month_of_stories", "day_of_stories", "qr", "robots", "sitemap", "sitemap_stories", "sitemap_editions", "sitemap_pages", "news_sitemap",
    "feed_latest", "feed_region", "feed_campaign", "feed_column",
}  # fmt: skip
ADDED = {  # kinds that are no pattern of articles/urls.py, or another page of one
    "plain", "region_next", "region_narrowed", "region_empty", "campaign_next", "campaign_narrowed",
    "archive_empty", "photo_story", "site_page", "missing", "gone", "expired", "held",
    "search_empty", "search_narrowed", "search_nothing",
}  # fmt: skip
BY_THEMSELVES = {"broken": "500.html", "forbidden": "403.html", "expired_form": "403_csrf.html"}


class Page(NamedTuple):
    kind: str
    address: str
    status: int = 200

    def sized(self, size):
        """Its address in another size of type."""
        return self.address + ("&" if "?" in self.address else "?") + f"type={size}" if size else self.address


def make_every_page():
    """A Page for each kind there is, of a small archive that is made."""
    site = make_site()
    pages = [*pages_of_pieces(site), *LISTS, *SEARCHES, *pages_of_rows(site)]
    known = {page.kind for page in pages}
    assert known - ADDED == {pattern.name for pattern in urlpatterns} - NO_PAGE - ADDED, (
        "a kind of page nobody looks at"
    )
    return pages


class Site(NamedTuple):
    """The pieces of which each shows a page of its own kind."""

    rich: Article
    plain: Article
    photo: Article
    gone: Article
    ended: Article
    held: Article


def make_site():
    """A small archive with pictures, corrections, a front page and two pages of lists."""
    load_seed_page()
    by = make_publisher()
    county = Locality.objects.get(slug="songxian")
    campaign = Campaign.objects.get(slug="wuxing")
    column = Column.objects.get(slug="dangjian-dajiatan")
    site = Site(
        rich=make_rich_article(by=by, places=[county], campaigns=[campaign], column=column),
        plain=make_live_article(by=by, headline="没有图片也没有标签的一篇"),
        photo=make_pictured_article(
            by=by, headline="晒秋", kind=Kind.PHOTO, captions=["嵩县晒秋忙。", "晒场。"], places=[county]
        ),
        gone=make_live_article(by=by),
        ended=make_live_article(by=by, published_at=at(2023, 1, 1, 8), expires_at=at(2023, 1, 2, 8)),
        held=make_live_article(by=by),
    )
    for number in range(45):
        make_live_article(
            by=by, headline=f"{number + 1}月的一篇稿件", places=[county], campaigns=[campaign], column=column,
            published_at=at(2023, 10, 1 + number % 28, 8),
        )  # fmt: skip
    for section, article in zip(SlotSection, (site.rich, site.plain, site.photo), strict=True):
        Slot.objects.create(section=section, article=article)
    make_live_article(by=by, kind=Kind.PAGE, address="about", headline="关于我们", body="## 编辑部\n正文。")
    publish.withdraw(site.gone.publication, by=by, notice="本稿因信息有误撤回。")
    publish.hold(site.held.publication, by=by)
    for article in (site.rich, site.photo):
        listing.refresh(article)
    return site


def make_rich_article(*, by, **filed):
    """A public piece with all that a story page can show: every mark, pictures, credits, a correction, a place in print."""
    article = make_pictured_article(
        by=by, kicker="嵩县", subhead="药农增收三成，合作社与农户签下五年订单", headline="嵩县中药材喜获丰收 山乡晒出好“丰”景",
        body="　　连日来，嵩县中药材进入采收期。\n>> 编者按：秋收正忙。\n## 晒秋\n**药农们**忙着采挖、晾晒。\n【图1】\n| 一行诗\n| 又一行诗\n最后一段。",
        printed_byline="（本报记者 王博 通讯员 赵小明）", credits=[("reporter", "王博"), ("correspondent", "赵小明")],
        captions=["药农在晾晒丹参。", "合作社的仓库。"], published_at=at(2023, 11, 24, 7), **filed,
    )  # fmt: skip
    corrections.correct(
        article, by=make_editor("add_correction"), kind=CorrectionKind.CORRECTION, text="第二段“布署”应为“部署”。"
    )
    printed = Placement.objects.filter(page__isnull=False)
    Placement.objects.create(article=article, page=printed[0].page, position=printed.count() + 1)
    return article


def pages_of_pieces(site):
    story = address_of(site.rich)
    return [
        Page("story", story),
        Page("plain", address_of(site.plain)),
        Page("photo_story", address_of(site.photo)),
        Page("site_page", "/pages/about/"),
        Page("gone", address_of(site.gone), 410),
        Page("expired", address_of(site.ended), 410),
        Page("held", address_of(site.held), 503),
        Page("share", f"{story}share/"),
        Page("report", f"{story}report/"),
        Page("report_thanks", f"{story}report/thanks/"),
    ]


def pages_of_rows(site):
    """Those whose address only the rows tell."""
    return [
        Page("region_next", "/regions/songxian/?after=" + str(listing.page(region="songxian").older)),
        Page("contributor", Contributor.objects.get(name="赵小明").get_absolute_url()),
        Page("page", site.rich.placements.get().page.get_absolute_url()),
    ]


LISTS = [
    Page("front", "/"),
    Page("regions", "/regions/"),
    Page("region", "/regions/henan/"),
    Page("region_narrowed", "/regions/songxian/?campaign=wuxing"),
    Page("region_empty", "/regions/haidian/"),
    Page("region_month", "/regions/henan/2023/11/"),
    Page("archive", "/archive/"),
    Page("archive_year", "/archive/2023/"),
    Page("archive_month", "/archive/2023/11/"),
    Page("archive_day", "/archive/2023/11/23/"),
    Page("archive_empty", "/archive/2023/11/19/"),
    Page("campaigns", "/campaigns/"),
    Page("campaign", "/campaigns/zhuti-jiaoyu/"),
    Page("campaign_next", "/campaigns/wuxing/"),
    Page("campaign_narrowed", "/campaigns/zhuti-jiaoyu/?region=xuchang&from=2023-11-01"),
    Page("column", "/columns/dangjian-dajiatan/"),
    Page("photos", "/photos/"),
    Page("editions", "/editions/"),
    Page("edition", "/editions/2023-11-23/"),
    Page("corrections", "/corrections/"),
    Page("missing", "/nichts/", 404),
    Page("feeds", "/feeds/"),
]
SEARCHES = [
    Page("search", "/search/?q=%E6%94%AF%E9%83%A8"),
    Page("search_empty", "/search/"),
    Page("search_narrowed", "/search/?q=%E6%94%AF%E9%83%A8&region=henan&period=2023&sort=relevant"),
    Page("search_nothing", "/search/?q=songxian+-%E8%AF%8D+%E4%BD%9C%E8%80%85%3A%E7%94%B2"),
]


def pages_by_themselves():
    """{kind: HTML} of the pages that Django shows when something went wrong."""
    request = RequestFactory().get("/")
    return {kind: render_to_string(name, request=request) for kind, name in BY_THEMSELVES.items()}


def make_pictured_article(*, published_at=None, by, picture=None, **fields):
    """A public piece whose pictures have files. picture: a function of their numbers, from 0 on, that gives uploads."""
    picture = picture or a_photograph
    article = make_article(by=by, **fields)
    for number, figure in enumerate(article.figures.select_related("photo").order_by("position")):
        photos.attach(figure.photo, photos.read_picture(picture(number)))
        figure.photo.save()
        figure.credit, figure.alt = "王博 摄", f"第 {number + 1} 张：场院里翻晒药材"
        figure.save()
    save_version(article, by=by)
    article = approve(Article.objects.get(pk=article.pk))
    publication = publish.publish(article, by=by)
    if published_at:
        type(publication).objects.filter(pk=publication.pk).update(
            published_at=published_at, first_published_at=published_at
        )
    article.refresh_from_db()
    listing.refresh(article)
    return article


def a_photograph(number=0, size=(1200, 800)):
    """An upload that is not one colour, so that what is made of it weighs something."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    drawing = ImageDraw.Draw(picture)
    for step in range(0, size[0], 100):
        drawing.ellipse((step, 50 * number, step + 90, 50 * number + 300), fill=(200 - step // 10, 90 + step // 10, 60))
    buffer = BytesIO()
    picture.save(buffer, "JPEG")
    return SimpleUploadedFile(f"照片{number}.jpg", buffer.getvalue(), "image/jpeg")


def at(*moment):
    return timezone.make_aware(datetime(*moment))


def address_of(article):
    return Article.objects.select_related("publication").get(pk=article.pk).publication.get_absolute_url()
