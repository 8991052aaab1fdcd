"""整版导入: the text of a newspaper page comes in, is looked through, and becomes drafts."""

import hashlib

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from articles.admin.fields import AutocompleteMixin, key_of
from articles.admin.page_import import pictures as page_pictures
from articles.admin.page_import import work
from articles.admin.page_import.entries import MOST_READ, Entry, Stretch, form_of, posted
from articles.admin.page_import.marks import lines_of
from articles.admin.page_import.review import Reading, act_on, with_added, with_pictures
from articles.admin.page_import.screen import AddingForm, Screen, digest_of, drafts_to_load, lines_said
from articles.admin.page_import.source import SourceForm, about_form, settle_about
from articles.admin.paging import BoundedPaginator
from articles.intake.load import Source, load_page, wait_for_others
from articles.models import Article, ImportedPiece, PageImport
from articles.refusals import MoveRefused
from articles.vocabulary import State

CHANGE = "admin:articles_pageimport_change"


@admin.register(PageImport)
class PageImportAdmin(AutocompleteMixin, admin.ModelAdmin):
    """“Add” brings a page in, and the page of a row is where it is looked through and confirmed."""

    list_display = ("listed", "page_name", "pieces_shown", "created_by", "created_at", "standing", "file_name")
    list_select_related = ("outlet", "created_by", "confirmed_by")
    search_fields = ("day", "outlet__name", "page_name", "file_name")
    search_help_text = gettext_lazy("Day, newspaper, page or file: 2023-11-23, 2023-11")
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    actions = None

    class Media:
        css = {"all": ("css/desk.css",)}

    def has_delete_permission(self, request, obj=None):
        return False  # what came in stays, as the source of what was made of it

    def may_bring_in(self, request):
        return self.has_add_permission(request) and request.user.has_perm("articles.add_article")

    # The list.

    def get_queryset(self, request):
        return super().get_queryset(request).defer("text", "work")

    def get_changelist_instance(self, request):
        listed = super().get_changelist_instance(request)
        keys = [row.pk for row in listed.result_list]
        pieces = ImportedPiece.objects.filter(page_import__in=keys).order_by()
        counts = dict(pieces.values_list("page_import").annotate(n=Count("pk")))
        for row in listed.result_list:
            row.made = counts.get(row.pk, 0)
        return listed

    @admin.display(description=gettext_lazy("newspaper, day and page"), ordering="day")
    def listed(self, row):
        return str(row)

    @admin.display(description=gettext_lazy("pieces"))
    def pieces_shown(self, row):
        return row.made or "—"

    @admin.display(description=gettext_lazy("state"))
    def standing(self, row):
        if row.confirmed_at:
            return _("confirmed by %(who)s") % {"who": row.confirmed_by}
        return (
            format_html("<strong>{}</strong>", _("waits to be looked through"))
            if not row.made
            else _("read by a command")
        )

    # A page comes in.

    def add_view(self, request, form_url="", extra_context=None):
        if not self.may_bring_in(request):
            raise PermissionDenied
        form = SourceForm(
            request.POST if request.method == "POST" else None,
            request.FILES if request.method == "POST" else None,
            initial={"day": timezone.localdate()},
        )
        if request.method == "POST" and form.is_valid():
            if answer := self._bring_in(request, form):
                return answer
        if request.method == "POST":
            kept = form.keep_what_was_read()
            said = _("Not brought in: please correct what is marked below.")
            if kept:
                said += " " + _("The text of your files stands in the field; pictures are to be chosen again.")
            messages.error(request, said)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Bring in a page"),
            "form": form,
        }
        return render(request, "admin/articles/pageimport/bring_in.html", context)

    def _bring_in(self, request, form):
        """Keep the page and lead to its review; None when nothing can be read in it, which the form then says."""
        asked = form.cleaned_data
        row = PageImport(day=asked["day"], text=asked["text"])
        found = Reading(row).entries()
        pieces = sum(entry.is_piece for entry in found)
        if not pieces:
            form.add_error(
                "text", _("No piece was found in this text. Does it have line breaks between headlines and paragraphs?")
            )
            return None
        if len(found) > MOST_READ:
            said = _("%(n)d pieces are more than one newspaper page has. Bring it in page by page.")
            form.add_error("text", said % {"n": pieces})
            return None
        sha256 = hashlib.sha256(asked["text"].encode()).hexdigest()
        told = {name: asked[name] for name in ("outlet", "page_number", "page_name", "file_name", "text")}
        page_import, made = PageImport.objects.select_related("created_by").get_or_create(
            sha256=sha256, day=asked["day"], defaults={**told, "created_by": request.user}
        )
        earlier = None if made else page_import
        if form.pictures and not page_import.confirmed_at:
            page_pictures.keep(page_import, form.pictures)
        if earlier:
            self._take_over(request, earlier, asked)
            said = _("This text came in before, with this day: %(who)s brought it at %(when)s. Here it is.")
            when = f"{timezone.localtime(earlier.created_at):%Y-%m-%d %H:%M}"
            messages.warning(request, said % {"who": earlier.created_by or _("a command"), "when": when})
        return redirect(CHANGE, page_import.pk)

    def _take_over(self, request, earlier, asked):
        """What is said now of a page that waits for its review: newspaper, number and name of the page."""
        said = {name: asked[name] for name in ("outlet", "page_number", "page_name") if asked[name]}
        changed = {name: value for name, value in said.items() if getattr(earlier, name) != value}
        if not changed or not PageImport.objects.filter(pk=earlier.pk, confirmed_at=None).update(**changed):
            return
        # A form that is open somewhere says the old ones: with the counter it is older now.
        work.keep(earlier, earlier.work and earlier.work["form"], by=request.user)
        messages.info(request, _("Newspaper, page number and page name are taken over as you entered them now."))

    # It is looked through.

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = key_of(unquote(object_id))
        rows = PageImport.objects.select_related("outlet", "created_by", "confirmed_by")
        page_import = rows.filter(pk=key).first() if key is not None else None
        if page_import is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, unquote(object_id))
        if request.method == "POST":
            if not self.may_bring_in(request):
                raise PermissionDenied
            return self._answer(request, page_import)
        if page_import.confirmed_at and "again" not in request.GET or not self.may_bring_in(request):
            return self._show_confirmed(request, page_import)
        reading = Reading(page_import)
        pictures = page_pictures.kept(page_import)
        kept = work.kept(page_import)
        if kept is None or not kept.form:
            entries = with_pictures(reading.entries(), pictures)
            return self._show(request, page_import, Screen(reading, entries, pictures=pictures, fresh=True))
        entries, refused = with_added(posted(kept.form, len(page_import.text)))
        screen = Screen(reading, entries, pictures=pictures, refused=refused)
        return self._show(request, page_import, screen, about=about_form(page_import, kept.form), kept=kept)

    def _answer(self, request, page_import):
        act = request.POST.get("act", "")
        if late := work.kept_after(page_import, request.POST):
            return self._show_late(request, page_import, late)
        if act == "discard":
            return self._discard(request, page_import)
        about = about_form(page_import, request.POST)
        well = settle_about(page_import, about)
        reading = Reading(page_import)
        pictures = page_pictures.kept(page_import)
        entries, refused = with_added(posted(request.POST, len(page_import.text)))
        if act == "confirm" and well:
            return self._confirm(request, page_import, reading, entries, pictures, refused)
        if not well and act != "later":
            messages.error(request, _("Nothing was made yet: please correct what is marked below."))
        entries, look_at, said = act_on(entries, act, request.POST, reading)
        if said:
            messages.error(request, said)
        screen = Screen(reading, entries, pictures=pictures, look_at=look_at, refused=refused)
        return self._keep_and_show(request, page_import, screen, about=None if well else about)

    def _keep_and_show(self, request, page_import, screen, *, about=None, **more):
        """Everything typed is kept with the page, and shown again or, with “later”, left for another time."""
        fields = form_of(screen.entries)
        if about is not None:  # not to be saved as it is
            fields |= {name: request.POST.getlist(name) for name in request.POST if name.startswith("about-")}
            fields = {name: [value.replace("\0", "") for value in values] for name, values in fields.items()}
        if not work.keep(page_import, fields, by=request.user, also_confirmed="again" in request.POST):
            page_import.refresh_from_db(fields=["work", "confirmed_at", "confirmed_by"])
            if late := work.kept_after(page_import, request.POST):
                return self._show_late(request, page_import, late)
            if page_import.confirmed_at:
                messages.error(request, _confirmed_meanwhile(page_import))
            return self._show(request, page_import, screen, unkept=True, about=about, **more)
        if request.POST.get("act") == "later":
            said = _("What you typed on %(page)s is kept; whoever opens it goes on from there.")
            messages.success(request, said % {"page": page_import})
            return redirect("admin:articles_pageimport_changelist")
        return self._show(request, page_import, screen, about=about, kept=work.kept(page_import), **more)

    def _show_late(self, request, page_import, late):
        """A form that was opened before somebody kept this page: it stands as it was typed, and nothing is kept or made."""
        reading, pictures = Reading(page_import), page_pictures.kept(page_import)
        entries, refused = with_added(posted(request.POST, len(page_import.text)))
        screen = Screen(reading, entries, pictures=pictures, refused=refused)
        about = about_form(page_import, request.POST)
        if about.is_bound and about.has_changed():
            messages.warning(
                request, _("Newspaper, day or page stand here otherwise than they were kept: please compare.")
            )
        return self._show(request, page_import, screen, unkept=True, about=about, late=late)

    def _discard(self, request, page_import):
        """Put away a page of which nothing was made."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            rows = PageImport.objects.select_for_update().filter(pk=page_import.pk, confirmed_at=None)
            row = rows.filter(work.as_it_was(work.count_of(page_import))).first()
            if row is None or row.pieces.exists():
                messages.error(
                    request, _("This page is not discarded: pieces were made of it, or somebody went on with it.")
                )
                return redirect(CHANGE, page_import.pk)
            self.log_deletions(request, [row])
            row.delete()
        page_pictures.forget(page_import)
        messages.success(request, _("%(page)s is discarded.") % {"page": page_import})
        return redirect("admin:articles_pageimport_changelist")

    def _confirm(self, request, page_import, reading, entries, pictures, refused):
        screen = Screen(reading, entries, pictures=pictures, bound=True, refused=refused)
        if not any(entry.wanted for entry in entries):
            messages.error(request, _("There is no piece to be made: all are skipped."))
        elif not screen.is_valid:
            messages.error(request, _("Nothing was made yet: please correct what is marked below."))
        elif (digest := digest_of(screen.lost, screen.unused_pictures())) and request.POST.get("lost") != digest:
            said = _(
                "Nothing was made yet: something of the page stands in no piece. See below; confirm once more to leave it out."
            )
            messages.warning(request, said)
            return self._keep_and_show(request, page_import, screen, lost=digest)
        else:
            try:
                return self._load(request, page_import, screen)
            except MoveRefused as refusal:
                page_import.refresh_from_db(fields=["work", "confirmed_at", "confirmed_by"])
                if late := work.kept_after(page_import, request.POST):
                    return self._show_late(request, page_import, late)
                messages.error(request, str(refusal))
                screen = Screen(reading, entries, pictures=pictures, bound=True, refused=refused)
                if page_import.confirmed_at and "again" not in request.POST:
                    return self._show(request, page_import, screen, unkept=True)
        return self._keep_and_show(request, page_import, screen)

    def _load(self, request, page_import, screen):
        """Raises MoveRefused when somebody else was first."""
        drafts = drafts_to_load(screen, page_import)
        with transaction.atomic():
            wait_for_others()
            now = PageImport.objects.select_for_update().get(pk=page_import.pk)
            if now.confirmed_at and "again" not in request.POST:
                if now.confirmed_by_id == request.user.pk:
                    messages.info(request, _("This page is confirmed already; nothing was made twice."))
                    return redirect(CHANGE, page_import.pk)
                raise MoveRefused(_confirmed_meanwhile(now))
            if work.kept_after(now, request.POST):
                raise MoveRefused(_("This has been done already, or the piece has moved on; load the page again."))
            source = Source(
                text=now.text,
                file_name=now.file_name,
                outlet=page_import.outlet,
                day=now.day,
                page_number=now.page_number,
                page_name=now.page_name,
            )
            loaded = load_page(
                drafts,
                source,
                by=request.user,
                compared="compared" in request.POST and self._may_compare(request),
                as_read=screen.reading.as_read,
            )
            PageImport.objects.filter(pk=now.pk).update(work=None)
        self._say(request, loaded)
        return redirect(CHANGE, page_import.pk)

    def _may_compare(self, request):
        """To compare a text with the newspaper is to clear its flag."""
        return request.user.has_perm("articles.change_flag")

    def _say(self, request, loaded):
        if made := len(loaded.created):
            said = ngettext("%(n)d draft is made.", "%(n)d drafts are made.", made) % {"n": made}
            messages.success(request, said)
        if loaded.present:
            links = format_html_join(
                "、",
                '<a href="{}">{} {}</a>',
                ((_address(article), article.number, article) for _n, article in loaded.present),
            )
            messages.info(request, format_html("{} {}", _("In the desk already, left as they are:"), links))
        for _number, sentence in loaded.said:
            messages.warning(request, sentence)

    def _show(self, request, page_import, screen, *, unkept=False, lost="", about=None, kept=None, late=None):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(page_import),
            "page_import": page_import,
            "screen": screen,
            "targets": [shown for shown in screen.shown if shown.number],
            "pictures": screen.pictures,
            "about": about or about_form(page_import),
            "unkept": unkept,
            "kept": kept,
            "late": late,
            "late_is_own": late and late.by == request.user.pk,
            "count": work.count_of(page_import),
            "printed_day": screen.reading.printed_day,
            "may_compare": self._may_compare(request),
            "compared": "compared" in request.POST,
            "may_discard": self.has_change_permission(request)
            and not page_import.confirmed_at
            and not page_import.pieces.exists(),
            "lost": lost,
            # Whoever goes on after somebody else confirmed the page looks through it once more.
            "again": "again" in request.GET or "again" in request.POST or bool(page_import.confirmed_at),
            "media": self.media + AddingForm().media,
            "is_nav_sidebar_enabled": False,
        }
        return render(request, "admin/articles/pageimport/review.html", context)

    # It was confirmed.

    def _show_confirmed(self, request, page_import):
        pieces = list(
            page_import.pieces.select_related("article").defer("article__body").order_by("first_line", "number")
        )
        states = dict(
            Article.objects.with_state()
            .filter(pk__in=[piece.article_id for piece in pieces])
            .values_list("pk", "state")
        )
        starts = [0]
        for line in page_import.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        entries = []
        for piece in pieces:
            piece.state = State(states[piece.article_id]).label
            piece.lines = lines_said((piece.first_line, piece.last_line))
            last = min(piece.last_line, len(starts) - 1)
            stretch = Stretch(
                starts[max(min(piece.first_line, last) - 1, 0)], min(starts[last], len(page_import.text)), "body"
            )
            entries.append(Entry(piece.kind, (stretch,) if stretch.start < stretch.end else ()))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(page_import),
            "page_import": page_import,
            "pieces": pieces,
            "lines": lines_of(page_import.text, entries, [], [str(number) for number in range(1, len(pieces) + 1)]),
            "may_bring_in": self.may_bring_in(request),
            "is_nav_sidebar_enabled": False,
        }
        return render(request, "admin/articles/pageimport/confirmed.html", context)

    def picture_view(self, request, pk, key):
        """The small copy of a picture that came in with a page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page_import = get_object_or_404(PageImport.objects.defer("text"), pk=pk)
        try:
            content = page_pictures.shown_of(page_import, key)
        except FileNotFoundError as error:
            raise Http404 from error
        return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})

    def history_view(self, request, object_id, extra_context=None):
        return HttpResponseRedirect(reverse(CHANGE, args=[object_id]))

    def get_urls(self):
        picture = self.admin_site.admin_view(require_safe(self.picture_view))
        return [path("<int:pk>/pictures/<str:key>", picture, name="articles_pageimport_picture"), *super().get_urls()]


def _confirmed_meanwhile(page_import):
    said = _("%(who)s confirmed this page meanwhile. Nothing was made of what you entered; it stands here.")
    return said % {"who": page_import.confirmed_by}


def _address(article):
    return reverse("admin:articles_article_change", args=[article.pk])
