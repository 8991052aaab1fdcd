"""The public addresses. An address is a promise: what stands here stays."""

from django.urls import path, register_converter

from articles.views import corrections, feeds, front, lists, papers, reader_reports, search, site_pages, sitemaps, story


class FourDigits:
    regex = "[0-9]{4}"
    to_python = int

    def to_url(self, value):
        return f"{value:04}"


class TwoDigits(FourDigits):
    regex = "[0-9]{2}"

    def to_url(self, value):
        return f"{value:02}"


class Number:
    """At most 18 digits: what fits into a column of either database."""

    regex = "[0-9]{1,18}"
    to_python = int
    to_url = str


register_converter(FourDigits, "yyyy")
register_converter(TwoDigits, "nn")
register_converter(Number, "number")

urlpatterns = [
    path("", front.front, name="front"),
    path("<yyyy:year>/", lists.day_of_stories, name="year_of_stories"),
    path("<yyyy:year>/<nn:month>/", lists.day_of_stories, name="month_of_stories"),
    path("<yyyy:year>/<nn:month>/<nn:day>/", lists.day_of_stories, name="day_of_stories"),
    path("<yyyy:year>/<nn:month>/<nn:day>/<number:pk>/", story.story, name="story"),
    path("<yyyy:year>/<nn:month>/<nn:day>/<number:pk>/share/", story.share, name="share"),
    path("<yyyy:year>/<nn:month>/<nn:day>/<number:pk>/report/", reader_reports.report, name="report"),
    path(
        "<yyyy:year>/<nn:month>/<nn:day>/<number:pk>/report/thanks/", reader_reports.report_thanks, name="report_thanks"
    ),
    path("<yyyy:year>/<nn:month>/<nn:day>/<number:pk>/qr.svg", story.qr, name="qr"),
    path("regions/", lists.regions, name="regions"),
    path("regions/<slug:slug>/", lists.region, name="region"),
    path("regions/<slug:slug>/<yyyy:year>/<nn:month>/", lists.region, name="region_month"),
    path("archive/", lists.archive, name="archive"),
    path("archive/<yyyy:year>/", lists.archive_year, name="archive_year"),
    path("archive/<yyyy:year>/<nn:month>/", lists.archive_month, name="archive_month"),
    path("archive/<yyyy:year>/<nn:month>/<nn:day>/", lists.archive_day, name="archive_day"),
    path("campaigns/", lists.campaigns, name="campaigns"),
    path("campaigns/<slug:slug>/", lists.campaign, name="campaign"),
    path("columns/<slug:slug>/", lists.column, name="column"),
    path("contributors/<number:pk>/", lists.contributor, name="contributor"),
    path("photos/", lists.photos, name="photos"),
    path("search/", search.search, name="search"),
    path("corrections/", corrections.all_corrections, name="corrections"),
    path("pages/<slug:slug>/", site_pages.site_page, name="site_page"),
    path("editions/", papers.editions, name="editions"),
    path("editions/<yyyy:year>-<nn:month>-<nn:day>/", papers.edition, name="edition"),
    path("editions/<yyyy:year>-<nn:month>-<nn:day>/<number:number>/", papers.page, name="page"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/latest.atom", feeds.latest, name="feed_latest"),
    path("regions/<slug:slug>/feed.atom", feeds.region, name="feed_region"),
    path("campaigns/<slug:slug>/feed.atom", feeds.campaign, name="feed_campaign"),
    path("columns/<slug:slug>/feed.atom", feeds.column, name="feed_column"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<number:block>.xml", sitemaps.stories, name="sitemap_stories"),
    path("sitemap-editions-<yyyy:year>.xml", sitemaps.editions, name="sitemap_editions"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
]
