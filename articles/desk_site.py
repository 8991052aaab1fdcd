"""The admin site itself. Not inside articles/admin/, which registers with it."""

from functools import update_wrapper

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import get_user_model
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import carried

# The desk's menu in working order; what is not named follows by name.
MENU = (
    "Article", "Topic", "Submission", "PageImport", "Slot", "Campaign", "Locality", "Column", "Contributor", "Unit", "Office", "Term",
    "Photo", "Edition", "Page", "Outlet", "SitePage", "ReaderReport", "Fault", "HistoryEntry", "Shift", "StagesInForce", "Editor",
)  # fmt: skip
OPEN_TO_ALL = ("password_change", "logout")  # also to whoever still has a one-time password


class OwnPasswordForm(AdminPasswordChangeForm):
    """A password of one's own: another than the one that was handed out."""

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is the password you have; choose another."))
        return password

    def save(self, commit=True):
        self.user.must_change_password = False
        return super().save(commit)


class OwnPasswordView(PasswordChangeView):
    form_class = OwnPasswordForm

    def get_success_url(self):
        return reverse("admin:index")

    def form_valid(self, form):
        answer = super().form_valid(form)
        accounts = admin.site.get_model_admin(get_user_model())
        accounts.log_change(self.request, form.user, _("chose a new password"))
        messages.success(self.request, _("Your password is changed. Log in with it from now on."))
        return answer


class Picker(AutocompleteJsonView):
    """What the choice fields offer: the admin of a model may say which rows (`offered`) and in what words (`label`)."""

    def get_queryset(self):
        rows = super().get_queryset()
        offered = getattr(self.model_admin, "offered", None)
        return offered(self.request, rows, self.term) if offered else rows

    def serialize_result(self, obj, to_field_name):
        label = getattr(self.model_admin, "label", str)
        return {**super().serialize_result(obj, to_field_name), "text": label(obj)}


class DeskSite(admin.AdminSite):
    site_header = gettext_lazy("Newsdesk")
    site_title = gettext_lazy("Newsdesk")
    index_title = gettext_lazy("The desk")

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(
                key=lambda model: MENU.index(model["object_name"]) if model["object_name"] in MENU else len(MENU)
            )
        return sorted(apps, key=lambda app: app["app_label"] != "articles")

    def admin_view(self, view, cacheable=False):
        """Whoever has a one-time password chooses their own before anything else."""

        def own_password_first(request, *args, **kwargs):
            if request.user.must_change_password and request.resolver_match.url_name not in OPEN_TO_ALL:
                return redirect("admin:password_change")
            return view(request, *args, **kwargs)

        guarded = super().admin_view(update_wrapper(own_password_first, view), cacheable)

        def nothing_typed_is_lost(request, *args, **kwargs):
            if not self.has_permission(request) and carried.is_typed_page(request):
                return self.login_with(request, carried.pack(request))
            return guarded(request, *args, **kwargs)

        return update_wrapper(nothing_typed_is_lost, guarded)

    def login_with(self, request, packed):
        """The login page in answer to a form whose login had expired, with what was typed."""
        request.method = "GET"
        answer = self.login(request, self._carrying(request, packed))
        answer.status_code = 403
        return answer

    def login(self, request, extra_context=None):
        packed = request.POST.get(carried.FIELD, "") if request.method == "POST" else ""
        known = carried.unpack(packed)
        if known and extra_context is None:
            extra_context = self._carrying(request, packed)
        answer = super().login(request, extra_context)
        if known and answer.status_code == 302 and self.has_permission(request):
            with translation.override(request.user.language):
                return carried.hand_over(request, known)
        return answer

    def _carrying(self, request, packed):
        """What the login page says: that the text is there, or that it was too long to be carried."""
        known = carried.unpack(packed)
        address = known["at"] if known else request.get_full_path()
        login = reverse("admin:login")
        return {
            "carried": packed,
            "too_long": not packed,
            "lost_files": known["files"] if known else [],
            "next": address if not address.startswith(login) else reverse("admin:index"),
            "app_path": login,
        }

    def password_change(self, request, extra_context=None):
        context = {**self.each_context(request), **(extra_context or {})}
        return OwnPasswordView.as_view(extra_context=context)(request)

    def autocomplete_view(self, request):
        return Picker.as_view(admin_site=self)(request)
