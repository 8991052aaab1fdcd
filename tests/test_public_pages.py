"""What readers get: regions, dates, campaigns, columns, the paper, the front page, a story."""

from datetime import datetime, timedelta

from django.utils import timezone

from articles import publish
from articles.models import (
    Article,
    Campaign,
    Contributor,
    Edition,
    Locality,
    LocalityTag,
    Outlet,
    Page,
    Placement,
    Publication,
    Slot,
)
from articles.vocabulary import Level, PlaceRelation
from tests.factories import (
    approve,
    make_article,
    make_live_article,
    make_publisher,
)
from tests.page import follow, read
from tests.public import BY_SEQ, NOTICE, PRINTED, address_of, listed, paragraphs, refresh, seqs_about, seqs_in
from tests.test_seed_page import PIECES

# Regions.


def test_a_region_lists_the_pieces_about_it_and_about_the_places_in_it(client, seed):
    assert listed(client, seed, "/regions/songxian/") == [1]
    assert listed(client, seed, "/regions/luohe/") == [5, 10]
    assert listed(client, seed, "/regions/henan/") == [1, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15]
    for place in Locality.objects.all():
        assert listed(client, seed, f"/regions/{place.slug}/") == seqs_about(place.name), place.trail


def test_a_region_that_is_only_mentioned_lists_nothing(client, seed):
    page = read(client, "/regions/haidian/")
    assert (page.main.one("h1").text, page.main.stories()) == ("海淀区", [])
    LocalityTag.objects.filter(tag__slug="haidian").update(relation=PlaceRelation.ABOUT)
    refresh(seed[9])
    assert listed(client, seed, "/regions/haidian/") == [9]
    LocalityTag.objects.filter(tag__slug="haidian").update(relation=PlaceRelation.MENTIONED)
    refresh(seed[9])
    assert listed(client, seed, "/regions/haidian/") == []


def test_a_region_leads_to_its_ancestors_and_to_the_places_in_it_that_have_pieces(client, seed):
    page = read(client, "/regions/xuchang/")
    places = [(href, text) for href, text in page.main.links() if href.startswith("/regions/") and "/20" not in href]
    places = [place for place in places if "?" not in place[0]]
    assert places == [
        ("/regions/", "各地"),
        ("/regions/henan/", "河南省"),
        ("/regions/jianan/", "建安区 1 篇"),
        ("/regions/xuchang-yanling/", "鄢陵县 1 篇"),
        ("/regions/xuchang-xiangcheng/", "襄城县 1 篇"),
    ]


def test_the_tree_of_regions_shows_each_place_with_pieces_inside_the_place_above_it(client, seed):
    shown = {}
    for link in read(client, "/regions/").main.all("a"):
        items = [element for element in link.ancestors if element.tag == "li"]
        shown[link.attrs["href"]] = "/".join(item.all("a")[0].text.split()[0] for item in reversed(items))
    upper = Locality.objects.filter(level__in=(Level.PROVINCE, Level.CITY, Level.COUNTY, Level.ZONE))
    assert shown == {
        place.get_absolute_url(): place.trail for place in upper if Article.objects.live().within(place).exists()
    }
    assert "/regions/songxian/" in shown and "/regions/beijing/" not in shown
    cities = [trail.split("/")[1] for trail in shown.values() if trail.count("/") == 1]
    assert cities == ["洛阳市", "焦作市", "许昌市", "漯河市", "南阳市", "商丘市", "周口市"]


def test_a_region_s_month_lists_what_was_published_in_it(client, seed):
    assert listed(client, seed, "/regions/luohe/2023/11/") == [5, 10]
    assert listed(client, seed, "/regions/luohe/2023/10/") == []
    Publication.objects.filter(article=seed[5]).update(
        published_at="2023-10-31T23:59:59+08:00", first_published_at="2023-10-31T23:59:59+08:00"
    )
    refresh(seed[5])
    assert listed(client, seed, "/regions/luohe/2023/11/") == [10]
    assert listed(client, seed, "/regions/luohe/2023/10/") == [5]
    page = read(client, "/regions/luohe/2023/11/")
    assert (page.main.rel("prev"), page.main.rel("next")) == ("/regions/luohe/2023/10/", None)
    assert page.main.one("h1").text == "漯河市 2023年11月"


