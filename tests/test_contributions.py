"""我要投稿: sent once whatever the line does, seen by nobody else, taken back until it is taken, and answered with a reason."""

import uuid
from datetime import timedelta
from io import BytesIO
from threading import Event

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles import autosaves, contributions, roles, sent_pictures, submissions
from articles.models import (
    Affiliation,
    Article,
    Contributor,
    HistoryEntry,
    Photo,
    Publication,
    SentPicture,
    Submission,
    Unit,
    Writer,
)
from articles.refusals import AlreadyDone, MoveRefused, TooLate
from articles.vocabulary import Act, Kind, Progress
from tests.desk import errors_of, filled, rows
from tests.factories import make_editor, make_live_article
from tests.test_concurrency import ROUNDS, at_once

LIST = "/desk/contribute/"
NEW = "/desk/contribute/new/"
PICTURE = "/desk/contribute/new/picture/"
TEXT = "11月19日，药农们正在地里忙碌。\n今年的收成比去年好。"
WORDS = {"headline": "嵩县丹参喜获丰收", "text": TEXT, "byline": "通讯员 吴小燕", "phone": "13800000000"}


def log_in(client, *held, **fields):
    account = make_editor(**fields)
    roles.assign(account, held)
    client.force_login(account)
    return account


@pytest.fixture
def sender(client):
    return log_in(client, "通讯员", display_name="吴小燕")


def jpeg(colour="darkred", name="晒秋.jpg"):
    buffer = BytesIO()
    Image.new("RGB", (900, 600), colour).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def heic(name="IMG_0012.HEIC"):
    return SimpleUploadedFile(name, b"\0\0\0\x18ftypheic" + bytes(64), "image/heic")


def form_of(**changes):
    return {"entry": str(uuid.uuid4()), **WORDS, **changes}


def send(client, **changes):
    """Sends a contribution as a browser without a script does; the row of the register."""
    data = form_of(**changes)
    answer = client.post(NEW, data)
    assert answer.status_code == 302, sentences(answer)
    return Submission.objects.get(entry=data["entry"])


def ask(client, address, data):
    """Posts as the script does: (status, the answer's JSON)."""
    answer = client.post(address, data, headers={"accept": "application/json"})
    return answer.status_code, answer.json()


def sentences(answer):
    """Everything that a refused form says."""
    form = answer.context["form"]
    return [sentence for found in form.errors.values() for sentence in found] + answer.context["sentences"]


def one(row):
    return reverse("desk_contribution", args=[row.number])


def files():
    """The names of all that is in the store, folder by folder."""

    def walk(folder):
        try:
            folders, names = default_storage.listdir(folder)
        except FileNotFoundError:
            return
        yield from (f"{folder}/{name}" for name in names)
        for inner in folders:
            yield from walk(f"{folder}/{inner}")

    return [name for folder in ("unsent", "submissions") for name in walk(folder)]


# --- sent ------------------------------------------------------------------------------------------------


def test_what_is_sent_stands_in_the_register_with_its_account_and_is_found_again(client, sender):
    unit = Unit.objects.create(name="城关镇政府")
    person = Contributor.objects.create(name="吴小燕", account=sender)
    Affiliation.objects.create(contributor=person, unit=unit)
    row = send(client, text="　　\u200b药农们\r\n\r\n　　忙碌。", picture_1=jpeg(), caption_1="晒丹参。 王立志 摄")
    assert (row.headline, row.text, row.byline, row.phone) == (
        WORDS["headline"],
        "药农们\n忙碌。",
        "通讯员 吴小燕",
        "13800000000",
    )
    assert (row.account, row.created_by, row.sender, row.unit) == (sender, sender, "吴小燕", unit)
    (picture,) = row.pictures.all()
    assert (picture.position, picture.caption, picture.file_name) == (1, "晒丹参。 王立志 摄", "晒秋.jpg")
    assert picture.file.read() == jpeg().read()
    page = client.get(one(row)).content.decode()
    assert all(
        words in page for words in (row.headline, "药农们", "晒丹参。 王立志 摄", "13800000000", "通讯员 吴小燕")
    )
    assert sorted(files()) == sorted([picture.file.name, f"{picture.file.name}.small.jpg"])


