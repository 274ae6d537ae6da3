"""How allauth fits the house: accounts come from invitations alone, and members are known by title."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class HouseAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        from kondusif.teams.web import client_ip

        return client_ip(request)


class HouseMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        from kondusif.site.secrets import cipher

        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        from kondusif.site.secrets import cipher

        return cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        from urllib.parse import urlsplit

        from django.conf import settings

        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "localhost", "name": "Kondusif"}
