"""One settings module, read from the environment. `docs/operations.md` lists every variable."""

import ipaddress
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from svd_portal.kit import logs

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("SVD_DATA", default=str(BASE_DIR / ".data"))).absolute()
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("SVD_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


DEMO = env.bool("SVD_DEMO", default=False)
if DEMO and not all(_is_loopback(host) for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("SVD_DEMO=1 is for loopback hosts only: its passwords are public.")
BUSINESS_DATE = env.str("SVD_TODAY", default="") if DEMO else ""

INSTALLED_APPS = [
    "svd_portal.kit",
    "partners",
    "governance",
    "milestones",
    "funding",
    "svd_portal.home",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "guardian",
    "pgtrigger",
    "simple_history",
]

MIDDLEWARE = [
    "svd_portal.kit.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "svd_portal.kit.middleware.CacheControlMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "partners.middleware.RequireMfaMiddleware",
]

ROOT_URLCONF = "svd_portal.urls"
WSGI_APPLICATION = "svd_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "svd_portal.kit.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "svd_portal.kit.jinja.shell",
            ],
        },
    },
    {
        # allauth's e-mails, and nothing a browser sees.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
FORM_RENDERER = "svd_portal.kit.forms.PortalRenderer"

# PostgreSQL. The app connects as a role that can neither migrate nor edit history.
_as_owner = env.str("SVD_CONNECT_AS", default="") == "owner"
DATABASES = {"default": env.db_url("OWNER_DATABASE_URL" if _as_owner else "DATABASE_URL")}
DATABASES["default"] |= {
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": 3600,  # what a connection has planned goes with it
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": True,  # they make three round trips of the choices of a filter
    "TEST": {"TEMPLATE": "template0"},
}
# Statements are planned once for a connection, when it asks them again; planning takes longer than running
# most of them. How many it keeps: svd_portal/kit/database.py. What an index finds costs about what stands
# next to it, in memory and on flash; PostgreSQL takes it for four times that, as on a turning disk.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    server_side_binding=True,
    prepare_threshold=1,
    options="-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1",
)
APP_DATABASE_ROLE = env.db_url("DATABASE_URL")["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("SVD_CACHE_PREFIX", default="svd"),
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": env.str("SVD_CACHE_PREFIX", default="svd") + ":",
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE = {
    "sweep-documents": {"task": "kit.sweep_documents", "schedule": 30.0},
    "sweep-mail": {"task": "kit.sweep_mail", "schedule": 60.0},
    "sweep-papers": {"task": "governance.sweep_papers", "schedule": 300.0},
    "tell-of-papers": {"task": "governance.tell_of_papers", "schedule": 300.0},
    "remind-of-comments": {
        "task": "governance.remind_of_comments",
        "schedule": crontab(hour=8, minute=5),
    },
    "close-comments": {"task": "funding.close_comments", "schedule": crontab(hour=0, minute=10)},
    "remind-of-actions": {"task": "governance.remind_of_actions", "schedule": crontab(hour=8, minute=0)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

# Uploads
# Such as tcp://clamav:3310; without one files are checked for what they are and not for viruses.
CLAMD_URL = env.str("CLAMD_URL", default="")

# Key and certificate that returns are sealed with, in one PEM file; made in the data folder if none is given.
SEAL_FILE = env.str("SVD_SEAL_FILE", default="")
SEAL_PASSWORD = env.str("SVD_SEAL_PASSWORD", default="")

# Sign-in
AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = [
    # guardian's backend is left out: `partners.access` asks its tables, with the appointment's dates.
    "partners.backends.PortalBackend",
]
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # its backend is left out on purpose
    "security.W021",  # whether browsers preload the host's HTTPS is its owner's choice
]
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "partners.adapters.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# By address, loosely: a council's whole office may share one.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/5m/key", "verify": "30/m/ip"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody may have the portal write to strangers
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "partners.forms.sign_in.SignInForm",
    "change_password": "partners.forms.sign_in.ChangePasswordForm",
    "reset_password": "partners.forms.sign_in.ForgottenPasswordForm",
    "reset_password_from_key": "partners.forms.sign_in.NewPasswordForm",
    "reauthenticate": "partners.forms.sign_in.PasswordAgainForm",
}
MFA_ADAPTER = "partners.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Serious Violence Duty portal"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # every address came by invitation, and its link proved it
MFA_FORMS = {
    "authenticate": "partners.forms.sign_in.CodeForm",
    "reauthenticate": "partners.forms.sign_in.CodeAgainForm",
    "activate_totp": "partners.forms.sign_in.ActivateForm",
}
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = 30 * 24 * 60 * 60
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row on every request
SESSION_ENGINE = "partners.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# E-mail is an outbox row; the worker sends it by EMAIL_URL.
EMAIL_BACKEND = "svd_portal.kit.mail.OutboxBackend"
OUTBOX = env.email_url("EMAIL_URL", default="filemail://")
if OUTBOX["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    OUTBOX["EMAIL_FILE_PATH"] = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("SVD_MAIL_FROM", default="portal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Language and time
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
USE_I18N = len(LANGUAGES) > 1  # every sentence is looked up from the second language on
TIME_ZONE = "Europe/London"
USE_TZ = True
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static" / "build",
    ("js", BASE_DIR / "static" / "js"),
    ("img", BASE_DIR / "static" / "img"),
]
STORAGES = {
    "default": {
        "BACKEND": "svd_portal.kit.files.PrivateStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Safety
SECURE = env.bool("SVD_HTTPS", default=not DEMO and not DEBUG)
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
BEHIND_PROXY = env.bool("SVD_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0  # whose addresses the lock-out counts
# Where people reach the portal: links in e-mails begin with it, whatever host a request names.
PORTAL_URL = env.str(
    "SVD_URL",
    default=f"https://{ALLOWED_HOSTS[0]}"
    if SECURE
    else f"http://127.0.0.1:{env.str('PORT', default='8000')}",
).rstrip("/")
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "svd_portal.home.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the authenticator app's QR code
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
SIMPLE_HISTORY_DATE_INDEX = "composite"

LOGGING = logs.to_standard_error(env.str("SVD_LOG_LEVEL", default="INFO")) | {
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}},
}