# By date.


def test_the_archive_leads_from_the_year_to_the_day(client, seed):
    years = [link for link in read(client, "/archive/").main.links() if link[0].startswith("/archive/2")]
    assert years == [("/archive/2023/", "2023年 12 篇")]
    year = read(client, "/archive/2023/").main
    assert [link for link in year.links() if link[0].startswith("/archive/2023/") and "?" not in link[0]] == [
        ("/archive/2023/11/", "11月 12 篇")
    ]
    month = read(client, "/archive/2023/11/").main
    days = [href for href in month.hrefs() if href.startswith("/archive/2023/11/") and "?" not in href]
    assert days == ["/archive/2023/11/23/"]
    assert listed(client, seed, "/archive/2023/11/") == PRINTED
    assert read(client, "/archive/2022/").main.stories() == []


def test_a_day_lists_its_pieces_in_printed_order(client, seed):
    assert listed(client, seed, "/archive/2023/11/23/") == PRINTED
    assert listed(client, seed, "/archive/2023/11/22/") == []
    assert listed(client, seed, "/archive/2023/11/24/") == []
    page = read(client, "/archive/2023/11/22/").main
    assert (page.rel("prev"), page.rel("next")) == (None, "/archive/2023/11/23/")


def test_pieces_of_one_moment_stand_as_they_were_printed_whatever_their_numbers(client, seed):
    for position, seq in enumerate(reversed(PRINTED), 1):
        Placement.objects.filter(article=seed[seq]).update(position=position)
        refresh(seed[seq])
    backwards = PRINTED[::-1]
    assert listed(client, seed, "/archive/2023/11/23/") == backwards
    assert listed(client, seed, "/editions/2023-11-23/1/") == backwards
    assert listed(client, seed, "/campaigns/zhuti-jiaoyu/") == [11, 8, 7, 6]


def test_a_day_begins_and_ends_at_midnight_in_shanghai(client, db):
    by = make_publisher()
    moments = ("2024-02-28T23:59:59.999999", "2024-02-29T00:00:00", "2024-02-29T23:59:59.999999", "2024-03-01T00:00:00")
    pieces = [
        make_live_article(by=by, published_at=timezone.make_aware(datetime.fromisoformat(moment))).pk
        for moment in moments
    ]
    assert read(client, "/archive/2024/02/28/").main.stories() == pieces[:1]
    assert read(client, "/archive/2024/02/29/").main.stories() == [pieces[2], pieces[1]]
    assert read(client, "/archive/2024/03/01/").main.stories() == pieces[3:]
    assert read(client, "/archive/2024/02/").main.stories() == [pieces[2], pieces[1], pieces[0]]


# Campaigns.


def test_a_campaign_lists_exactly_its_pieces(client, seed):
    assert listed(client, seed, "/campaigns/zhuti-jiaoyu/") == [6, 7, 8, 11]
    for campaign in Campaign.objects.all():
        assert listed(client, seed, campaign.get_absolute_url()) == seqs_in(campaign.name)


def test_the_list_of_campaigns_shows_those_with_public_pieces(client, seed):
    shown = {href: text for href, text in read(client, "/campaigns/").main.links()}
    assert shown == {c.get_absolute_url(): c.name for c in Campaign.objects.all()}
    publish.hold(seed[1].publication, by=make_publisher())
    without = {href: text for href, text in read(client, "/campaigns/").main.links()}
    assert set(shown) - set(without) == {"/campaigns/lianxue-lianjian/"}


def test_a_campaign_is_narrowed_by_region_and_days_both_included(client, seed):
    wanted = {
        "region=xuchang": [7, 8],
        "region=jianan": [7],
        "region=henan": [6, 7, 8, 11],
        "region=songxian": [],
        "from=2023-11-23&to=2023-11-23": [6, 7, 8, 11],
        "from=2023-11-24": [],
        "to=2023-11-22": [],
        "region=xuchang&from=2023-11-01&to=2023-11-30": [7, 8],
        "region=&from=&to=": [6, 7, 8, 11],
        "from=2023-12-01&to=2023-11-01": [],
    }
    assert {filters: listed(client, seed, f"/campaigns/zhuti-jiaoyu/?{filters}") for filters in wanted} == wanted