def test_a_new_one_begins_with_the_byline_of_ones_contributor_and_then_as_the_last_one(client, sender):
    assert client.get(NEW).context["form"].initial == {"byline": "", "phone": ""}
    Contributor.objects.create(name="吴小燕", account=sender)
    assert client.get(NEW).context["form"].initial == {"byline": "（通讯员 吴小燕）", "phone": ""}
    send(client, byline="城关镇 吴小燕", phone="66312345")
    assert client.get(NEW).context["form"].initial == {"byline": "城关镇 吴小燕", "phone": "66312345"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"headline": "　"}, "headline"),
        ({"headline": "题" * 201}, "headline"),
        ({"text": ""}, "text"),
        ({"text": " \u200b\n"}, "text"),
        ({"text": "字" * 200_001}, "text"),
        ({"text": "https://mp.weixin.qq.com/s/abc"}, "text"),
        ({"byline": "名" * 301}, "byline"),
        ({"phone": "微信 wangbo"}, "phone"),
        ({"phone": "123"}, "phone"),
        ({"headline": "题\0目"}, "headline"),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field_and_keeps_everything(client, sender, changes, field):
    data = form_of(**{"byline": "署名在此", **changes})
    refused = client.post(NEW, data)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    form = refused.context["form"]
    assert {name: form[name].value() for name in WORDS} == {name: data[name] for name in WORDS}
    assert Submission.objects.count() == 0
    status, told = ask(client, NEW, data)
    assert (status, list(told["errors"]), told["gone"], told["entry"]) == (422, [field], [], data["entry"])


def test_two_hundred_thousand_characters_are_taken(client, sender):
    assert len(send(client, text="字" * 200_000).text) == 200_000


def test_the_same_form_sent_twice_is_one_contribution(client, sender):
    entry = str(uuid.uuid4())
    data = {"entry": entry, "caption_1": "一图。"}
    rows = {send(client, **data, picture_1=jpeg()).pk for _ in range(2)}
    assert len(rows) == Submission.objects.count() == SentPicture.objects.count() == 1
    assert ask(client, NEW, form_of(entry=entry, kept="", picture_1=jpeg(), caption_1="一图。"))[0] == 200
    assert len([name for name in files() if name.startswith("submissions/")]) == 2


def test_what_was_changed_after_it_had_come_through_is_not_lost_unsaid(client, sender):
    first = send(client)
    status, told = ask(client, NEW, form_of(entry=str(first.entry), text="改过的正文。"))
    assert status == 422 and first.number in told["errors"]["__all__"][0]
    assert told["entry"] != str(first.entry)
    assert ask(client, NEW, form_of(entry=told["entry"], text="改过的正文。"))[0] == 200
    assert list(Submission.objects.order_by("pk").values_list("text", flat=True)) == [TEXT, "改过的正文。"]


def test_the_entry_of_somebody_elses_form_leads_nowhere(client, sender):
    first = send(client)
    other = log_in(client, "记者")
    answer = client.post(NEW, form_of(entry=str(first.entry)))
    assert answer.status_code == 302
    assert list(Submission.objects.order_by("pk").values_list("account", flat=True)) == [sender.pk, other.pk]
    assert client.post(NEW, form_of(entry="no entry")).status_code == 302


def test_double_taps_leave_one_contribution_and_one_set_of_files(transactional_db):
    for done in range(1, ROUNDS + 1):
        account, entry = make_editor(), uuid.uuid4()
        reference = sent_pictures.keep(account, entry, jpeg())
        pictures = [sent_pictures.Chosen(reference, "晒秋.jpg", "图说。")]

        def tap(account=account, entry=entry, pictures=pictures):
            return contributions.send(account, entry=entry, words=dict(WORDS), pictures=pictures)[1]

        outcomes = at_once(tap, tap)
        assert sorted(outcomes) == [False, True]
        assert (Submission.objects.count(), SentPicture.objects.count(), len(files())) == (done, done, 2 * done)


def test_a_picture_that_went_while_it_was_taken_over_leaves_no_file_behind(db):
    account, entry = make_editor(), uuid.uuid4()
    first, second = (sent_pictures.keep(account, entry, jpeg(colour)) for colour in ("darkred", "navy"))
    default_storage.delete(f"unsent/{account.pk}/{second}{sent_pictures.SMALL}")
    chosen = [sent_pictures.Chosen(reference, "晒秋.jpg", "") for reference in (first, second)]
    with pytest.raises(sent_pictures.Missing):
        contributions.send(account, entry=entry, words=dict(WORDS), pictures=chosen)
    assert ([name for name in files() if name.startswith("submissions/")], Submission.objects.count()) == ([], 0)


# --- pictures --------------------------------------------------------------------------------------------


