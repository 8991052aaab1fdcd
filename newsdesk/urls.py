"""The site's addresses; the public ones stand in articles/urls.py."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

from articles.admin import contribute
from articles.admin.accounts import own_settings_view
from articles.admin.remind import remind_view
from articles.admin.review_screen import review_view
from articles.admin.workbench import start_view

handler404 = "articles.views.errors.not_found"
handler500 = "articles.views.errors.server_error"

urlpatterns = [
    path("admin/me/", admin.site.admin_view(own_settings_view), name="me"),
    path("admin/", admin.site.admin_view(start_view), name="workbench"),
    path("admin/", admin.site.urls),
    path("desk/contribute/", include(contribute.urls)),
    path("desk/review/<int:pk>/", admin.site.admin_view(review_view), name="desk_review"),
    path("desk/review/<int:pk>/remind/", admin.site.admin_view(remind_view), name="desk_remind"),
    # Only when DEBUG is on; and only what readers may have, never the originals.
    *static(settings.MEDIA_URL + "web/", document_root=settings.MEDIA_ROOT / "web"),
    path("", include("articles.urls")),
]
