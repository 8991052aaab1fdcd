"""Accounts of the desk: made on one screen with a password for once, never deleted; what one may set for oneself; the history."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from taggit.models import Tag

from articles import freshness, roles
from articles.admin.fields import Autocomplete, AutocompleteMixin
from articles.admin.paging import BoundedPaginator
from articles.models import Byline, Contributor, Editor, HistoryEntry

admin.site.unregister(Tag)  # tags here are localities and campaigns, never strings
admin.site.unregister(Group)  # the groups here are the roles of articles/roles.py

LEGIBLE = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that could be read for another: no l, o, 0, 1


def one_time_password():
    """A password to be read aloud or copied from paper, like k7mq-2xwt-9nbe: about 59 bits."""
    return "-".join(get_random_string(4, LEGIBLE) for _group in range(3))


def give_password(account):
    """Give the account, unsaved, a password that it has to change at its next login; returns it, for it is kept nowhere."""
    password = one_time_password()
    account.set_password(password)
    account.must_change_password = True
    return password


class AccountForm(forms.ModelForm):
    """An account with its roles and the contributor it belongs to. `by` is who fills it in (set by EditorAdmin.get_form)."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(name, f"{duty.label} — {duty.does}") for name, duty in roles.ROLES.items()],
        help_text=gettext_lazy("Several together are possible, as a small desk needs it."),
    )
    contributor = forms.ModelChoiceField(
        Contributor.objects.filter(merged_into=None),
        label=gettext_lazy("Contributor"),
        required=False,
        widget=Autocomplete(Byline._meta.get_field("contributor"), admin.site),
        help_text=gettext_lazy(
            "Who this person is among those credited in bylines: whoever wrote a piece may not review it."
        ),
    )
    new_contributor = forms.BooleanField(
        label=gettext_lazy("Not among the contributors yet: add this name to them"), required=False
    )

    class Meta:
        model = Editor
        fields = ()  # get_fieldsets says which
        field_classes = {"username": UsernameField}
        labels = {
            "username": gettext_lazy("Login name"),
            "display_name": gettext_lazy("Name"),
            "is_active": gettext_lazy("In use"),
        }
        help_texts = {
            "username": gettext_lazy("What this person types to log in: letters or pinyin, like wangbo."),
            "is_active": gettext_lazy(
                "Untick it when somebody leaves: they can no longer log in, and all they wrote stays. Accounts are never deleted."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = roles.held_by(self.instance)
            self.initial["contributor"] = getattr(self.instance, "contributor", None)

    def clean_username(self):
        username = self.cleaned_data["username"]
        if Editor.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an account with this login name already; choose another."))
        return username

    def clean_contributor(self):
        contributor = self.cleaned_data["contributor"]
        if contributor and contributor.account_id not in (None, self.instance.pk):
            said = _("This contributor belongs to the account “%(account)s” already.")
            raise forms.ValidationError(said % {"account": contributor.account})
        return contributor

    def clean(self):
        cleaned = super().clean()
        if not (self.instance.pk or cleaned.get("roles") or cleaned.get("is_superuser")) and "roles" not in self.errors:
            self.add_error("roles", _("Choose at least one role: without one, the account may do nothing."))
        if cleaned.get("new_contributor"):
            self._check_new_contributor(cleaned)
        if self.instance.pk == self.by.pk:
            self._keep_oneself_in(cleaned)
        return cleaned

    def _check_new_contributor(self, cleaned):
        name = cleaned.get("display_name", "")
        if cleaned.get("contributor"):
            self.add_error(
                "new_contributor", _("Either choose a contributor above or add a new one; both is not possible.")
            )
        elif Contributor.objects.filter(name=name, merged_into=None).exists():
            said = _(
                "There is a contributor of this name: choose them above. A namesake is added under “Contributors”."
            )
            self.add_error("new_contributor", said)
        elif len(name) > Contributor._meta.get_field("name").max_length:
            self.add_error("display_name", _("This name is too long."))

    def _keep_oneself_in(self, cleaned):
        """Nobody closes the door behind which they stand."""
        if not cleaned.get("is_active", True):
            self.add_error("is_active", _("You cannot close your own account; ask another administrator."))
        if self.instance.is_superuser and not cleaned.get("is_superuser", True):
            self.add_error("is_superuser", _("You cannot take this from yourself; ask another superuser."))
        gained = set(cleaned.get("roles", ())) - set(self.initial["roles"])
        if gained and not self.instance.is_superuser:
            self.add_error("roles", _("You cannot give yourself a role; ask another administrator."))
        lost = set(self.initial["roles"]) - set(cleaned.get("roles", self.initial["roles"]))
        if roles.ADMINISTRATOR in lost and not self.instance.is_superuser:
            self.add_error(
                "roles", _("You cannot take the role of administrator from yourself; ask another administrator.")
            )

    def link(self):
        """Let the account belong to the contributor that was chosen, or to a new one of its name."""
        chosen = self.cleaned_data["contributor"]
        if self.cleaned_data["new_contributor"]:
            chosen = Contributor.objects.create(name=self.instance.display_name)
        Contributor.objects.filter(account=self.instance).exclude(pk=chosen and chosen.pk).update(account=None)
        if chosen:
            Contributor.objects.filter(pk=chosen.pk).update(account=self.instance)


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("roles")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [(name, duty.label) for name, duty in roles.ROLES.items()]

    def queryset(self, request, queryset):
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(Editor)
class EditorAdmin(AutocompleteMixin, UserAdmin):
    """Django's admin of users, for its care with lookups on passwords; screens, passwords and rights are the desk's own."""

    form = add_form = AccountForm
    add_form_template = change_form_template = "admin/articles/editor/change_form.html"
    list_display = ("username", "shown_name", "shown_roles", "in_use", "last_login")
    list_filter = (RoleFilter, "is_active")
    search_fields = ("username", "display_name")
    ordering = ("username",)
    autocomplete_fields = ("default_locality", "default_column")
    filter_horizontal = ("user_permissions",)
    readonly_fields = ("must_change_password", "last_login", "date_joined")

    class Media:
        css = {"all": ("css/desk.css",)}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "user_permissions")

    def get_fieldsets(self, request, obj=None):
        person = ("username", "display_name", "roles", "language", "default_locality", "default_column")
        fieldsets = [
            (None, {"fields": (*person, "is_active") if obj else person}),
            (gettext_lazy("In bylines"), {"fields": ("contributor", "new_contributor")}),
        ]
        if request.user.is_superuser:
            beyond = {"classes": ("collapse",), "fields": ("is_superuser", "user_permissions")}
            fieldsets.append((gettext_lazy("Beyond the roles"), beyond))
        if obj:
            fieldsets.append((gettext_lazy("So far"), {"fields": self.readonly_fields}))
        return fieldsets

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        for name in set(self.autocomplete_fields) & set(form.base_fields):
            widget = form.base_fields[name].widget  # whoever makes accounts does not make places beside it
            widget.can_add_related = widget.can_change_related = widget.can_delete_related = False
            widget.can_view_related = False
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **one_button})

    @admin.display(description=gettext_lazy("Name"), ordering="display_name")
    def shown_name(self, account):
        return account.display_name

    @admin.display(description=gettext_lazy("In use"), ordering="is_active", boolean=True)
    def in_use(self, account):
        return account.is_active

    @admin.display(description=gettext_lazy("roles"))
    def shown_roles(self, account):
        if account.is_superuser:
            return _("superuser")
        return "、".join(str(roles.ROLES[name].label) for name in roles.held_by(account))

    def has_change_permission(self, request, obj=None):
        """An account that may do more than roles give is a superuser's to change: its password would be a way up."""
        below = obj is None or request.user.is_superuser or not roles.has_more_than_roles(obj)
        return below and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False  # an account is closed: what it wrote names it for ever

    # Saved.

    def save_model(self, request, obj, form, change):
        if not change:
            obj.is_staff = True
            obj.one_time_password = give_password(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        roles.assign(form.instance, form.cleaned_data["roles"])
        if {"contributor", "new_contributor"} & set(form.changed_data):
            form.link()
        if change and "display_name" in form.changed_data:
            freshness.changed()  # stories may name who signed them

    def construct_change_message(self, request, form, formsets, add=False):
        """What was done to the account, in words."""
        said = [_("account made, one-time password given")] if add else []
        if "roles" in form.changed_data:
            before, after = form.initial.get("roles", []), form.cleaned_data["roles"]
            lost, gained = (
                (name for name in before if name not in after),
                (name for name in after if name not in before),
            )
            signs = [*(("−", name) for name in lost), *(("+", name) for name in gained)]
            said.append(
                _("roles: %(roles)s") % {"roles": " ".join(f"{sign} {roles.ROLES[name].label}" for sign, name in signs)}
            )
        for field, on, off in (
            ("is_active", _("account opened again"), _("account closed")),
            ("is_superuser", _("made a superuser"), _("no superuser any more")),
        ):
            if field in form.changed_data:
                said.append(on if form.cleaned_data[field] else off)
        named = [name for name in form.changed_data if name not in ("roles", "is_active", "is_superuser")]
        if named and not add:
            said.append(
                _("changed: %(fields)s") % {"fields": "、".join(str(form.fields[name].label) for name in named)}
            )
        return "; ".join(map(str, said)) or _("nothing changed")

    # The password for once.

    def get_urls(self):
        reset = self.admin_site.admin_view(self.reset_view)
        own = [path("<path:object_id>/reset/", reset, name="articles_editor_reset")]
        return own + super(UserAdmin, self).get_urls()  # without the form that types a password for somebody else

    def response_add(self, request, obj, post_url_continue=None):
        return self._show_password(request, obj, obj.one_time_password, _("The account is ready"))

    def reset_view(self, request, object_id):
        """A new one-time password; whoever is logged in with the old one is logged out by it."""
        account = self.get_object(request, unquote(object_id))
        if account is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:articles_editor_change", account.pk)
        if account == request.user:
            self.message_user(request, _("Your own password you change yourself."), messages.WARNING)
            return redirect("admin:password_change")
        with transaction.atomic():
            password = give_password(account)
            account.save(update_fields=["password", "must_change_password"])
            self.log_change(request, account, _("password reset"))
        return self._show_password(request, account, password, _("The password is reset"))

    def _show_password(self, request, account, password, title):
        """Shown in the answer itself: it is stored nowhere, so that no second look is possible."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "account": account,
            "password": password,
            "address": request.build_absolute_uri(reverse("admin:index")),
        }
        return render(request, "admin/articles/editor/password.html", context)


class OwnSettingsForm(forms.ModelForm):
    class Meta:
        model = Editor
        fields = ("language", "default_locality", "default_column")
        widgets = {
            name: Autocomplete(Editor._meta.get_field(name), admin.site)
            for name in ("default_locality", "default_column")
        }


def own_settings_view(request):
    """What everybody sets for themselves; it holds from the next page on, this act's own answer included."""
    account = get_object_or_404(Editor, pk=request.user.pk)
    form = OwnSettingsForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            log = partial(admin.site.get_model_admin(Editor).log_change, request, account)
            labels = "、".join(str(form.fields[name].label) for name in form.changed_data)
            if labels:
                log(_("changed: %(fields)s") % {"fields": labels})
        with override(account.language):
            messages.success(request, _("Your settings are saved."))
        return redirect("me")
    context = {**admin.site.each_context(request), "title": _("My settings"), "form": form, "media": form.media}
    return render(request, "admin/me.html", context)


@admin.register(HistoryEntry)
class HistoryEntryAdmin(admin.ModelAdmin):
    """The whole record, to be read only."""

    list_display = ("at", "act", "article", "by", "note")
    list_filter = ("act", "at")
    list_select_related = ("article", "by")
    search_fields = ("article__headline", "article__number", "by__display_name", "note")
    show_full_result_count = False
    paginator = BoundedPaginator
    sortable_by = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
