"""来稿: what was sent to the desk is verified by a named person, and becomes a piece once. What came in stays as it came."""

from contextlib import ExitStack
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from articles import bylines, flags, gazetteer, photos, text
from articles.alike import find_alike
from articles.bylines import Said
from articles.classify import settle
from articles.intake import documents, signatures
from articles.intake.bylines import parse_byline
from articles.intake.duplicates import alike
from articles.intake.parse import parse_page
from articles.models import (
    Article,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Figure,
    HistoryEntry,
    Locality,
    LocalityTag,
    Photo,
    Submission,
)
from articles.models.pieces import LONGEST_TITLE
from articles.refusals import AlreadyDone, MoveRefused, TooLate, UnreadablePicture, UnreadableText
from articles.versions import save_version
from articles.vocabulary import Act, Kind

LONGEST_TEXT = 200_000  # characters of a submission
LONGEST_HEADLINE = 60  # characters of a first line that may be a headline; a longer one is a paragraph
NEWEST = 1000  # submissions that a new text is compared with; of pieces it is the whole archive
COMPARED = 10_000  # characters of each
KEPT = {"kicker", "headline", "subhead", "body", "byline_text", "mark"}  # what a piece has room for of a page's spans
LONGEST = {
    name: Article._meta.get_field(name).max_length for name in ("kicker", "headline", "subhead", "printed_byline")
}
LONGEST_CREDIT = Figure._meta.get_field("credit").max_length


RECALLED = gettext_lazy("Whoever sent this has taken it back; it cannot be used.")
NOT_VERIFIED = Said(
    gettext_lazy("This submission is not verified yet; until it is, the piece cannot be published."), True
)


class Drafted(NamedTuple):
    """The piece of a submission, what to say of it, and whether it was made just now."""

    article: Article
    said: list[Said]
    made: bool


def unverified(article):
    """Whether a piece was made from a submission that nobody has verified: it may not be published so."""
    return Submission.objects.filter(article=article, verified_at=None).exists()


def verify(submission, *, by, how):
    """Note that a person has made sure of a submission, and how.

    Raises MoveRefused without a how, AlreadyDone when somebody did, TooLate when its sender took it back.
    """
    how = text.clean_line(how)
    if not how:
        raise MoveRefused(_("Write down how it was verified: with whom, and by what means."))
    waiting = Submission.objects.filter(pk=submission.pk, verified_at=None, recalled_at=None)
    if not waiting.update(verified_at=timezone.now(), verified_by=by, verification=how):
        demand_not_recalled(submission.pk)
        raise AlreadyDone(_("Somebody has verified this submission already."))
    submission.refresh_from_db(fields=["verified_at", "verified_by", "verification"])


def demand_not_recalled(pk):
    """Raises TooLate when whoever sent a submission has taken it back."""
    if Submission.objects.filter(pk=pk, recalled_at__isnull=False).exists():
        raise TooLate(RECALLED)


def told(submission):
    """Who verified a submission, when and how, in a sentence."""
    said = _("%(who)s at %(when)s: %(how)s")
    when = f"{timezone.localtime(submission.verified_at):%Y-%m-%d %H:%M}"
    return said % {"who": submission.verified_by, "when": when, "how": submission.verification}


def take_verification_back(submission):
    """Before a changed text is saved: nobody has made sure of that. Who had of the former one, and how, is put into the note."""
    with override(settings.LANGUAGE_CODE):  # kept with the row, whoever saves
        line = _("Verified before the text was changed: %(told)s") % {"told": told(submission)}
    submission.note = f"{submission.note}\n{line}".strip()
    submission.verified_at = submission.verified_by = None
    submission.verification = ""


def already_in(submission):
    """[(row, likeness)] of the pieces and of the newest submissions that say the same, the likest first; its own piece is none of them."""
    pieces = find_alike(submission.text, without=submission.article_id)
    others = Submission.objects.exclude(text="").exclude(pk=submission.pk).order_by("-pk")
    rows = others.values_list("pk", Left("text", COMPARED))[:NEWEST]
    found = [((Article, pk), how) for pk, how in pieces]
    found += [((Submission, pk), how) for pk, how in alike(submission.text[:COMPARED], among=rows)]
    stored = {model: _named(model, [pk for (of, pk), _how in found if of is model]) for model in (Article, Submission)}
    told = [(stored[model][pk], how) for (model, pk), how in found if pk in stored[model]]
    shown = {row.pk for row, _how in told if isinstance(row, Article)}
    kept = [(row, how) for row, how in told if isinstance(row, Article) or row.article_id not in shown]
    return sorted(kept, key=lambda row: -row[1])


