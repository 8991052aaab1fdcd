"""Reads a newspaper page from a text file or a Word document, shows what it found, and enters the pieces as drafts."""

import hashlib
import json
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from articles import bylines, text
from articles.intake.documents import MOST_BYTES, MOST_TEXT, Document, decode, is_archive, read_document
from articles.intake.drafts import drafts_of
from articles.intake.load import MOST_PIECES, Source, load_page, read_before
from articles.intake.proposals import as_json, desk_of_database, propose
from articles.models import Outlet
from articles.refusals import UnreadableText
from articles.vocabulary import Severity

STDIN = "-"
YEARS = range(1900, 2101)
LONGEST_PAPER = Outlet._meta.get_field("name").max_length
LONGEST_SHOWN = 60  # characters of an excerpt, or of a text that stands for a missing headline
PLURALS = {"story": "stories", "furniture": "furniture"}


class Command(BaseCommand):
    help = (
        "Read a newspaper page from a text file (.txt in UTF-8, UTF-16 or GB18030) or a Word document (.docx, whose captions are "
        "read and whose pictures are not), and enter its pieces as drafts. A piece whose words came in before, on the same day, stays as it is. --dry-run only shows what it finds."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="the page, .txt or .docx; - for standard input")
        parser.add_argument("--edition-date", required=True, metavar="YYYY-MM-DD", help="the day of the newspaper")
        parser.add_argument("--paper", metavar="NAME", help="the newspaper, made when the desk does not know it yet")
        parser.add_argument("--page", metavar="N", help="the number of the page, from 1")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="print what was found as JSON, and nothing else")

    def handle(self, *args, file, edition_date, paper, page, dry_run, **options):
        day, outlet, number = day_of(edition_date), outlet_of(paper), page_number(page)
        content = read(file)
        document = read_as_page(content, file)
        page_text = document.page_text
        proposals = propose(page_text, desk=desk_of_database(), day=day)
        drafts = drafts_of(proposals)
        if not drafts:
            raise CommandError(f"{name_of(file)}: no piece was found in this text. Nothing was written.")
        if len(drafts) > MOST_PIECES and not dry_run:
            raise CommandError(f"{name_of(file)}: {len(drafts)} pieces are no newspaper. Nothing was written.")
        source = Source(page_text, name_of(file), outlet, day, number)
        new_paper = outlet is not None and outlet.pk is None
        loaded = None if dry_run else read_before(source) or load_page(drafts, source, by=None)
        sha256 = hashlib.sha256(content).hexdigest()
        if options["json"]:
            self.print_json(as_json(proposals, source_sha256=sha256))
        else:
            self.print_tally(proposals, sha256, source)
            if new_paper and (dry_run or loaded.created):
                self.stdout.write(f"new paper: {outlet}")
            if document.pictures:
                pictures = number_of("picture", len(document.pictures))
                self.stdout.write(f"{pictures} not taken over: give the document to 整版导入 of the desk for them")
            self.print_outcome(loaded)

    def print_json(self, found):
        if hasattr(self.stdout, "reconfigure"):
            self.stdout.reconfigure(encoding="utf-8")  # whatever the terminal speaks
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))

    def print_tally(self, proposals, sha256, source):
        kinds = Counter(proposal.item.kind for proposal in proposals.pieces)
        counted = ", ".join(number_of(kind, n) for kind, n in kinds.items())
        self.stdout.write(f"{source.file_name}, {source.day}: {counted}; sha256 {sha256}")
        number = 0
        for proposal in proposals.pieces:
            number += proposal.item.kind != "furniture"
            self.stdout.write("")
            for line in lines_of(proposal, number, proposals.desk):
                self.stdout.write(line)
        severities = Counter(finding.severity for proposal in proposals.pieces for finding in proposal.findings)
        flags = ", ".join(number_of(severity.value, severities[severity]) for severity in Severity)
        self.stdout.write(f"\nflags: {flags}")

    def print_outcome(self, loaded):
        if loaded is None:
            self.stdout.write("dry run: nothing was written")
            return
        for word, pieces in (("created", loaded.created), ("present", loaded.present)):
            numbers = ", ".join(article.number for _, article in pieces)
            self.stdout.write(f"{word}: {len(pieces)}{f' ({numbers})' if numbers else ''}")
        for number, sentence in loaded.said:
            self.stdout.write(f"look at {number}: {sentence}")


