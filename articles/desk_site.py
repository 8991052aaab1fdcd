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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The desk's menu in working order; what is not named follows by name.
MENU = (
    "Article", "Submission", "PageImport", "Slot", "Campaign", "Locality", "Column", "Contributor", "Unit", "Photo",
    "Edition", "Page", "Outlet", "SitePage", "HistoryEntry", "Editor",
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

        return super().admin_view(update_wrapper(own_password_first, view), cacheable)

    def password_change(self, request, extra_context=None):
        context = {**self.each_context(request), **(extra_context or {})}
        return OwnPasswordView.as_view(extra_context=context)(request)

    def autocomplete_view(self, request):
        return Picker.as_view(admin_site=self)(request)