def _named(model, keys):
    """The rows of these ids with what names them, in one statement; none for no ids."""
    texts = ("body", "summary") if model is Article else ("text", "note", "phone")
    return model.objects.defer(*texts).in_bulk(keys) if keys else {}


def headline_of(written):
    """The headline of a text as it came: its first line, or the first sentence where that line is a paragraph."""
    body = text.plain(text.clean_body(written))
    first, _break, rest = body.partition("\n")
    if rest and len(first) <= LONGEST_HEADLINE and not first.endswith(("。", "；")):
        return first
    return text.first_sentence(body, LONGEST_TITLE)


def draft_of(submission, *, by):
    """Make the piece of a submission; one that has its piece already leads to it, and nothing is made.

    The unit that sent it is not credited, for who signs is what the text says, or what the sender wrote as byline. What came
    from an account is that account's own work. Raises TooLate when its sender took it back, MoveRefused when it was declined.
    """
    # A picture that was stored for a draft that failed goes again; the rows do so by themselves.
    with ExitStack() as undo, transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        if submission.article_id:
            return Drafted(submission.article, [], False)
        if submission.recalled_at:
            raise TooLate(RECALLED)
        if submission.declined_at:
            raise MoveRefused(_("This was declined; take that back first, then make it a piece."))
        sender = submission.account
        article = Article.objects.create(
            created_by=by, own_work_of=sender, **_signed(_words_of(submission), submission)
        )
        said = _add_pictures(article, submission, undo)
        may_create = by.has_perm("articles.add_contributor")
        linked = contributor_of(sender) if sender else None
        said += bylines.follow(article, bylines.Standing("", ()), may_create=may_create, sender=linked)
        said += _file(article)
        submission.article = article
        submission.save(update_fields=["article"])
        HistoryEntry.objects.record(article, Act.RECEIVED, by=by, note=str(submission))
        save_version(article, by=by)
        settle(article, [], by=by)
        flags.refresh(article)
        undo.pop_all()
    return Drafted(article, said, True)


def _file(article):
    """Under the places and campaigns that its words name without doubt, as a piece of a page is. Returns what to say of it."""
    copy = flags.copy_of_article(article)
    words = {name: getattr(copy, name) for name in ("kicker", "headline", "subhead", "paragraphs", "captions")}
    found = gazetteer.current().read(byline=copy.byline, **words).suggestions
    relations = {suggestion.place.slug: suggestion.relation for suggestion in found if suggestion.certain}
    places = Locality.objects.in_bulk(relations, field_name="slug")
    slugs = gazetteer.campaign_index().read(**words)
    campaigns = Campaign.objects.in_bulk(slugs, field_name="slug")
    places = [(places[slug], relation) for slug, relation in relations.items() if slug in places]
    campaigns = [campaigns[slug] for slug in slugs if slug in campaigns]
    for position, (place, relation) in enumerate(places, 1):
        LocalityTag.objects.create(content_object=article, tag=place, relation=relation, position=position)
    for campaign in campaigns:
        CampaignTag.objects.create(content_object=article, tag=campaign)
    names = "、".join([place.name for place, _relation in places] + [campaign.name for campaign in campaigns])
    return (
        [Said(_("Filed under what the text names: %(names)s. Please check it.") % {"names": names}, False)]
        if names
        else []
    )


def _words_of(submission):
    """The columns of text of the piece. Every character of the submission goes somewhere."""
    body = text.clean_body(submission.text)
    headline = text.clean_line(submission.headline) or headline_of(body)
    if not body:
        return {"kind": Kind.PHOTO, "headline": headline}
    first, _break, rest = body.partition("\n")
    if first.removeprefix("## ") == headline and rest:
        read = _as_one_story(submission.text, headline)
        return read or {"headline": headline, **_without_byline(rest)}
    if headline == text.first_sentence(
        text.plain(body), LONGEST_TITLE
    ):  # it stands for a headline that the text does not have
        read = _as_one_story(submission.text, "")
        return {**(read or _without_byline(body)), "headline": headline}
    read = _as_one_story(f"{headline}\n\n{submission.text}", headline)
    return read or {"headline": headline, **_without_byline(body)}


def _without_byline(body):
    """{"body", "printed_byline"} of a text that goes as it stands: the （任丽娜） at its very end is who wrote it."""
    before, _break, last = body.rpartition("\n")
    start = signatures.tail_byline(last)
    byline = "" if start is None else text.clean_line(last[start:])
    rest = f"{before}\n{last[:start]}".strip()
    read = parse_byline(byline)
    if not byline.startswith(("（", "(")) or not rest or not read.credits or read.flags:
        return {"body": body}
    if len(byline) > LONGEST["printed_byline"]:
        return {"body": body}
    return {"body": rest, "printed_byline": byline}