def test_a_region_is_narrowed_by_campaign_and_month_and_its_links_keep_both(client, seed):
    wanted = [seq for seq in seqs_in("主题教育") if seq in seqs_about("河南省")]
    assert wanted and wanted != seqs_about("河南省")
    page = read(client, "/regions/henan/?campaign=zhuti-jiaoyu").main
    assert listed(client, seed, "/regions/henan/?campaign=zhuti-jiaoyu") == wanted
    assert "/regions/henan/2023/11/?campaign=zhuti-jiaoyu" in [href for href, _ in page.links()]
    assert listed(client, seed, "/regions/henan/2023/11/?campaign=zhuti-jiaoyu") == wanted
    assert listed(client, seed, "/regions/henan/2023/10/?campaign=zhuti-jiaoyu") == []
    month = read(client, "/regions/henan/2023/11/?campaign=zhuti-jiaoyu").main
    assert (month.rel("prev"), month.rel("next")) == (None, None)
    below = [href for href, _ in month.links() if "/2023/11/" in href and "henan" not in href]
    assert below and all(listed(client, seed, href) for href in below if href.startswith("/regions/"))
    assert client.get("/regions/henan/?campaign=nothing").status_code == 404


def test_a_region_offers_the_campaigns_that_have_pieces_in_it(client, seed):
    for slug, name in (("songxian", "嵩县"), ("haidian", "海淀区")):
        offered = {text for href, text in read(client, f"/regions/{slug}/").main.links() if "campaign=" in href}
        wanted = {campaign for seq in seqs_about(name) for campaign in BY_SEQ[seq]["campaigns"]}
        assert {text.rsplit(maxsplit=2)[0] for text in offered} == wanted


def test_a_campaign_offers_the_places_that_have_pieces_in_it_in_official_order(client, seed):
    offered = [text for href, text in read(client, "/campaigns/zhuti-jiaoyu/").main.links() if "region=" in href]
    assert offered == ["许昌市 2 篇", "南阳市 1 篇", "商丘市 1 篇"]
    narrowed = read(client, "/campaigns/zhuti-jiaoyu/?region=xuchang&from=2023-11-01").main
    offered = {text: href for href, text in narrowed.links() if "region=" in href}
    assert offered == {
        "去掉时间条件：2023年11月1日至今天": "/campaigns/zhuti-jiaoyu/?region=xuchang",
        "河南省": "/campaigns/zhuti-jiaoyu/?region=henan&from=2023-11-01",
        "建安区 1 篇": "/campaigns/zhuti-jiaoyu/?region=jianan&from=2023-11-01",
        "鄢陵县 1 篇": "/campaigns/zhuti-jiaoyu/?region=xuchang-yanling&from=2023-11-01",
        "11月 2 篇": "/campaigns/zhuti-jiaoyu/?region=xuchang&from=2023-11-01&to=2023-11-30",
    }


def test_a_narrowed_campaign_says_to_what(client, seed):
    main = read(client, "/campaigns/zhuti-jiaoyu/?region=jianan&from=2023-11-01").main
    said = {text: href for href, text in main.links() if text.startswith("去掉")}
    assert said == {
        "去掉地区条件：许昌市建安区": "/campaigns/zhuti-jiaoyu/?from=2023-11-01",
        "去掉时间条件：2023年11月1日至今天": "/campaigns/zhuti-jiaoyu/?region=jianan",
    }


# Columns, contributors, pictures.


def test_a_column_lists_its_pieces(client, seed):
    assert listed(client, seed, "/columns/dangjian-dajiatan/") == [2]
    assert listed(client, seed, "/columns/tupian-xinwen/") == [13]


def test_a_contributor_has_a_page_of_every_piece_that_credits_them(client, seed):
    names = {byline["name"] for item in PIECES for byline in item["bylines"]}
    assert len(names) == Contributor.objects.count() == 21
    for contributor in Contributor.objects.all():
        assert listed(client, seed, contributor.get_absolute_url()) == [
            seq for seq, item in BY_SEQ.items() if contributor.name in [byline["name"] for byline in item["bylines"]]
        ]


