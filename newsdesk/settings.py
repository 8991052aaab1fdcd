"""The one settings file. Everything a desk may set comes from the environment and is read strictly:
a value that cannot be understood stops start-up with one sentence."""

from pathlib import Path
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

from newsdesk import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- what the environment says ---------------------------------------------------------------------------

DEBUG = environment.switch("DEBUG", default=False)
SECRET_KEY = environment.text("SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set; it may be absent only when DEBUG is on.")
    SECRET_KEY = "insecure-for-development-only"
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
DATABASES = {
    "default": environment.database("DATABASE_URL", default=f"sqlite:///{quote(str(VAR_DIR / 'newsdesk.sqlite3'))}")
}
# On where readers reach the site through a server in front alone, which says by X-Forwarded-Proto how they came, and adds
# their address to X-Forwarded-For.
BEHIND_PROXY = environment.switch("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
CACHES = {"default": environment.cache("CACHE_URL", default="locmem://")}
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 2000}  # pages of 20 KB, a process each
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = environment.address("MEDIA_URL", default="/media/")

# The desk's own facts. Each is hidden on the site while it is empty.
DESK = {
    "name": environment.text("DESK_NAME", default="县域新闻"),
    "organiser": environment.text("DESK_ORGANISER"),  # 主办单位
    "icp": environment.text("DESK_ICP"),  # 网站备案号
    "police": environment.text("DESK_POLICE"),  # 公安备案号
    "licence": environment.text("DESK_LICENCE"),  # 互联网新闻信息服务许可证
    "complaints": environment.text("DESK_COMPLAINTS"),  # 违法和不良信息举报
    "home": environment.slug("DESK_HOME"),  # 本站地区: the place whose towns lead under 各地, as in /regions/songxian/
    "shows_reviewers": environment.switch(
        "DESK_SHOWS_REVIEWERS", default=False
    ),  # 一审 二审 三审 at the foot of a story
}

# The robot of the desk's group in 企业微信 or 钉钉, which 催审 may post to; off while it is empty.
DESK_ROBOT_WEBHOOK = environment.webhook("DESK_ROBOT_WEBHOOK")

# --- what is the same everywhere -------------------------------------------------------------------------

INSTALLED_APPS = [
    "articles.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "taggit",
    "articles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "articles.middleware.kept_pages",
    "articles.middleware.chosen_type_size",
    "articles.middleware.own_not_found_page",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "articles.middleware.desk_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

DESK_PATHS = ("/admin/", "/desk/")  # what is not the public site

ROOT_URLCONF = "newsdesk.urls"
WSGI_APPLICATION = "newsdesk.wsgi.application"
AUTH_USER_MODEL = "articles.Editor"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {  # what readers see
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "public"],
        "OPTIONS": {
            "environment": "articles.typeset.environment",
            "context_processors": ["articles.views.context.desk"],
        },
    },
    {  # what the desk sees
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "articles.admin.rendering.LeanRenderer"

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a piece with many pictures has ten fields a row

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # the icons that browsers ask for without being told where
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Hashed names need a `collectstatic` first, which a developer's server does without.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "articles.carried.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
