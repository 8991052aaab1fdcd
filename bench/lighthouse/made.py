"""Fills the database of DATABASE_URL with what bench/lighthouse.py looks at: pieces with real pictures on the front page, in a
county, a campaign and a newspaper. Prints {kind of page: address} as JSON. Called with DEBUG on, before the server starts."""

import json
import os
import sys
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageFilter

from articles import listing
from articles.models import Article, Campaign, Edition, Locality, Placement, Slot
from articles.vocabulary import SlotSection
from tests.factories import make_publisher
from tests.page_kinds import make_pictured_article

PICTURES = 12
TEXT = "连日来，嵩县各乡镇抢抓农时，组织群众下田浇水施肥，田间地头一派繁忙景象。“今年又是丰收年。”村民一边装袋一边说。"


def main():
    by = make_publisher(username="bench")
    county, campaign = Locality.objects.get(slug="songxian"), Campaign.objects.get(slug="wuxing")
    page = Edition.objects.get(day="2023-11-23").pages.get()
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    made = []
    for number in range(PICTURES):
        article = make_pictured_article(
            by=by, kicker="嵩县", headline=f"嵩县中药材喜获丰收 第{number + 1}篇山乡来信", subhead="药农增收三成", body="\n".join([TEXT * 2, "【图1】", *[TEXT * 3] * 8]),
            printed_byline="（本报记者 王博）", credits=[("reporter", "王博")], captions=["药农在晾晒丹参。"], places=[county], campaigns=[campaign],
            picture=lambda _, number=number: photograph(number), published_at=now - timedelta(hours=number + 1),
        )  # fmt: skip
        made.append(article)
    for position, article in enumerate(made[6:], 100):
        Placement.objects.create(article=article, page=page, position=position)
        listing.refresh(article)
    Slot.objects.all().delete()  # those of the seed page, whose pieces have no pictures
    for section, articles in zip(SlotSection, (made[:3], made[3:8], made[8:]), strict=True):
        for order, article in enumerate(articles, 1):
            Slot.objects.create(section=section, article=article, order=order)
    print(json.dumps(addresses(made[0])))


def addresses(article):
    story = Article.objects.select_related("publication").get(pk=article.pk).publication
    return {
        "front": "/",
        "story": story.get_absolute_url(),
        "region": "/regions/henan/",
        "archive": "/archive/2023/11/",
        "campaign": "/campaigns/wuxing/",
        "edition": "/editions/2023-11-23/",
        "search": f"/search/?{urlencode({'q': '支部'})}",
    }


def photograph(number, size=(2400, 1600)):
    """Noise on a gradient: about as hard to press as a photograph."""
    noise = [Image.effect_noise((600, 400), 40 + number).filter(ImageFilter.GaussianBlur(1.2)) for _ in range(3)]
    field = Image.merge("RGB", noise).resize(size, Image.Resampling.BICUBIC)
    sky = Image.linear_gradient("L").rotate(30 * number).resize(size).convert("RGB")
    buffer = BytesIO()
    Image.blend(sky, field, 0.5).save(buffer, "JPEG", quality=92)
    return SimpleUploadedFile(f"{datetime.now():%H%M%S}-{number}.jpg", buffer.getvalue(), "image/jpeg")


main()