def test_a_contributor_without_a_public_piece_has_no_page(client, db):
    article = make_article(credits=[("reporter", "张三")])
    address = Contributor.objects.get().get_absolute_url()
    read(client, address, status=404)
    publish.publish(approve(article), by=make_publisher())
    assert read(client, address).main.stories() == [article.pk]


def test_picture_news_shows_captions_and_credits_and_says_that_a_picture_is_missing(client, seed):
    page = read(client, "/photos/").main
    seqs = [6, 13, 15]
    assert page.stories() == [seed[seq].pk for seq in seqs]
    for seq, figure in zip(seqs, page.all("figure"), strict=True):
        caption, credit = BY_SEQ[seq]["body_paragraphs"][0], BY_SEQ[seq]["byline_text"]
        assert figure.text.strip() == f"{caption} {credit}（原图暂缺）"
        assert figure.all("img") == []


# The paper.


def test_the_paper_shows_its_pages_with_the_pieces_in_printed_order(client, seed):
    for address in ("/editions/2023-11-23/", "/editions/2023-11-23/1/"):
        assert listed(client, seed, address) == PRINTED
        text = read(client, address).main.text
        assert "河南日报农村版" in text and "创建“五星”支部 引领基层治理" in text
        assert Edition.objects.get().reason in text
    assert [href for href in read(client, "/editions/").main.one("table").hrefs()] == ["/editions/2023-11-23/"]
    read(client, "/editions/2023-11-23/2/", status=404)
    read(client, "/editions/2023-11-22/", status=404)


def test_a_paper_shows_only_what_is_public(client, db):
    paper = Edition.objects.create(outlet=Outlet.objects.create(name="嵩县报"), day="2026-03-01")
    pages = [Page.objects.create(edition=paper, number=number) for number in (1, 2)]
    by = make_publisher()
    first, second = (make_live_article(by=by, published_at=timezone.now() + timedelta(hours=1)) for _ in range(2))
    for page, article in zip(pages, (first, second), strict=True):
        Placement.objects.create(page=page, article=article)
    for address in ("/editions/2026-03-01/", "/editions/2026-03-01/1/"):
        read(client, address, status=404)
    assert [href for href in read(client, "/editions/").main.hrefs() if href.startswith("/editions/2")] == []
    Publication.objects.filter(article=first).update(
        published_at="2026-03-01T00:00:00+08:00", first_published_at="2026-03-01T00:00:00+08:00"
    )
    assert read(client, "/editions/2026-03-01/").main.stories() == [first.pk]
    assert read(client, "/editions/2026-03-01/1/").main.stories() == [first.pk]
    read(client, "/editions/2026-03-01/2/", status=404)
    assert read(client, "/editions/").main.one("table").hrefs() == ["/editions/2026-03-01/"]


def test_older_papers_are_reached_by_the_calendars_of_their_months(client, db):
    outlet, article = Outlet.objects.create(name="嵩县报"), make_live_article()
    first_day = timezone.localdate() - timedelta(days=130)
    days = [first_day + timedelta(days=n) for n in range(130)]
    editions = Edition.objects.bulk_create(Edition(outlet=outlet, day=day) for day in days)
    pages = Page.objects.bulk_create(Page(edition=edition, number=1) for edition in editions)
    Placement.objects.bulk_create(Placement(page=page, article=article) for page in pages)
    shown = [page.main.one("table").hrefs() for page in follow(client, "/editions/", "prev")]
    assert sum(reversed(shown), []) == [f"/editions/{day:%Y-%m-%d}/" for day in days]


# The front page.


def test_the_front_page_begins_with_the_slots_in_the_editors_order(client, seed):
    main = read(client, "/").main
    assert main.stories() == [seed[seq].pk for seq in [7, 1, 8, *(seq for seq in PRINTED if seq not in (7, 1, 8))]]
    assert [text for _, text in main.links()][0] == "老旧小区“改”出幸福感"
    assert {"/editions/2023-11-23/", "/columns/dangjian-dajiatan/", "/columns/tupian-xinwen/"} <= set(main.hrefs())


def test_a_slot_may_have_a_headline_of_its_own_and_an_end(client, seed):
    Slot.objects.filter(article=seed[7]).update(headline="小区变了样")
    Slot.objects.filter(article=seed[1]).update(ends_at=timezone.now() - timedelta(seconds=1))
    leads = [text for _, text in read(client, "/").main.links()][:2]
    assert leads == ["小区变了样", "承诺群众的事一定办到"]


