"""Totals for staff: what they count is what the lists show, and the page and the CSV say the same."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import publish, reports, trash
from articles.days import begins
from articles.models import Campaign, CampaignTarget, LocalityTag
from articles.vocabulary import Level, PlaceRelation
from tests.factories import make_article, make_editor, make_live_article, make_place


@pytest.fixture
def editor(client):
    editor = make_editor("*")
    client.force_login(editor)
    return editor


@pytest.fixture
def campaign(editor):
    """Pieces of a county and its towns: live, scheduled, held, drafts and one in the recycle bin, in two months."""
    campaign = Campaign.objects.create(name="五星")
    county = make_place("嵩县", parent=make_place("洛阳市", level=Level.CITY))
    towns = [
        make_place(name, parent=county, level=Level.TOWN, order=n)
        for n, name in enumerate(("城关镇", "田湖镇", "车村镇"))
    ]
    october, november = begins(date(2023, 10, 31)) + timedelta(hours=23), begins(date(2023, 11, 1))

    def make(*places, at=november, **fields):
        return make_live_article(by=editor, campaigns=[campaign], places=places, published_at=at, **fields)

    make(towns[0], at=october)
    make(towns[0], towns[1])
    make(towns[0], at=begins(date(2099, 1, 1)))
    publish.hold(make(towns[1]).publication, by=editor)
    make(towns[1], expires_at=november + timedelta(days=1))
    withdrawn = make(county)
    publish.withdraw(withdrawn.publication, by=editor)
    trash.trash(withdrawn, by=editor)
    make(county)
    make_article(by=editor, campaigns=[campaign], places=[towns[0]])
    named = make()
    LocalityTag.objects.create(content_object=named, tag=towns[2], relation=PlaceRelation.MENTIONED)
    make_live_article(by=editor, places=[towns[0]])
    CampaignTarget.objects.create(campaign=campaign, locality=towns[0], pieces=2)
    CampaignTarget.objects.create(campaign=campaign, locality=towns[2], pieces=3)
    campaign.county, campaign.towns = county, towns
    return campaign


def page_of(campaign):
    return reverse("admin:articles_campaign_pieces", args=[campaign.pk])


def test_every_place_below_is_counted_with_what_is_expected_of_it_nought_included(campaign):
    totals = reports.campaign_by_region(campaign, below=campaign.county)
    assert [(total.place.name, *total[1:], total.missing) for total in totals] == [
        ("城关镇", 4, 2, 2, 0),
        ("田湖镇", 3, 1, None, None),
        ("车村镇", 0, 0, 3, 3),
    ]
    (county,) = reports.campaign_by_region(campaign, below=campaign.county.parent)
    assert (county.pieces, county.live) == (7, 3)


def test_months_are_of_the_beijing_calendar_and_count_each_piece_once(campaign):
    months = reports.campaign_by_month(campaign)
    assert [(total.first_day, total.pieces, total.live) for total in months] == [
        (None, 1, 0),
        (date(2099, 1, 1), 1, 0),
        (date(2023, 11, 1), 5, 3),
        (date(2023, 10, 1), 1, 1),
    ]
    here = reports.campaign_by_month(campaign, place=campaign.towns[1])
    assert [(total.first_day, total.pieces, total.live) for total in here] == [(date(2023, 11, 1), 3, 1)]


def test_a_period_bounds_every_total(campaign):
    span = {"since": begins(date(2023, 11, 1)), "until": begins(date(2023, 12, 1))}
    assert [total[1:3] for total in reports.campaign_by_region(campaign, below=campaign.county, **span)] == [
        (1, 1),
        (3, 1),
        (0, 0),
    ]
    assert [total[1:] for total in reports.campaign_by_month(campaign, **span)] == [(5, 3)]


@pytest.mark.parametrize(
    "asked",
    [{}, {"region": "*"}, {"region": "luo-yang"}, {"from": "2023-11-01"}, {"from": "2023-10-01", "to": "2023-11-01", "region": "song"}],
)  # fmt: skip
def test_every_number_of_the_page_leads_to_a_list_of_so_many_pieces(client, campaign, asked):
    slugs = {"luo-yang": campaign.county.parent.slug, "song": campaign.county.slug}
    asked = {name: slugs.get(value, value) for name, value in asked.items()}
    shown = client.get(page_of(campaign), asked).context
    numbers = [(total.pieces, link) for total, link, _live in shown["regions"]]
    numbers += [(total.live, live) for total, _link, live in shown["regions"]]
    numbers += [(total.pieces, link) for total, _month, link, _live in shown["months"]]
    numbers += [(total.live, live) for total, _month, _link, live in shown["months"] if live]
    numbers += [(shown["pieces"], shown["all_link"]), (shown["live"], shown["live_link"])]
    assert [client.get(link).context["cl"].result_count for _number, link in numbers] == [n for n, _link in numbers]
    assert sum(number for number, _link in numbers) > 5


def test_the_page_opens_where_the_targets_are_and_steps_up_and_down(client, campaign):
    page = client.get(page_of(campaign))
    assert page.context["place"] == campaign.county
    assert f"region={campaign.county.parent.slug}" in page.content.decode()
    assert client.get(page_of(campaign), {"region": "*"}).context["place"] is None
    gone = client.get(page_of(campaign), {"region": "long-gone"})
    assert (gone.status_code, gone.context["place"]) == (200, None)
    assert "地区“long-gone”已不存在，以下按全部地区统计。" in gone.content.decode()


def test_without_targets_it_opens_at_the_accounts_place(client, campaign, editor):
    CampaignTarget.objects.all().delete()
    for usual, shown in ((None, None), (campaign.county, campaign.county), (campaign.towns[0], campaign.county)):
        editor.default_locality = usual
        editor.save()
        assert client.get(page_of(campaign)).context["place"] == shown


def test_the_csv_prints_the_rows_of_the_page(client, campaign):
    def table(name):
        content = b"".join(client.get(page_of(campaign), {"csv": name, "from": "2023-11-01"}).streaming_content)
        return list(csv.reader(StringIO(content.decode()[1:])))

    shown = client.get(page_of(campaign), {"from": "2023-11-01"}).context
    assert [row[1:3] for row in table("regions")[1:]] == [
        [str(total.pieces), str(total.live)] for total, *_links in shown["regions"]
    ]
    assert [row[0] for row in table("regions")[1:]] == [str(total.place) for total, *_links in shown["regions"]]
    assert table("months")[1:] == [
        [month, str(total.pieces), str(total.live)] for total, month, *_links in shown["months"]
    ]


def test_days_that_cannot_be_meant_are_refused_in_words(client, campaign):
    page = client.get(page_of(campaign), {"from": "2023-02-30", "csv": "months"})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["from"])
    assert 'value="2023-02-30"' in page.content.decode()


def test_the_page_costs_the_same_for_few_pieces_and_many(client, campaign):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(campaign))
        return len(captured)

    few = queries()
    for town in campaign.towns:
        make_live_article(campaigns=[campaign], places=[town], published_at=begins(date(2022, 5, 4)))
    assert queries() == few


def test_the_page_is_for_those_who_see_pieces_and_campaigns_and_is_linked_from_the_campaign(client, campaign):
    url = page_of(campaign)
    assert url in client.get("/admin/articles/campaign/").content.decode()
    assert url in client.get(reverse("admin:articles_campaign_change", args=[campaign.pk])).content.decode()
    for permissions, status in (
        (("view_article",), 403),
        (("view_campaign",), 403),
        (("view_article", "view_campaign"), 200),
    ):
        client.force_login(make_editor(*permissions))
        assert client.get(url).status_code == status
    client.logout()
    assert client.get(url).status_code == 302
    assert client.get(url.replace(str(campaign.pk), "9999")).status_code == 302