def _as_one_story(written, headline):
    """The columns of a text that reads as one story under this headline and leaves nothing out, or None.

    On a newspaper page a line before the headline is a kicker, and what stands apart is furniture; of what somebody sent in
    that would be a guess, and the text then goes as it stands.
    """
    page = parse_page(written, is_place=gazetteer.current().is_place, columns=_column_names())
    if len(page.items) != 1:
        return None
    (story,) = page.items
    printed = "".join(part for part in (story.kicker, story.headline) if part)
    if (
        story.kind != Kind.STORY
        or story.section
        or not story.paragraphs
        or {span.field for span in story.spans} - KEPT
        or "".join(printed.split()) != "".join(headline.split())
    ):
        return None
    words = {
        "kicker": story.kicker,
        "headline": story.headline,
        "subhead": story.subhead,
        "printed_byline": text.clean_line(story.byline),
    }
    if any(len(words[name]) > most for name, most in LONGEST.items()):
        return None
    lines = [f"## {paragraph.text}" if paragraph.heading else paragraph.text for paragraph in story.paragraphs]
    column = Column.objects.filter(name=story.column).first() if story.column else None
    if story.column and column is None:
        return None
    return {**words, "body": "\n".join(lines), "column": column}


def _signed(words, submission):
    """The columns of text, with the byline that the sender wrote where the text has none."""
    if not submission.byline or words.get("printed_byline"):
        return words
    bracketed = submission.byline if submission.byline.startswith(("（", "(")) else f"（{submission.byline}）"
    fits = len(bracketed) <= LONGEST["printed_byline"]
    return {**words, "printed_byline": bracketed if fits else submission.byline}


def contributor_of(account):
    """The contributor whose login an account is, or None; a row that was merged stands for the one that stays."""
    found = Contributor.objects.filter(account=account).select_related("merged_into").first()
    return (found.merged_into or found) if found else None


def _column_names():
    return set(Column.objects.values_list("name", flat=True))


def _add_pictures(article, submission, undo):
    """Figures of the pictures that the submission's file holds, and of those sent with it. Returns what could not be taken over."""
    document, said = _document_of(submission)
    pictures = chain(zip(document.pictures, document.captions, strict=True), _sent_with(submission))
    for position, ((name, content), line) in enumerate(pictures, 1):
        caption, credit = _caption_and_credit(line)
        photo = Photo(caption=caption, credit=credit)
        try:
            picture = _picture(name, content)
        except UnreadablePicture as error:
            reason = _("The picture %(name)s was not taken over: %(reason)s")
            said.append(Said(reason % {"name": name, "reason": error}, True))
            if not caption:
                continue  # a caption is kept, and its picture may come later
        else:
            if read := photos.attach(photo, picture):
                sentence = _("Read from the file %(name)s: %(fields)s")
                said.append(Said(sentence % {"name": name, "fields": photos.words_of(read)}, False))
            undo.callback(photos.discard, photo)
        photo.save()
        Figure.objects.create(
            article=article, position=position, photo=photo, caption=photo.caption, credit=photo.credit
        )
    return said


def _picture(name, content):
    if content is None:
        raise UnreadablePicture(_("It is no longer in the store."))
    return photos.read_picture(ContentFile(content, name))


def _sent_with(submission):
    """((name, bytes or None when they are gone), caption) of the pictures that came one by one, each read when it is wanted."""
    for sent in submission.pictures.all():
        try:
            with sent.file.open("rb") as file:
                content = file.read()
        except OSError:
            content = None
        yield (sent.file_name, content), sent.caption


def _document_of(submission):
    """(what the submission's file holds besides the text, sentences). A file that only goes with the text holds nothing."""
    nothing = documents.Document("")
    if not submission.file:
        return nothing, []
    try:
        with submission.file.open("rb") as file:
            content = file.read()
    except OSError:
        said = _("The file %(name)s is no longer in the store; its pictures were not taken over.")
        return nothing, [Said(said % {"name": submission.file_name}, True)]
    if documents.is_picture(content):
        return documents.Document("", ((submission.file_name, content),), ("",)), []
    try:
        return documents.read_document(submission.file_name, content), []
    except UnreadableText:
        return nothing, []  # an enclosure: the register keeps it


def _caption_and_credit(line):
    """图为药农在晾晒丹参。 王立志 摄 → its two halves, where the second reads as a credit without doubt."""
    page = parse_page(line)
    if len(page.items) == 1 and page.items[0].kind == Kind.PHOTO:
        (photo,) = page.items
        caption = "\n".join(paragraph.text for paragraph in photo.paragraphs)
        if caption and len(photo.byline) <= LONGEST_CREDIT and not {span.field for span in photo.spans} - KEPT:
            return caption, photo.byline
    return line, ""
