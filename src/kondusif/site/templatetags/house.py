"""Tags and filters of every page: times in the region's zone, deadlines, the status ladder."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import ceil, floor
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, HiddenInput, RadioSelect
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

register = template.Library()

ZONES = {"Asia/Makassar": "WITA", "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Jayapura": "WIT"}
LEVELS = {
    "kondusif": (gettext_lazy("Kondusif"), "●"),
    "waspada": (gettext_lazy("Waspada"), "▲"),
    "siaga": (gettext_lazy("Siaga"), "◆"),
    "awas": (gettext_lazy("Awas"), "■"),
}
NO_DATA = (gettext_lazy("Tidak ada data"), "○")


def zone() -> tuple[ZoneInfo, str]:
    """The region's zone and its name. Anything but the three of Indonesia falls back to WITA."""
    name = str(settings.TIME_ZONE)
    if name not in ZONES:
        name = "Asia/Makassar"
    return ZoneInfo(name), ZONES[name]


def local(value: datetime) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone()[0])


def span(minutes: int) -> str:
    """A length of time in words: minutes, hours (with minutes below six hours), days."""
    if minutes < 60:
        return ngettext("%(n)d menit", "%(n)d menit", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        words = ngettext("%(n)d jam", "%(n)d jam", hours) % {"n": hours}
        if hours < 6 and rest:
            words += " " + ngettext("%(n)d menit", "%(n)d menit", rest) % {"n": rest}
        return words
    days = hours // 24
    return ngettext("%(n)d hari", "%(n)d hari", days) % {"n": days}


def absolute(value: datetime) -> str:
    there = local(value)
    return f"{formats.date_format(there, 'j M Y')} {there:%H.%M} {zone()[1]}"


def relative(value: datetime, now: datetime, due: bool = False) -> str:
    """Words from now to value; a deadline says "lagi" or "terlambat", anything else "lagi" or "lalu"."""
    left = (local(value) - local(now)) / timedelta(minutes=1)
    if due and left < 0:
        return _("terlambat %(span)s") % {"span": span(max(1, floor(-left)))}
    if left >= 1:
        return _("%(span)s lagi") % {"span": span(ceil(left))}
    if due:
        return _("kurang dari 1 menit lagi")
    return _("%(span)s lalu") % {"span": span(floor(-left))} if left <= -1 else _("baru saja")


def element(value: datetime, text: str, title: str = "", kind: str = "") -> SafeString:
    return format_html(
        '<time datetime="{}"{}{}>{}</time>',
        local(value).isoformat(timespec="seconds"),
        format_html(' title="{}"', title) if title else "",
        format_html(' data-rel="{}"', kind) if kind else "",
        text,
    )


@register.filter
def wita(value: datetime | None, now: datetime | None = None) -> str:
    """{{ at|wita }} → 9 Des 2020 10.42 WITA; {{ at|wita:now }} → "3 jam lalu" with the full time as title."""
    if value is None:
        return ""
    if now is None:
        return element(value, absolute(value))
    return element(value, relative(value, now), absolute(value), "ago")


@register.filter
def wita_text(value: datetime | None) -> str:
    """The same as plain text, for letters, chat texts and attributes."""
    return absolute(value) if value else ""


@register.filter
def wita_until(value: datetime, end: datetime) -> str:
    """{{ from|wita_until:to }} → "Rab 2 Des 08.00–16.00", or with the second day where it is another; full times as title."""
    there, then = local(value), local(end)
    until = f"{then:%H.%M}" if there.date() == then.date() else f" {formats.date_format(then, 'D j M')} {then:%H.%M}"
    dash = "–" if there.date() == then.date() else " –"
    text = f"{formats.date_format(there, 'D j M')} {there:%H.%M}{dash}{until}"
    return element(value, text, f"{absolute(value)} – {absolute(end)}")


@register.filter
def jam(value: datetime | None, now: datetime | None = None) -> str:
    """{{ at|jam }} → 10.42, with the full time as title; given now and another day, the date comes along."""
    if value is None:
        return ""
    there = local(value)
    text = f"{there:%H.%M}"
    if now is not None and there.date() != local(now).date():
        text = f"{formats.date_format(there, 'j M')} {text}"
    return element(value, text, absolute(value))


@register.filter
def tanggal(value: date | datetime | None) -> str:
    """{{ day|tanggal }} → 9 Des 2020."""
    if value is None:
        return ""
    return formats.date_format(local(value) if isinstance(value, datetime) else value, "j M Y")


@register.filter
def lateness(due_at: datetime | None, now: datetime | None = None) -> str:
    """{{ task.due_at|lateness:now }} → "42 menit lagi" or "terlambat 15 menit", as a time element."""
    if due_at is None or now is None:
        return ""
    return element(due_at, relative(due_at, now, due=True), absolute(due_at), "due")


@register.filter
def is_late(due_at: datetime | None, now: datetime | None = None) -> bool:
    return due_at is not None and now is not None and local(due_at) < local(now)


@register.simple_tag
def remaining(since: datetime | None, due_at: datetime | None, now: datetime | None) -> int:
    """How full the deadline bar is, 0 to 100: it empties towards the deadline; a missed one is full (and red)."""
    if since is None or due_at is None or now is None:
        return 0
    left, whole = local(due_at) - local(now), local(due_at) - local(since)
    if left < timedelta(0):
        return 100
    return max(0, min(100, round(100 * (left / whole)))) if whole > timedelta(0) else 0


@register.filter
def iso(value: datetime | None) -> str:
    return local(value).isoformat(timespec="seconds") if value else ""


@register.filter
def status_shape(level: str | None) -> str:
    """The sign of a level for plain text: ● ▲ ◆ ■, ○ where there is no data."""
    return LEVELS.get(str(level or "").lower(), NO_DATA)[1]


@register.filter
def status_word(level: str | None) -> str:
    return str(LEVELS.get(str(level or "").lower(), NO_DATA)[0])


@register.filter
def status_class(level: str | None) -> str:
    """st-kondusif … st-awas, st-nodata: pills, tiles and map areas share these."""
    word = str(level or "").lower()
    return f"st-{word}" if word in LEVELS else "st-nodata"


@register.filter
def field_kind(field: BoundField) -> str:
    """Which shape parts/field.html draws: hidden, check, choices, many, file or plain."""
    widget = field.field.widget
    kinds: list[tuple[type, str]] = [
        (HiddenInput, "hidden"),
        (CheckboxSelectMultiple, "many"),
        (RadioSelect, "choices"),
        (CheckboxInput, "check"),
        (FileInput, "file"),
    ]
    return next((name for kind, name in kinds if isinstance(widget, kind)), "plain")


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control, tied to its help and errors by aria-describedby."""
    about = [f"{field.auto_id}-help"] if field.help_text else []
    attrs: dict[str, str | bool] = {}
    if field.errors:
        about.insert(0, f"{field.auto_id}-err")
        attrs["aria-invalid"] = "true"
    if about:
        attrs["aria-describedby"] = " ".join(about)
    return field.as_widget(attrs=attrs)


@register.filter
def has_tag(tags: object, word: str) -> bool:
    """Whether an allauth element carries a tag."""
    if not tags:
        return False
    if isinstance(tags, str):
        tags = tags.split(",")
    return isinstance(tags, (list, tuple, set)) and word in {str(tag).strip() for tag in tags}


@register.filter
def tr(value: object) -> str:
    """The words of a rules table in the reader's language (the tables are pure Python and hold Indonesian)."""
    return _(str(value)) if value else ""