def test_pictures_with_captions_and_a_headline_are_enough(client, sender):
    row = send(
        client, text="", picture_1=jpeg(), caption_1="药农在晾晒丹参。 王立志 摄", picture_2=jpeg("navy", "二.jpg")
    )
    article = submissions.draft_of(row, by=make_editor("*")).article
    assert (article.kind, article.headline, article.body) == (Kind.PHOTO, WORDS["headline"], "")
    assert [(figure.caption, figure.credit, bool(figure.photo.web)) for figure in article.figures.all()] == [
        ("药农在晾晒丹参。", "王立志 摄", True), ("", "", True),
    ]  # fmt: skip


def test_of_ten_pictures_nine_are_kept_and_the_tenth_is_named(client, sender):
    pictures = [jpeg((n * 20, 0, 0), f"{n}.jpg") for n in range(1, 11)]
    refused = client.post(NEW, form_of(pictures=pictures))
    assert sentences(refused) == ["一次最多发九张图片，10.jpg 没有收下。"]
    assert [chosen.name for chosen, _folder, _name in refused.context["pictures"]] == [f"{n}.jpg" for n in range(1, 10)]
    assert Submission.objects.count() == 0
    chosen = [chosen for chosen, _folder, _name in refused.context["pictures"]]
    again = form_of(
        entry=str(refused.context["entry"]),
        kept=[each.reference for each in chosen],
        kept_name=[each.name for each in chosen],
        kept_caption=[f"图说{each.name}" for each in chosen],
    )
    row = send(client, **again)
    assert [(picture.file_name, picture.caption) for picture in row.pictures.all()] == [
        (f"{n}.jpg", f"图说{n}.jpg") for n in range(1, 10)
    ]


def test_a_form_that_says_ten_are_kept_is_told_so(client, sender):
    kept = [sent_pictures.keep(sender, uuid.uuid4(), jpeg((n, 0, 0))) for n in range(10)]
    refused = client.post(NEW, form_of(kept=kept))
    assert sentences(refused) == ["一次最多发九张图片，请移除几张。"]
    row = send(client, kept=kept, drop=kept[:2])
    assert row.pictures.count() == 8


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (heic, "HEIC"),
        (lambda: SimpleUploadedFile("坏.jpg", b"\xff\xd8\xff\xe0 not really"), "坏.jpg"),
        (lambda: SimpleUploadedFile("空.jpg", b""), "空.jpg"),
        (lambda: SimpleUploadedFile("画.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "画.svg"),
    ],
)
def test_a_picture_that_cannot_be_read_is_told_by_name_and_the_others_are_kept(client, sender, upload, words):
    refused = client.post(NEW, form_of(picture_1=jpeg(), caption_1="一图。", picture_3=upload(), caption_3="三图。"))
    (sentence,) = sentences(refused)
    assert words in sentence
    assert [chosen.caption for chosen, _folder, _name in refused.context["pictures"]] == ["一图。"]
    assert refused.context["captions"][2] == (3, "三图。") and "三图。</textarea>" in refused.content.decode()
    assert Submission.objects.count() == 0
    status, told = ask(client, PICTURE, {"entry": str(uuid.uuid4()), "picture": upload()})
    assert status == 422 and words in told["error"]


def test_a_picture_of_more_than_twenty_megabytes_is_refused_in_words(client, sender, monkeypatch):
    monkeypatch.setattr(sent_pictures, "MOST_BYTES", 1000)
    assert "20 MB" in ask(client, PICTURE, {"picture": jpeg()})[1]["error"]
    assert ask(client, PICTURE, {})[0] == 422


def test_pictures_of_a_form_that_was_refused_are_still_there_and_shown_to_their_sender_alone(client, sender):
    refused = client.post(NEW, form_of(headline="", picture_1=jpeg(), caption_1="一图。"))
    ((chosen, folder, name),) = refused.context["pictures"]
    address = reverse("desk_kept_picture", args=[folder, name])
    assert address in refused.content.decode()
    shown = client.get(address)
    assert (shown["Content-Type"], Image.open(BytesIO(shown.content)).size) == ("image/jpeg", (800, 533))
    row = send(
        client, entry=str(refused.context["entry"]), kept=chosen.reference, kept_name=chosen.name, kept_caption="一图。"
    )
    assert row.pictures.get().file_name == "晒秋.jpg"
    assert client.get(address).status_code == 404
    again = ask(client, NEW, form_of(kept=chosen.reference, kept_name=chosen.name, kept_caption="一图。"))
    assert (
        again[0] == 422 and again[1]["gone"] == [chosen.reference] and "晒秋.jpg" in again[1]["errors"]["pictures"][0]
    )


