"""我要纠错: the form by which a reader tells the desk what is wrong in a story. No cookie, no session, no JavaScript."""

import time
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles import reader_reports, type_size
from articles.models import Publication
from articles.reading import released
from articles.text import clean_line
from articles.views.dates import day_or_404
from articles.views.story import gone

SOONEST, LATEST = 3, 24 * 60 * 60  # seconds for which a form is open before it is sent
URLENCODED = "application/x-www-form-urlencoded"  # what the form sends: no file is ever read

TOO_SOON = "提交得太快了。请再看一遍，过几秒钟重新点“提交”。"
TOO_LATE = "这一页打开的时间太久。您写的内容还在，请看一遍再点“提交”。"
UNKNOWN_FORM = "没有提交成功。您写的内容还在，请重新点“提交”。"
FILLED_IN = "没有提交成功：有一栏应当留空。已经替您清空，请重新点“提交”。"
ELSEWHERE = "没有提交成功：这份内容不是从本页提交的。您写的内容还在，请重新点“提交”。"


class Lines(forms.CharField):
    """Text of several lines; blank lines, blanks around a line and what cannot be seen are left out before it is counted."""

    def to_python(self, value):
        return "\n".join(filter(None, map(clean_line, super().to_python(value).splitlines())))


class ReportForm(forms.Form):
    """What is wrong, how to reach the reader, when the form was opened, and a field that people do not see."""

    words = Lines(
        max_length=reader_reports.LONGEST,
        error_messages={
            "required": "请写明哪里有误。",
            "max_length": "最多写%(limit_value)d个字，现在有%(show_value)d个字。请删短一些再提交。",
        },
    )
    contact = forms.CharField(
        max_length=reader_reports.LONGEST_CONTACT,
        required=False,
        error_messages={"max_length": "联系方式最多写%(limit_value)d个字，现在有%(show_value)d个字。"},
    )
    opened = forms.CharField(required=False)
    homepage = forms.CharField(required=False)

    def __init__(self, story, data=None):
        super().__init__(data)
        self.story, self.moment = story, _moment_of(story)

    def clean_contact(self):
        return clean_line(self.cleaned_data["contact"])

    def clean_opened(self):
        opened = self.cleaned_data["opened"]
        age = _age_of(opened, self.story)
        if age is None:
            raise forms.ValidationError(UNKNOWN_FORM)
        if age > LATEST:
            raise forms.ValidationError(TOO_LATE)
        self.moment = opened  # sent again, it is no younger than it is
        if age < SOONEST:
            raise forms.ValidationError(TOO_SOON)
        return opened

    def clean_homepage(self):
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(FILLED_IN)
        return ""


_signer = signing.Signer(salt="articles.reader_reports")


def _moment_of(story):
    """The present moment, signed for the form of one story."""
    return _signer.sign_object([story, int(time.time())])


def _age_of(opened, story):
    """How many seconds ago a form was opened; None when that was not the form of this story."""
    try:
        known, moment = _signer.unsign_object(opened)
    except signing.BadSignature:
        return None
    return time.time() - moment if known == story else None


@csrf_exempt  # a token would need a cookie; nobody is logged in here whom another site could act for
@cache_control(no_store=True)  # the page carries the moment at which it was made
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, year, month, day, pk):
    """The form about one public story, and what is sent by it."""
    publication, answer = _public(request, "report", year, month, day, pk)
    if answer:
        return answer
    if request.method != "POST":
        return _page(request, publication, ReportForm(pk))
    form = ReportForm(pk, request.POST if request.content_type == URLENCODED else QueryDict())
    good = form.is_valid()
    if not _comes_from_here(request):
        return _page(request, publication, form, ELSEWHERE, status=403)
    if not good:
        return _page(request, publication, form)
    try:
        reader_reports.file(
            article=pk,
            version=publication.version,
            words=form.cleaned_data["words"],
            contact=form.cleaned_data["contact"],
            sender=reader_reports.sender_of(_address_of(request)),
        )
    except reader_reports.TooMany as refusal:
        said = f"您提交的纠错较多，请过{_how_long(refusal.wait)}再试。您写的内容还在，可以先复制下来。"
        response = _page(request, publication, form, said, status=429)
        response["Retry-After"] = str(int(refusal.wait.total_seconds()) + 1)
        return response
    return HttpResponseRedirect(_address("report_thanks", publication) + _size(request), status=303)


@require_safe
def report_thanks(request, year, month, day, pk):
    """What the reader is told once the report is with the desk."""
    publication, answer = _public(request, "report_thanks", year, month, day, pk)
    return answer or render(request, "articles/report_thanks.html", {"publication": publication})


def _public(request, name, year, month, day, pk):
    """(what the public reads of a story, None), or (None, the answer in its place): as at the address of the story itself."""
    wanted = day_or_404(year, month, day)
    publication = released(pk, timezone.now())
    if publication is None:
        return None, gone(request, Publication.objects.filter(article=pk).first(), wanted)
    if publication.address:  # a page of the site itself is no story
        raise Http404
    if timezone.localdate(publication.first_published_at) != wanted and request.method != "POST":
        return None, redirect(_address(name, publication) + _size(request), permanent=True)
    return publication, None


def _address(name, publication):
    day = timezone.localdate(publication.first_published_at)
    return reverse(name, args=[day.year, day.month, day.day, publication.article])


def _size(request):
    size = type_size.of(request)
    return f"?{type_size.PARAMETER}={size}" if size else ""


def _address_of(request):
    """The reader's network address. Of X-Forwarded-For only what the server in front of this one has added counts."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def _comes_from_here(request):
    """Whether the page that sent the form is of this host, as far as the browser says."""
    said = request.headers.get("Origin") or request.headers.get("Referer")
    if not said:
        return True
    try:
        return urlsplit(said).netloc == request.get_host()
    except ValueError:  # an address that is none
        return False


def _page(request, publication, form, problem="", status=200):
    """The form with what was typed. What is wrong with a field stands there; all else stands above."""
    errors = form.errors
    said = [problem, *(sentence for field in ("opened", "homepage") for sentence in errors.get(field, ()))]
    context = {
        "publication": publication,
        "form": form,
        "problems": list(filter(None, said))[:1],  # one thing at a time: all of them ask for the same
        "longest": reader_reports.LONGEST,
    }
    return render(request, "articles/report.html", context, status=status)


def _how_long(wait):
    minutes = int(wait.total_seconds() // 60) + 1
    return f"{minutes}分钟" if minutes < 60 else f"{-(-minutes // 60)}小时"
