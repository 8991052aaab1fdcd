"""The least that Django can do for a page: one row asked for, 20 KB answered. What readers' pages are compared with."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import path

from newsdesk.environment import database

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    DATABASES={"default": database("DATABASE_URL", "")},
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bench",
    USE_TZ=True,
)

BODY = b"x" * 20_000


def page(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM articles_locality WHERE slug = %s", ["songxian"])
        cursor.fetchone()
    return HttpResponse(BODY)


urlpatterns = [path("", page)]
application = get_wsgi_application()