def test_nobody_takes_what_another_has_chosen_and_no_reference_leads_out_of_the_store(client, sender):
    other = make_editor()
    reference = sent_pictures.keep(other, uuid.uuid4(), jpeg())
    references = [reference, f"../{other.pk}/{reference}", "../../secret", "", "x" * 5000, "\0"]
    for each in references[:3] + references[4:]:
        status, told = ask(client, NEW, form_of(kept=each, kept_name="甲.jpg"))
        assert (status, list(told["errors"])) == (422, ["pictures"])
    assert client.get(reverse("desk_kept_picture", args=reference.split("/"))).status_code == 404
    assert client.get(f"/desk/contribute/kept/{uuid.uuid4()}/x.jpg/").status_code == 404


def test_the_same_picture_sent_again_is_kept_once_and_what_was_never_sent_is_forgotten(client, sender, monkeypatch):
    entry = str(uuid.uuid4())
    first = [ask(client, PICTURE, {"entry": entry, "picture": jpeg()})[1]["kept"] for _ in range(2)]
    assert (first[0], len(files())) == (first[1], 2)
    monkeypatch.setattr(sent_pictures, "KEPT_FOR", timedelta(seconds=-60))
    assert ask(client, PICTURE, {"entry": str(uuid.uuid4()), "picture": jpeg("navy")})[0] == 200
    assert [name for name in files() if entry in name] == []


def test_a_caption_without_a_picture_and_one_too_long_are_told(client, sender):
    refused = client.post(NEW, form_of(caption_2="没有图的图说", picture_1=jpeg(), caption_1="字" * 1001))
    assert sentences(refused) == [
        "第 2 条图说没有图片：请选择图片，或清空图说。",
        "图说最多 1000 字，请删短一些。",
    ]
    assert "没有图的图说</textarea>" in refused.content.decode()


def test_what_was_typed_before_a_login_had_ended_is_in_the_form_again(client, sender):
    entry = uuid.uuid4()
    reference = sent_pictures.keep(sender, entry, jpeg())
    client.logout()
    typed = form_of(entry=str(entry), kept=reference, kept_name="晒秋.jpg", kept_caption="一图。")
    asked = client.post(f"{NEW}{entry}/", typed)
    login = {"username": sender.username, "password": "secret", "carried": asked.context["carried"]}
    page = client.post(reverse("admin:login"), login, follow=True)
    assert [page.context["form"][name].value() for name in WORDS] == list(WORDS.values())
    assert (page.context["entry"], Submission.objects.count()) == (entry, 0)
    assert [chosen.caption for chosen, _folder, _name in page.context["pictures"]] == ["一图。"]
    send(client, entry=str(entry), headline="写完了")
    assert autosaves.restore(sender, f"contribution-{entry}") is None


# --- how far it has come ---------------------------------------------------------------------------------


def progress(row):
    row.refresh_from_db()
    return contributions.standing_of(row).progress


def test_a_contribution_is_received_then_edited_then_used_with_its_link(client, sender):
    row, editor = send(client), make_editor("*")
    assert progress(row) == Progress.RECEIVED
    submissions.verify(row, by=editor, how="电话联系村委会")
    assert progress(row) == Progress.EDITING
    article = submissions.draft_of(row, by=editor).article
    assert progress(row) == Progress.EDITING
    live = make_live_article()
    Submission.objects.filter(pk=row.pk).update(article=live)
    row.refresh_from_db()
    address = live.publication.get_absolute_url()
    assert contributions.standing_of(row) == (Progress.USED, address)
    assert f'href="{address}"' in client.get(one(row)).content.decode()
    assert f'href="{address}"' in client.get(LIST).content.decode()
    Publication.objects.filter(article=live).update(published_at=timezone.now() + timedelta(hours=1))
    assert contributions.standing_of(row) == (Progress.EDITING, "")
    assert article.pk != live.pk


def test_a_piece_that_went_offline_was_used_but_has_no_link(client, sender):
    row = send(client)
    row.article = make_live_article(expires_at=timezone.now() + timedelta(hours=1))
    row.save()
    Publication.objects.update(
        first_published_at=timezone.now() - timedelta(hours=3),
        published_at=timezone.now() - timedelta(hours=3),
        expires_at=timezone.now() - timedelta(hours=1),
    )
    assert contributions.standing_of(row) == (Progress.USED, "")


