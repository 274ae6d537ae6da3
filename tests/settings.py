"""The platform's own settings, with a home of its own and cheap password hashing."""

import os
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="kondusif-test-")
os.environ["KONDUSIF_HOME"] = _home
os.environ.setdefault("KONDUSIF_PUBLIC_URL", "http://localhost:8000")

from kondusif.site.settings import *  # noqa: E402, F403
from kondusif.site.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = Path(_home) / "static"
Path(STATIC_ROOT).mkdir()
if DATABASES["default"]["ENGINE"] == "kondusif.site.sqlite":
    # A file, so that threads and processes meet in it; unsynced, because no test pulls the plug (the proofs do).
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_home) / "test.sqlite3")}
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
else:
    # Equally unsynced; only that one session's choice, the server keeps its own.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
