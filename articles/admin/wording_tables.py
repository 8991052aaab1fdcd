"""职务表 and 本单位易错词表: what the desk itself tells proofing."""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import wording_tables
from articles.admin.fields import AutocompleteMixin, without_limit
from articles.admin.guarded import GuardedMixin
from articles.admin.pasting import PastingMixin
from articles.models import Office, Term

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
OPEN = ("至今", "今", "-", "—", "——", "/", "无")  # how a table writes that there is no such day
HIGHEST = 2147483647  # that the column holds in either database


class OfficeForm(forms.ModelForm):
    class Meta:
        help_texts = {
            "title": _("As it is printed: 县委书记, 副县长, 局长. One row for each title of a person."),
            "unit": _("With its place: 嵩县财政局, 车村镇. A title that many units have, as 局长 or 镇长, needs it."),
            "from_day": _("Empty: long ago, or not known."),
            "to_day": _(
                "The last day in office. Who changes office: end this row and add another; older pieces go by it."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_limit(self.fields)


class TermForm(forms.ModelForm):
    class Meta:
        help_texts = {
            "wrong": _("Found wherever these characters stand, except inside a right word of this table."),
            "note": _("Shown with the finding: why, or where it comes from."),
        }
        error_messages = {"wrong": {"unique": _("This wrong form is in the table already.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_limit(self.fields)


class PastedDay(forms.DateField):
    """A day in one of the ways in which tables have it; 至今 is none."""

    default_error_messages = {"invalid": _("no day; write it as 2024-05-01.")}

    def __init__(self, **kwargs):
        super().__init__(required=False, input_formats=DAYS, **kwargs)

    def to_python(self, value):
        return super().to_python("" if value in OPEN else value)


class OfficeLine(forms.ModelForm):
    from_day = PastedDay(label=_("from"))
    to_day = PastedDay(label=_("until"))
    order = forms.IntegerField(label=_("rank"), required=False, min_value=0, max_value=HIGHEST)

    class Meta:
        model = Office
        fields = ("name", "title", "unit", "from_day", "to_day", "order")

    def clean_order(self):
        return self.cleaned_data["order"] or 0


class TermLine(forms.ModelForm):
    class Meta:
        model = Term
        fields = ("wrong", "right", "note")

    def validate_unique(self):
        """Against the table as it was read once, and the lines before: PastingMixin does."""


class HeldFilter(admin.SimpleListFilter):
    title = _("in office")
    parameter_name = "held"

    def lookups(self, request, model_admin):
        return [("now", _("Today")), ("ended", _("No longer")), ("later", _("Not yet"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        begun, going_on = ~Q(from_day__gt=today), ~Q(to_day__lt=today)
        wanted = {"now": begun & going_on, "ended": ~going_on, "later": ~begun}
        return queryset.filter(wanted.get(self.value(), Q()))


class ProofedByMixin(GuardedMixin, AutocompleteMixin):
    """What is changed here, proofing goes by at once."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 100

    class Media:
        css = {"all": ("css/desk.css",)}

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        transaction.on_commit(wording_tables.forget)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        transaction.on_commit(wording_tables.forget)

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        transaction.on_commit(wording_tables.forget)

    def write(self, request, rows):
        super().write(request, rows)
        transaction.on_commit(wording_tables.forget)


@admin.register(Office)
class OfficeAdmin(ProofedByMixin, PastingMixin, admin.ModelAdmin):
    form = OfficeForm
    list_display = ("name", "title", "unit", "from_day", "to_day", "order")
    list_display_links = ("name",)
    list_editable = ("order",)
    list_filter = (HeldFilter,)
    search_fields = ("name", "title", "unit")
    search_help_text = _("Name, title or unit")
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "title", "unit", ("from_day", "to_day"), "order"),
                "description": _(
                    "A name beside its title is compared with this table, by the day of the piece: one character off or a title not held is an "
                    "error, an enumeration out of order a warning. Nothing is rewritten. After a change here, pieces are proofed anew when they "
                    "are next saved."
                ),
            },
        ),
    )
    line_form = OfficeLine
    same_by, then_equal = ("name", "title", "unit", "from_day"), ("to_day", "order")
    heading = ("姓名", "职务", "单位", "起", "止", "次序")
    examples = (
        "王志刚，县委书记，中共嵩县委员会，2021-06-01，，1",
        "周建国，局长，嵩县财政局，2020-03-15，2024-05-31，30",
    )


@admin.register(Term)
class TermAdmin(ProofedByMixin, PastingMixin, admin.ModelAdmin):
    form = TermForm
    list_display = ("wrong", "right", "note")
    search_fields = ("wrong", "right", "note")
    search_help_text = _("Wrong form, right form or note")
    fieldsets = (
        (
            None,
            {
                "fields": ("wrong", "right", "note"),
                "description": _(
                    "Where the wrong form stands in a piece, proofing raises an error that names the right one. Nothing is rewritten. After a "
                    "change here, pieces are proofed anew when they are next saved."
                ),
            },
        ),
    )
    line_form = TermLine
    same_by, then_equal = ("wrong",), ("right",)
    heading = ("错", "正", "说明")
    examples = ("党员先峰岗，党员先锋岗", "登陆网站，登录网站，“登陆”只用于上岸")