def test_the_list_is_ones_own_newest_first_page_by_page_and_asks_the_same_of_many_as_of_one(client, sender):
    Submission.objects.create(account=make_editor(), sender="别人", headline="别人的稿")
    Submission.objects.create(sender="来人", headline="登记的稿")
    send(client)

    def asked(address=LIST):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    Submission.objects.filter(account=sender).update(article=make_live_article())
    client.get(LIST)
    once = asked()
    rows = [
        Submission.objects.create(
            account=sender, sender="吴小燕", headline=f"第{n}篇", article=make_live_article() if n > 20 else None
        )
        for n in range(25)
    ]
    assert asked() == once
    page = client.get(LIST)
    assert [row for row, _standing in page.context["rows"]] == rows[:4:-1]
    assert "别人的稿" not in page.content.decode() and "登记的稿" not in page.content.decode()
    older = client.get(f"{LIST}?before={page.context['older']}")
    assert [row.headline for row, _standing in older.context["rows"]] == [
        "第4篇",
        "第3篇",
        "第2篇",
        "第1篇",
        "第0篇",
        WORDS["headline"],
    ]
    assert older.context["older"] is None
    for odd in ("x", "9" * 30, "-1", ""):
        assert client.get(f"{LIST}?before={odd}").status_code == 200


# --- taken back, and answered ----------------------------------------------------------------------------


def test_a_contribution_is_taken_back_while_nobody_has_taken_it_and_becomes_no_piece(client, sender):
    row, editor = send(client), make_editor("*")
    assert reverse("desk_contribution_recall", args=[row.number]) in client.get(one(row)).content.decode()
    assert client.post(f"{one(row)}recall/").url == one(row)
    assert progress(row) == Progress.RECALLED
    for act in (
        lambda: submissions.draft_of(row, by=editor),
        lambda: submissions.verify(row, by=editor, how="电话"),
        lambda: contributions.decline(row, by=editor, reason="重复"),
    ):
        with pytest.raises(TooLate):
            act()
    with pytest.raises(AlreadyDone):
        contributions.recall(row, by=sender)
    assert (Article.objects.count(), Photo.objects.count()) == (0, 0)
    assert f"{one(row)}recall/" not in client.get(one(row)).content.decode()
    again = client.get(f"{NEW}?again={row.number}")
    assert again.context["form"].initial == WORDS


@pytest.mark.parametrize("taken", ["verified", "drafted", "declined"])
def test_what_was_taken_or_answered_is_not_taken_back(client, sender, taken):
    row, editor = send(client), make_editor("*")
    {
        "verified": lambda: submissions.verify(row, by=editor, how="电话"),
        "drafted": lambda: submissions.draft_of(row, by=editor),
        "declined": lambda: contributions.decline(row, by=editor, reason="已有同题稿件"),
    }[taken]()
    assert f"{one(row)}recall/" not in client.get(one(row)).content.decode()
    assert client.post(f"{one(row)}recall/").status_code == 302
    row.refresh_from_db()
    assert row.recalled_at is None


def test_a_reason_is_read_by_the_sender_and_the_answer_can_be_taken_back(client, sender):
    row, editor = send(client), make_editor("*")
    for reason, refusal in ((" \u200b", MoveRefused), ("字" * 301, MoveRefused)):
        with pytest.raises(refusal):
            contributions.decline(row, by=editor, reason=reason)
    contributions.decline(row, by=editor, reason="时效已过")
    assert progress(row) == Progress.DECLINED
    assert "时效已过" in client.get(one(row)).content.decode()
    assert "时效已过" in client.get(LIST).content.decode()
    with pytest.raises(AlreadyDone):
        contributions.decline(row, by=editor, reason="重复")
    with pytest.raises(MoveRefused):
        submissions.draft_of(row, by=editor)
    contributions.take_up_again(row)
    assert progress(row) == Progress.RECEIVED
    assert "时效已过" not in client.get(LIST).content.decode()
    with pytest.raises(AlreadyDone):
        contributions.take_up_again(row)
    assert submissions.draft_of(row, by=editor).made


def test_what_is_public_cannot_be_declined(client, sender):
    row = send(client)
    Submission.objects.filter(pk=row.pk).update(article=make_live_article())
    with pytest.raises(TooLate):
        contributions.decline(row, by=make_editor("*"), reason="重复")


def test_of_a_recall_and_a_draft_at_once_exactly_one_wins(transactional_db):
    sender, editor = make_editor(), make_editor("*")
    for _ in range(ROUNDS):
        row, _made = contributions.send(sender, entry=uuid.uuid4(), words=dict(WORDS))
        before = Article.objects.count()
        outcomes = at_once(
            lambda row=row: contributions.recall(row, by=sender),
            lambda row=row: submissions.draft_of(row, by=editor).made,
        )
        row.refresh_from_db()
        assert outcomes in ([None, TooLate], [TooLate, True])
        assert (row.recalled_at is None, row.article is None) in ((True, False), (False, True))
        assert Article.objects.count() - before == (outcomes[1] is True)


