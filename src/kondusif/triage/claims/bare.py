"""What names an account or a sender is taken out of a text and out of addresses before anything is kept. Pure.

A claim is looked at, never the people who pass it on: handles, numbers and the account in the address of a post go, the
post itself stays where the site can be asked for it without the account.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

NAME_GONE, NUMBER_GONE = "[akun dihapus]", "[nomor dihapus]"
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<![\w/@])@[A-Za-z0-9_][\w.]{1,40}")
_NUMBER = re.compile(r"(?<![\w/=])\+?\d(?:[\s().-]{0,2}\d){7,17}(?![\w])")
_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,3}(?:\.\d{3}){2,}")
_LINK = re.compile(r"(?:https?://|www\.|\b(?:wa\.me|t\.me|fb\.com|fb\.watch)/)[^\s<>\"'()]+", re.IGNORECASE)
_WHO = re.compile(
    r"\b(akun|username|user|admin|pengirim|dari nomor|no\.? ?(?:wa|hp))\s*[:=]\s*(?!\[)[^\s,;.]+(?: [A-Z][\w.]*)*",
    re.IGNORECASE,
)

# host → ways to name a post without the account: (pattern of the path, what is kept). None of them: the host alone.
_POST = r"([\w-]{1,80})"
_SITES: dict[str, tuple[tuple[str, str], ...]] = {
    "facebook.com": ((rf"^/reel/{_POST}", "/reel/{0}"),),
    "fb.com": (),
    "fb.watch": ((rf"^/{_POST}", "/{0}"),),
    "instagram.com": ((rf"^/(?:[^/]+/)?(p|reel|tv)/{_POST}", "/{0}/{1}"),),
    "tiktok.com": ((rf"^/(?:@[^/]*/)?video/{_POST}", "/@/video/{0}"),),
    "vt.tiktok.com": ((rf"^/{_POST}", "/{0}"),),
    "vm.tiktok.com": ((rf"^/{_POST}", "/{0}"),),
    "x.com": ((r"^/[^/]+(?:/web)?/status/(\d{1,25})", "/i/status/{0}"),),
    "twitter.com": ((r"^/[^/]+(?:/web)?/status/(\d{1,25})", "/i/status/{0}"),),
    "youtube.com": ((rf"^/(shorts|live)/{_POST}", "/{0}/{1}"),),
    "youtu.be": ((rf"^/{_POST}", "/{0}"),),
    "threads.net": (),
    "threads.com": (),
    "snackvideo.com": (),
    "linkedin.com": (),
    "t.me": (),
    "telegram.me": (),
    "wa.me": (),
    "whatsapp.com": (),
    "chat.whatsapp.com": (),
    "api.whatsapp.com": (),
    "line.me": (),
}
_PERSONAL = re.compile(r"^(?:@.*|~.*|u|user|users|profile|profil|member|author|penulis|people)$", re.IGNORECASE)
CHANNEL_OF = {
    "facebook.com": "facebook", "fb.com": "facebook", "fb.watch": "facebook", "instagram.com": "instagram", "tiktok.com": "tiktok",
    "vt.tiktok.com": "tiktok", "vm.tiktok.com": "tiktok", "x.com": "x", "twitter.com": "x", "youtube.com": "youtube", "youtu.be": "youtube",
    "t.me": "telegram", "telegram.me": "telegram", "wa.me": "whatsapp", "whatsapp.com": "whatsapp", "chat.whatsapp.com": "whatsapp",
    "api.whatsapp.com": "whatsapp",
}  # fmt: skip
LONGEST_LINK = 300


def site_of(host: str) -> str:
    """The site a host belongs to: m.facebook.com → facebook.com; '' where it is none of the known."""
    host = host.lower().removeprefix("www.")
    if host in _SITES:
        return host
    return next((s for s in _SITES if host.endswith("." + s)), "")


def bare_link(text: str) -> str:
    """An address without the account in it, without query and fragment; '' where it is no http address."""
    text = text.strip()
    if not re.match(r"^https?://", text, re.IGNORECASE):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if "." not in host or not re.fullmatch(r"[a-z0-9.-]{4,100}", host):
        return ""
    path = _known_path(site_of(host), parts.path, parts.query) if site_of(host) else _plain_path(parts.path)
    name = site_of(host) or host.removeprefix("www.")
    return f"https://{name}{path}"[:LONGEST_LINK]


def _known_path(site: str, path: str, query: str) -> str:
    asked = parse_qs(query)
    if site in {"youtube.com", "facebook.com"} and re.fullmatch(r"/watch/?", path):
        video = asked.get("v", [""])[0]
        return f"/watch?v={video}" if re.fullmatch(r"[\w-]{1,40}", video) else ""
    for pattern, kept in _SITES[site]:
        if found := re.match(pattern, path):
            return kept.format(*found.groups())
    return ""


def _plain_path(path: str) -> str:
    kept: list[str] = []
    for part in path.split("/")[1:]:
        if _PERSONAL.match(part) or _HANDLE.search(part) or _MAIL.search(part):
            break
        kept.append(part)
    found = "/".join(kept).rstrip("/")
    return "/" + found if found else ""


def bare_text(text: str) -> str:
    """A text without handles, mail addresses, telephone and identity numbers, and accounts in its addresses."""
    links: list[str] = []

    def keep(found: re.Match[str]) -> str:
        links.append(bare_link(found[0].rstrip(".,;:!?")))
        return f"\x01{len(links) - 1}\x01"

    text = _LINK.sub(keep, text.replace("\x01", ""))
    text = _MAIL.sub(NAME_GONE, text)
    text = _HANDLE.sub(NAME_GONE, text)
    text = _WHO.sub(lambda m: f"{m[1]}: {NAME_GONE}", text)
    text = _NUMBER.sub(lambda m: m[0] if _DATE.fullmatch(m[0].strip()) else NUMBER_GONE, text)
    return re.sub(r"\x01(\d+)\x01", lambda m: links[int(m[1])], text)


def channel_of(link: str) -> str:
    """The kind of channel an address tells of; '' where there is none."""
    if not link:
        return ""
    host = urlsplit(link).hostname or ""
    return CHANNEL_OF.get(site_of(host), "site")
