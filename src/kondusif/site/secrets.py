"""The cipher for second-factor secrets: a key file of its own, so that changing the web secret touches no data."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet

from kondusif.site import environment


@cache
def cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(environment.secret("factor").encode()).digest()))