def test_a_recall_that_meets_an_editor_at_work_waits_and_is_told(transactional_db):
    sender, editor = make_editor(), make_editor("*")
    row, _made = contributions.send(sender, entry=uuid.uuid4(), words=dict(WORDS))
    drafted = Event()

    def draft():
        with transaction.atomic():
            made = submissions.draft_of(row, by=editor).made
            drafted.set()
        return made

    def recall():
        drafted.wait(timeout=20)
        contributions.recall(row, by=sender)

    assert at_once(draft, recall) == [True, TooLate]


@pytest.mark.parametrize("first", ["verify", "decline"])
def test_a_recall_and_an_editors_word_at_once_leave_one_of_them(transactional_db, first):
    sender, editor = make_editor(), make_editor("*")
    for _ in range(ROUNDS):
        row, _made = contributions.send(sender, entry=uuid.uuid4(), words=dict(WORDS))
        act = {
            "verify": lambda row=row: submissions.verify(row, by=editor, how="电话"),
            "decline": lambda row=row: contributions.decline(row, by=editor, reason="重复"),
        }[first]
        outcomes = at_once(lambda row=row: contributions.recall(row, by=sender), act)
        assert sorted(map(str, outcomes)) == sorted([str(None), str(TooLate)])


# --- the piece -------------------------------------------------------------------------------------------


def test_the_piece_has_the_pictures_the_byline_and_its_writer_and_whoever_sent_it_reviews_it_never(client, sender):
    person = Contributor.objects.create(name="吴小燕", account=sender)
    Contributor.objects.create(name="吴小燕", note="同名")
    row = send(client, picture_1=jpeg(), caption_1="药农在晾晒丹参。 王立志 摄")
    editor = make_editor("*")
    made = submissions.draft_of(row, by=editor)
    article = made.article
    assert (article.printed_byline, article.own_work_of, article.created_by) == ("（通讯员 吴小燕）", sender, editor)
    assert [byline.contributor for byline in article.bylines.all()] == [person]
    (figure,) = article.figures.select_related("photo")
    assert (figure.caption, figure.credit, figure.photo.caption, figure.photo.credit) == (
        "药农在晾晒丹参。", "王立志 摄", "药农在晾晒丹参。", "王立志 摄",
    )  # fmt: skip
    assert default_storage.exists(figure.photo.web) and figure.photo.sha256
    assert [writer.editor for writer in Writer.objects.all()] == [sender]
    assert [(entry.act, entry.by) for entry in article.history.filter(act=Act.RECEIVED)] == [(Act.RECEIVED, editor)]
    assert submissions.unverified(article)


def test_a_byline_in_the_text_goes_before_the_one_of_the_form(client, sender):
    row = send(client, text=f"{TEXT}（通讯员 李四）")
    assert submissions.draft_of(row, by=make_editor("*")).article.printed_byline == "（通讯员 李四）"


def test_whoever_sent_it_is_the_writer_though_no_byline_names_them(client, sender):
    article = submissions.draft_of(send(client, byline=""), by=make_editor("*")).article
    assert (article.printed_byline, article.own_work_of) == ("", sender)
    assert [writer.editor for writer in Writer.objects.all()] == [sender]


def test_a_picture_that_is_gone_from_the_store_keeps_its_caption_and_is_named(client, sender):
    row = send(client, picture_1=jpeg(), caption_1="一图。", picture_2=jpeg("navy", "二.jpg"))
    for picture in row.pictures.all():
        default_storage.delete(picture.file.name)
    made = submissions.draft_of(row, by=make_editor("*"))
    assert [(figure.caption, figure.photo.web) for figure in made.article.figures.all()] == [("一图。", "")]
    said = " ".join(said.sentence for said in made.said)
    assert "晒秋.jpg" in said and "二.jpg" in said


def test_a_draft_that_fails_leaves_the_pictures_where_they_were(client, sender, monkeypatch):
    row = send(client, picture_1=jpeg())
    before = files()

    def fails(*args, **kwargs):
        raise RuntimeError("on its last step")

    monkeypatch.setattr(submissions, "settle", fails)
    with pytest.raises(RuntimeError):
        submissions.draft_of(row, by=make_editor("*"))
    assert (files(), Photo.objects.count(), HistoryEntry.objects.count()) == (before, 0, 0)
    assert not default_storage.exists("originals") or default_storage.listdir("originals")[1] == []


# --- who may ---------------------------------------------------------------------------------------------