def day_of(written):
    """The day as it was typed."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
        try:
            day = date.fromisoformat(written)
        except ValueError:
            day = None
        if day and day.year in YEARS:
            return day
    raise CommandError(f"“{written}” is not a day; give one like 2023-11-23.")


def outlet_of(paper):
    """The newspaper of that name, unsaved when the desk has none; None when no name was given."""
    if paper is None:
        return None
    name = text.clean_line(paper)
    if not name or len(name) > LONGEST_PAPER:
        raise CommandError(f"The name of the paper has {len(name)} characters; give 1 to {LONGEST_PAPER}.")
    return Outlet.objects.filter(name=name).first() or Outlet(name=name)


def page_number(written):
    """The number of the page as it was typed; None when none was given."""
    if written is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,2}", str(written), re.ASCII):
        raise CommandError(f"“{written}” is not the number of a page; give 1 to 999.")
    return int(written)


def name_of(file):
    return "standard input" if file == STDIN else Path(file).name


def read(file):
    """The bytes of the file, and of one that is too large only so many that it shows."""
    if file == STDIN:
        return bytes_of(sys.stdin.buffer)
    try:
        with open(file, "rb") as stream:
            return bytes_of(stream)
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {file}.") from error
    except IsADirectoryError as error:
        raise CommandError(f"{file} is a folder; give one file, the .txt or .docx of a page.") from error
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def bytes_of(stream):
    """A Word document may be larger than a text, for its pictures."""
    content = stream.read(MOST_TEXT + 1)
    return content + stream.read(MOST_BYTES - MOST_TEXT) if is_archive(content) else content


def read_as_page(content, file):
    """What the file holds, or why it cannot be read, in English like the rest of the command's words."""
    with override("en"):
        try:
            return read_document("", content) if is_archive(content) else Document(decode(content))
        except UnreadableText as refusal:
            raise CommandError(f"{name_of(file)}: {refusal} Nothing was written.") from refusal


def number_of(word, n):
    return f"{n} {word if n == 1 else PLURALS.get(word, word + 's')}"


def lines_of(proposal, number, desk):
    """What is shown of one item."""
    item = proposal.item
    where = (
        f"lines {item.first_line}–{item.last_line}" if item.first_line != item.last_line else f"line {item.first_line}"
    )
    if item.kind == "furniture":
        yield f" –  {where}, furniture: {shortened(item.text)}"
        return
    paragraphs = [paragraph.text for paragraph in item.paragraphs]
    title = " ".join(filter(None, [item.kicker, item.headline])) or shortened("".join(paragraphs))
    yield f"{number:2}  {where}, {item.kind}: {title}"
    for label, said in (
        ("column", item.column),
        ("banner", item.section),
        ("subhead", item.subhead),
        (
            "text",
            f"{number_of('paragraph', len(paragraphs))}, {sum(map(len, paragraphs))} characters" if paragraphs else "",
        ),
        ("byline", item.byline and f"{item.byline} = {bylines.in_words(proposal.credits)}"),
        ("about", "; ".join("/".join(found.place.trail) for found in proposal.places if found.relation == "about")),
        ("mentioned", "; ".join("/".join(found.place.trail) for found in proposal.places if found.relation != "about")),
        ("campaigns", ", ".join(desk.campaign_names[slug] for slug in proposal.campaigns)),
        ("dates", ", ".join(f"{found.words} = {found.day or 'no such day'}" for found in proposal.event_days)),
        ("jump", item.jump),
    ):
        if said:
            yield f"      {label:10}{said}"
    for finding in proposal.findings:
        place = "" if finding.paragraph is None else f", paragraph {finding.paragraph + 1}"
        passage = f" “{shortened(finding.excerpt)}”" if finding.excerpt else ""
        yield f"      {finding.severity.value:10}{finding.check}{place}:{passage} {finding.detail}"


def shortened(words):
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1]}…"