def test_a_slot_of_a_piece_that_is_not_public_is_not_shown(client, seed):
    publish.hold(seed[7].publication, by=make_publisher())
    main = read(client, "/").main
    assert main.stories() == [seed[seq].pk for seq in [1, 8, *(seq for seq in PRINTED if seq not in (1, 7, 8))]]


def test_an_empty_site_has_pages(client, db):
    for address in ("/", "/regions/", "/archive/", "/archive/2023/", "/archive/2023/11/", "/archive/2023/11/23/",
                    "/campaigns/", "/photos/", "/editions/"):  # fmt: skip
        page = read(client, address)
        assert page.main.stories() == []
        assert "还没有" in page.main.text, address


# A story.


def test_a_story_s_text_is_that_of_the_page_to_the_character(client, seed):
    for seq, article in seed.items():
        page, item = read(client, address_of(article)), BY_SEQ[seq]
        header = page.main.one("header")
        if item["kind"] == "photo":
            (figure,) = page.main.all("figure")
            assert paragraphs(page) == []
            assert figure.text.strip() == f"{item['body_paragraphs'][0]} {item['byline_text']}（原图暂缺）"
        else:
            assert paragraphs(page) == item["body_paragraphs"]
            assert page.main.all("figure") == []
            assert header.one("h1").text == item["headline"]
        assert [e.text for e in header.all() if e.text == item["kicker"]] == (
            [item["kicker"]] if item["kicker"] else []
        )
        assert [e.text for e in header.all() if e.text == item["byline_text"]] == [item["byline_text"]]


def test_a_story_leads_to_its_contributors_places_campaigns_and_column(client, seed):
    page = read(client, address_of(seed[9])).main
    people = {name: Contributor.objects.get(name=name).get_absolute_url() for name in ("冯立志", "张素娟")}
    links = dict((text, href) for href, text in page.links())
    assert {name: links[name] for name in people} == people
    assert (links["焦作市博爱县"], links["海淀区"]) == ("/regions/boai/", "/regions/haidian/")
    page = read(client, address_of(seed[6])).main
    assert [text for href, text in page.links() if href.startswith("/campaigns/")] == BY_SEQ[6]["campaigns"]
    page = read(client, address_of(seed[2])).main
    assert {link for link in page.links() if link[0].startswith("/columns/")} == {
        ("/columns/dangjian-dajiatan/", "党建大家谈")
    }


def test_a_story_says_where_it_was_printed_and_that_the_day_is_inferred(client, seed):
    text = read(client, address_of(seed[5])).main.text
    for words in ("河南日报农村版", "党建版", "创建“五星”支部 引领基层治理", Edition.objects.get().reason):
        assert words in text


def test_a_story_s_neighbours_are_those_on_the_printed_page(client, seed):
    addresses = [address_of(seed[seq]) for seq in PRINTED]
    turns = [read(client, address).main for address in addresses]
    assert [(page.rel("prev"), page.rel("next")) for page in turns] == list(
        zip([None, *addresses[:-1]], [*addresses[1:], None], strict=True)
    )
    publish.hold(seed[2].publication, by=make_publisher())
    page = read(client, addresses[0]).main
    assert (page.rel("prev"), page.rel("next")) == (None, addresses[2])


def test_a_transcribed_story_says_so_until_somebody_has_compared_it_with_print(client, seed):
    address = address_of(seed[1])
    assert NOTICE in read(client, address).main.text
    publish.confirm_print(seed[1].publication, by=make_publisher())
    assert NOTICE not in read(client, address).main.text
    assert NOTICE in read(client, address_of(seed[2])).main.text


def test_a_story_of_the_desk_carries_no_notice_of_print(client, db):
    assert NOTICE not in read(client, address_of(make_live_article())).main.text


def test_a_reader_sees_the_published_version_while_a_draft_is_edited(client, db):
    article = make_live_article(headline="发布时的标题", body="发布时的正文。")
    Article.objects.filter(pk=article.pk).update(headline="改了一半", body="改了一半。")
    page = read(client, address_of(article))
    assert (page.main.one("h1").text, paragraphs(page)) == ("发布时的标题", ["发布时的正文。"])
    assert "改了一半" not in page.root.text