def test_whoever_enters_pieces_may_send_and_others_may_not(client, db):
    may = {}
    for role in roles.ROLES:
        log_in(client, role)
        may[role] = [client.get(LIST).status_code, client.get(NEW).status_code, client.post(NEW, form_of()).status_code]
    yes, no = [200, 200, 302], [403, 403, 403]
    assert may == {
        "通讯员": yes, "记者": yes, "责任编辑": yes, "部门主任": yes, "总编": yes, "校对": no, "财务": no, "管理员": no,
    }  # fmt: skip
    assert client.post(PICTURE, {"picture": jpeg()}).status_code == 403
    client.logout()
    assert [client.get(address).status_code for address in (LIST, NEW)] == [302, 302]
    before = Submission.objects.count()
    client.post(NEW, form_of())
    assert Submission.objects.count() == before


def test_what_others_sent_is_not_there(client, sender):
    row = send(client, picture_1=jpeg())
    picture = reverse("desk_sent_picture", args=[row.pictures.get().pk])
    assert client.get(picture)["Content-Type"] == "image/jpeg"
    addresses = [one(row), picture, f"{NEW}?again={row.number}", f"{LIST}L2001-0101-001/", f"{NEW}?again=%00"]
    log_in(client, "通讯员")
    assert [client.get(address).status_code for address in addresses] == [404] * 5
    assert client.post(f"{one(row)}recall/").status_code == 404
    assert client.get(f"{one(row)}recall/").status_code == 405
    row.refresh_from_db()
    assert row.recalled_at is None
    log_in(client, "记者")
    assert [client.get(address).status_code for address in addresses[:2]] == [404, 200]
    log_in(client, "校对")
    assert client.get(picture).status_code == 404
    default_storage.delete(row.pictures.get().file.name + sent_pictures.SMALL)
    log_in(client, "记者")
    assert client.get(picture).status_code == 404


def test_a_row_that_was_registered_by_hand_is_nobodys_contribution(client, sender):
    row = Submission.objects.create(sender="吴小燕", headline="登记的稿")
    assert client.get(one(row)).status_code == 404
    with pytest.raises(Submission.DoesNotExist):
        contributions.recall(row, by=sender)


# --- the register ----------------------------------------------------------------------------------------

REGISTER = "/admin/articles/submission/"


def change(row):
    return reverse("admin:articles_submission_change", args=[row.pk])


def answer(row, act="decline"):
    return reverse(f"admin:articles_submission_{act}", args=[row.pk])


@pytest.fixture
def sent(client, sender):
    """A contribution with a picture, and an editor at the register."""
    row = send(client, picture_1=jpeg(), caption_1="药农在晾晒丹参。 王立志 摄")
    log_in(client, "责任编辑", display_name="李静", username="lijing")
    return row


def test_the_register_shows_that_it_came_through_the_site_from_whom_and_with_which_pictures(client, sent):
    page = client.get(change(sent)).content.decode()
    picture = reverse("desk_sent_picture", args=[sent.pictures.get().pk])
    for words in (
        f"吴小燕（{sent.account.username}）",
        f'src="{picture}"',
        "药农在晾晒丹参。 王立志 摄",
        'value="通讯员 吴小燕"',
    ):
        assert words in page
    assert client.get(picture).status_code == 200
    assert "吴小燕（网上投稿）" in client.get(REGISTER).content.decode()
    by_hand = Submission.objects.create(sender="城关镇 王博", headline="登记的稿")
    page = client.get(change(by_hand)).content.decode()
    assert "网上投稿账号" not in page and "sent-with" not in page


def test_an_editor_makes_it_a_piece_with_one_click_and_reads_what_was_done(client, sent):
    client.post(change(sent), posted(client.get(change(sent))) | {"_draft": "1"})
    article = Article.objects.get()
    assert (article.own_work_of, article.figures.count()) == (sent.account, 1)
    page = client.get(change(sent)).content.decode()
    assert 'name="byline"' not in page and "通讯员 吴小燕" in page and "药农在晾晒丹参。" in page


def posted(page, **changes):
    """The register's form as a browser posts it: a moment is two fields."""
    data = filled(page)
    moment = timezone.localtime(data.pop("received_at"))
    return {**data, "received_at_0": f"{moment:%Y-%m-%d}", "received_at_1": f"{moment:%H:%M:%S}", **changes}


