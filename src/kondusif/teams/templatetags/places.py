"""Region codes as words in templates."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from kondusif.regions.queries import short_name

register = template.Library()


@register.filter
def place(code: str) -> str:
    return short_name(code) if code else _("Semua daerah")