def test_a_live_story_answers_from_another_day_with_its_own_address(client, seed):
    for day in ("2023/11/22", "2024/02/29"):
        response = client.get(f"/{day}/{seed[1].pk}/")
        assert (response.status_code, response["Location"]) == (301, f"/2023/11/23/{seed[1].pk}/")


def test_the_beginning_of_a_story_s_address_leads_to_the_stories_of_that_day(client, seed):
    for span in ("2023/", "2023/11/", "2023/11/23/"):
        response = client.get(f"/{span}")
        assert (response.status_code, response["Location"]) == (301, f"/archive/{span}")
    for never in ("1899/", "2023/13/", "2023/02/30/"):
        assert client.get(f"/{never}").status_code == 404, never
    assert listed(client, seed, response["Location"]) == PRINTED
    read(client, "/2023/02/30/", status=404)


def test_a_draft_has_no_address_until_it_is_published(client, db):
    article = make_article()
    address = f"/{timezone.localdate():%Y/%m/%d}/{article.pk}/"
    read(client, address, status=404)
    publish.publish(approve(article), by=make_publisher())
    read(client, address)


def test_a_scheduled_story_has_no_page_before_its_moment(client, db, monkeypatch):
    begins = timezone.now() + timedelta(hours=1)
    address = address_of(make_live_article(published_at=begins))
    read(client, address, status=404)
    assert read(client, "/").main.stories() == []
    monkeypatch.setattr(timezone, "now", lambda: begins)
    read(client, address)
    assert len(read(client, "/").main.stories()) == 1


def test_a_story_stopped_before_its_moment_was_never_published(client, db, monkeypatch):
    begins, by = timezone.now() + timedelta(hours=1), make_publisher()
    article = make_live_article(published_at=begins, by=by)
    address = address_of(article)
    publish.hold(article.publication, by=by)
    monkeypatch.setattr(timezone, "now", lambda: begins + timedelta(hours=1))
    read(client, address, status=404)
    publish.release(article.publication, by=by)
    read(client, address_of(article))


def test_a_held_story_is_being_checked(client, db):
    article, by = make_live_article(headline="暂扣的标题"), make_publisher()
    address = address_of(article)
    publish.hold(article.publication, by=by)
    page = read(client, address, status=503)
    assert int(client.get(address)["Retry-After"]) > 0
    assert "本稿正在核实更正" in page.main.text and "暂扣的标题" not in page.root.text
    publish.release(article.publication, by=by)
    read(client, address)


def test_a_withdrawn_story_is_gone_and_the_notice_says_why(client, db):
    article = make_live_article(headline="撤下的标题")
    address = address_of(article)
    publish.withdraw(article.publication, by=make_publisher(), notice="因 <内容> 失实撤回。\n谨致歉意。")
    page = read(client, address, status=410)
    assert "因 <内容> 失实撤回。" in page.main.text and "谨致歉意。" in page.main.text
    assert "撤下的标题" not in page.root.text
    assert read(client, "/").main.stories() == []


def test_a_scheduled_story_that_was_withdrawn_was_never_published(client, db, monkeypatch):
    begins, by = timezone.now() + timedelta(hours=1), make_publisher()
    article = make_live_article(published_at=begins, by=by)
    address = address_of(article)
    publish.withdraw(article.publication, by=by, notice="不发了。")
    monkeypatch.setattr(timezone, "now", lambda: begins + timedelta(hours=1))
    read(client, address, status=404)


def test_an_expired_story_is_gone(client, db, monkeypatch):
    ends = timezone.now() + timedelta(hours=1)
    article = make_live_article(headline="到期的标题", expires_at=ends)
    address = address_of(article)
    read(client, address)
    monkeypatch.setattr(timezone, "now", lambda: ends)
    page = read(client, address, status=410)
    assert "到期的标题" not in page.root.text
    assert read(client, "/").main.stories() == []


def test_what_is_gone_is_not_found_on_another_day(client, db):
    article, by = make_live_article(), make_publisher()
    publish.hold(article.publication, by=by)
    read(client, f"/2020/01/01/{article.pk}/", status=404)