def test_an_editor_declines_with_a_usual_reason_and_words_of_their_own_and_takes_it_back(client, sent):
    assert answer(sent) in client.get(change(sent)).content.decode()
    assert "时效已过" in client.get(answer(sent)).content.decode()
    refused = client.post(answer(sent), {"words": " \u200b"})
    assert refused.context["form"].non_field_errors() == ["请写明未采用的理由，来稿人会看到。"]
    long = client.post(answer(sent), {"words": "字" * 301})
    assert "301" in long.context["form"].non_field_errors()[0] and "字" * 301 in long.content.decode()
    assert client.post(answer(sent), {"usual": "nothing"}).status_code == 200
    assert client.post(answer(sent), {"usual": "late", "words": "下次请当天发来。"}).url == change(sent)
    sent.refresh_from_db()
    assert (sent.reason, sent.declined_by.display_name) == ("时效已过。下次请当天发来。", "李静")
    page = client.get(change(sent)).content.decode()
    assert "未采用：时效已过。" in page and 'name="_draft"' not in page and answer(sent) not in page
    assert answer(sent, "take_up") in page
    client.post(change(sent), posted(client.get(change(sent))) | {"_draft": "1"})
    assert Article.objects.count() == 0
    assert client.post(answer(sent), {"usual": "late"}).context["form"].non_field_errors() == ["已有同事标为未采用。"]
    assert client.get(answer(sent, "take_up")).status_code == 405
    assert client.post(answer(sent, "take_up")).url == change(sent)
    assert progress(sent) == Progress.RECEIVED
    assert client.post(answer(sent, "take_up")).status_code == 302
    told = [entry.get_change_message() for entry in LogEntry.objects.filter(object_id=sent.pk).order_by("pk")]
    assert told[:2] + told[-1:] == ["网上投稿", "未采用：时效已过。下次请当天发来。", "取消“未采用”"]


def test_the_reason_is_chinese_whatever_language_the_editor_reads(client, sent):
    log_in(client, "责任编辑", language="en")
    client.post(answer(sent), {"usual": "late"})
    sent.refresh_from_db()
    assert sent.reason == "时效已过。"


def test_what_the_sender_took_back_is_shown_so_and_no_button_does_anything(client, sent):
    open_before = posted(client.get(change(sent)), text="我改的正文。")
    contributions.recall(sent, by=sent.account)
    page = client.get(change(sent))
    text = page.content.decode()
    assert "来稿人撤回" in text
    assert [name in text for name in ('name="_draft"', 'name="_verify"', 'name="text"', answer(sent))] == [False] * 4
    refused = client.post(change(sent), open_before)
    assert "来稿人已经撤回，不能再用。" in str(errors_of(refused)) and "我改的正文。" in refused.content.decode()
    for button in ({"_draft": "1"}, {"_verify": "1", "verification": "电话"}):
        client.post(change(sent), posted(page) | button)
    client.post(answer(sent), {"usual": "late"})
    sent.refresh_from_db()
    assert (sent.text, sent.article, sent.verified_at, sent.declined_at) == (TEXT, None, None, None)


def test_the_register_is_narrowed_to_what_waits_what_was_declined_and_what_was_taken_back(client, sent):
    declined, recalled, used = (
        Submission.objects.create(sender="甲", headline=name, account=sent.account) for name in ("退", "撤", "用")
    )
    contributions.decline(declined, by=make_editor(), reason="时效已过")
    contributions.recall(recalled, by=sent.account)
    Submission.objects.filter(pk=used.pk).update(article=make_live_article())

    def shown(query):
        return rows(client.get(f"{REGISTER}?{query}"))

    assert (shown("used=no"), shown("used=yes")) == ([sent], [used])
    assert (shown("used=declined"), shown("used=recalled")) == ([declined], [recalled])
    assert shown("verified=no") == [used, sent]
    assert shown("used=perhaps") == []
    page = client.get(REGISTER).content.decode()
    assert ">待采用<" in page and ">未采用<" in page and ">已撤回<" in page


def test_whoever_may_not_change_the_register_answers_nobody(client, sent):
    for held in (("通讯员",), ("校对",), ("财务",)):
        log_in(client, *held)
        assert client.get(answer(sent)).status_code == 403
        assert client.post(answer(sent), {"usual": "late"}).status_code == 403
        assert client.post(answer(sent, "take_up")).status_code == 403
    client.force_login(make_editor("view_submission"))
    assert client.post(answer(sent), {"usual": "late"}).status_code == 403
    assert answer(sent) not in client.get(change(sent)).content.decode()
    sent.refresh_from_db()
    assert sent.declined_at is None
    log_in(client, "责任编辑")
    assert client.post(reverse("admin:articles_submission_decline", args=[sent.pk + 99])).status_code == 404
