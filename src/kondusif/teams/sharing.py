"""Out through the chat they have: a text in office style to paste or to send by WhatsApp.

Code, region, level and link only: never a reporter, a person's name, an exact place or the story (practice.md, Getting
through to people). What concerns officials is not offered for sharing at all; its page passes no `Share`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Share:
    """A text ready for a chat. `parts/share.html` draws its two buttons."""

    text: str

    @property
    def url(self) -> str:
        return "https://wa.me/?text=" + quote(self.text)


def share(what: str, path: str) -> Share:
    """`what` is one clause without a full stop; the link asks for a sign-in where its page does."""
    link = f"{settings.PUBLIC_URL}{path}"
    return Share(_("Mohon izin melaporkan, %(what)s. %(link)s Demikian, mohon arahan.") % {"what": what, "link": link})
