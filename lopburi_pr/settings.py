"""Every setting of the portal, safe by default; what differs between machines comes from the
environment or from ``.env`` (see .env.example). Production refuses unsafe values by name.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from lopburi_pr import embedded_postgres

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.read_env(BASE_DIR / ".env")  # what the real environment says wins

DEBUG: bool = env.bool("DEBUG", False)
# HTTPS=0 is for one machine only: no redirect, no Secure cookies, the embedded PostgreSQL allowed.
HTTPS: bool = env.bool("HTTPS", not DEBUG)
SECRET_KEY: str = env.str("SECRET_KEY", "debug" if DEBUG else "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "testserver"}
OUTBOUND_ENABLED: bool = env.bool("OUTBOUND_ENABLED", False)  # nothing leaves until it is on
# The private key that signs the register; where nobody reads, one is made when there is none.
SIGNING_KEY_FILE = Path(env.str("SIGNING_KEY_FILE", str(VAR_DIR / "signing-key.pem")))


def _refuse_unsafe_values() -> None:
    if not DEBUG and len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters.")
    if (DEBUG or not HTTPS) and set(ALLOWED_HOSTS) - LOOPBACK:
        raise ImproperlyConfigured(
            "HTTPS=0 and DEBUG=1 are for this machine only: check ALLOWED_HOSTS."
        )
    if HTTPS and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS or not set(ALLOWED_HOSTS) - LOOPBACK):
        raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names this site answers to.")
    if HTTPS and not os.environ.get("DATABASE_URL"):
        raise ImproperlyConfigured("Set DATABASE_URL: the embedded PostgreSQL is for development.")
    if HTTPS and not (os.environ.get("SIGNING_KEY_FILE") and SIGNING_KEY_FILE.is_file()):
        raise ImproperlyConfigured("Set SIGNING_KEY_FILE to the key that signs the register.")


_refuse_unsafe_values()

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = embedded_postgres.start(embedded_postgres.data_directory())
DATABASES = {
    "default": {
        **env.db("DATABASE_URL"),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
if not DATABASES["default"].get("HOST", "").startswith("/"):
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 3

INSTALLED_APPS = [
    "lopburi_pr.apps.PortalConfig",
    "lopburi_pr.apps.BackOfficeConfig",
    "taggit",  # before news, which takes its desk away
    "office.apps.OfficeConfig",
    "network.apps.NetworkConfig",
    "news.apps.NewsConfig",
    "consulting.apps.ConsultingConfig",
    "surveys.apps.SurveysConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ckeditor",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "lopburi_pr.middleware.response_headers",
    "lopburi_pr.middleware.language_from_path",
    "lopburi_pr.middleware.refuse_impossible_input",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "lopburi_pr.urls"
WSGI_APPLICATION = "lopburi_pr.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lopburi_pr.templatetags.constants",
                "lopburi_pr.templatetags.components",
                "lopburi_pr.templatetags.thai",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "lopburi_pr.frame.frame",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Language: Thai at /, English at /en/; the address alone decides (lopburi_pr.middleware).
LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
# The first wins; both win over Django's own Thai, which the second mends and completes.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "django"]
FORMAT_MODULE_PATH = "lopburi_pr.formats"
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

# Partners sign in by a code in their mailbox or a passkey, staff at the back office with a
# password. network.account_forms sees to it that nobody comes in by the wrong door.
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "network.account_forms.PartnerAdapter"
ACCOUNT_FORMS = {"request_login_code": "network.account_forms.CodeForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code itself shows that the mailbox is theirs
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no letter from us
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGOUT_REDIRECT_URL = "network:directory"
LOGIN_REDIRECT_URL = "news:desk"  # partners; the back office has its own
# A passkey stands for the code and never beside it: who loses the telephone still gets a code.
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # finger, face or the lock of the screen
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the office opens accounts; see ACCOUNT_EMAIL_VERIFICATION
MFA_ADAPTER = "network.account_forms.PasskeyAdapter"
MFA_FORMS = {
    "add_webauthn": "network.account_forms.PasskeyForm",
    "login_webauthn": "network.account_forms.PasskeyLoginForm",
}

# Public pages set no cookie; the back office keeps a session in the database.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 36_000
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "lopburi_pr.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_PERMISSIONS = 0o640
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # preloading HSTS is a decision about .go.th, which is not ours
    "ckeditor.W001",  # the editor's holes, and why they are closed: docs/decisions/0004
]

# No inline code anywhere; only the editor's own pages get more (lopburi_pr.back_office).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "lopburi_pr.static_files.PrunedAppDirectoriesFinder",
]
# Uploads are private: only views that ask the database may hand them out.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# With nginx in front: the internal location that serves MEDIA_ROOT (X-Accel-Redirect).
MEDIA_ACCEL_LOCATION: str = env.str("MEDIA_ACCEL_LOCATION", "")

_cache_url: str = env.str("CACHE_URL", "")
CACHES = {
    "default": env.cache_url_config(_cache_url)
    if _cache_url
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

EMAIL_TIMEOUT = 20  # a worker that waits longer would seem dead
if OUTBOUND_ENABLED:
    vars().update(env.email("EMAIL_URL", default="consolemail://"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LINE_CHANNEL_TOKEN: str = env.str("LINE_CHANNEL_TOKEN", "")
LINE_CHANNEL_SECRET: str = env.str("LINE_CHANNEL_SECRET", "")  # empty: LINE is not listened to
LINE_API_URL: str = env.str("LINE_API_URL", "https://api.line.me")
WEBHOOKS_MAY_STAY_HERE = False  # True in tests alone: never read from the environment

CKEDITOR_CONFIGS = {
    "default": {
        "extra_plugins": ["divarea"],  # the iframe editor needs inline scripts
        "removePlugins": "exportpdf,wysiwygarea,iframe,preview,print,save,newpage,forms,flash,"
        "smiley,templates,scayt,copyformatting,wsc,uploadimage,uploadwidget,uploadfile,image,language,bidi,div,pagebreak,"
        "sourcearea,pastefromword,pastefromgdocs,pastefromlibreoffice,embed,codesnippet,about,stylescombo",
        "format_tags": "p;h2;h3;h4",
        "toolbar": [
            ["Format"],
            ["Bold", "Italic", "RemoveFormat"],
            ["NumberedList", "BulletedList", "Blockquote"],
            ["Link", "Unlink"],
            ["Table", "SpecialChar"],
            ["Undo", "Redo", "Find", "Maximize"],
        ],
        "toolbarCanCollapse": False,
        "width": "100%",
        "height": 340,
        "entities": False,
        "contentsLangDirection": "ltr",
        "disableNativeSpellChecker": False,
    }
}
TAGGIT_CASE_INSENSITIVE = True
# Commas alone part tags: taggit's own rule would make two of “Lop Buri”.
TAGGIT_TAGS_FROM_STRING = "news.models.subjects.tags_from_string"
TAGGIT_STRING_FROM_TAGS = "news.models.subjects.string_from_tags"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
