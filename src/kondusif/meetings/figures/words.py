"""How a figure reads: its value, its denominator, and what it is of."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kondusif.meetings.figures.rules import COUNT, DURATION, Definition, Found


def length(seconds: int) -> str:
    """`3725` → “1 jam 2 menit”; the two largest units, so that 26 hours are not "1 day"."""
    span = timedelta(seconds=seconds)
    hours, rest = divmod(span.seconds, 3600)
    minutes = rest // 60
    parts = [
        words % {"n": n}
        for n, words in (
            (span.days, ngettext("%(n)d hari", "%(n)d hari", span.days)),
            (hours, ngettext("%(n)d jam", "%(n)d jam", hours)),
            (minutes, ngettext("%(n)d menit", "%(n)d menit", minutes)),
        )
        if n
    ]
    return " ".join(parts[:2]) or _("kurang dari 1 menit")


def value_words(definition: Definition, value: int | None, of: int) -> str:
    if value is None:
        return _("belum ada")
    if definition.unit == DURATION:
        return length(value)
    if definition.unit == COUNT:
        return str(value)
    return f"{100 * value / of:.0f} %" if of else _("belum ada")


def of_words(definition: Definition, n: int, of: int) -> str:
    """The denominator, always beside the figure."""
    return _("%(n)d %(of_words)s (%(of)d)") % {"n": n, "of": of, "of_words": _(definition.of_words)}


def found_words(definition: Definition, found: Found) -> tuple[str, str]:
    return value_words(definition, found.value, found.of), of_words(definition, found.n, found.of)
