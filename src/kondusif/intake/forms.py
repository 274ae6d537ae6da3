"""The forms of Lapor (three steps), Lacak, and the desk."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.intake import rules
from kondusif.regions.queries import children

DAYS = [
    ("now", _("Baru saja atau sedang terjadi")),
    ("today", _("Hari ini")),
    ("yesterday", _("Kemarin")),
    ("date", _("Tanggal lain")),
    ("unknown", _("Tidak tahu")),
]


THREATENED = [("yes", _("Ya, sedang terjadi")), ("no", _("Tidak")), ("unknown", _("Tidak tahu"))]


def region_choices() -> list[tuple[str, str]]:
    return [("", str(_("Pilih kabupaten/kota"))), *((a.code, a.name) for a in children(settings.PROVINCE))]


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files: Django's own field takes one and refuses the list that this widget hands over."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        return [one(each, initial) for each in data] if isinstance(data, list) else one(data, initial)


class WhatForm(forms.Form):
    """Step 1: what happened."""

    text = forms.CharField(
        label=_("Ceritakan singkat"), max_length=rules.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Tulis singkat apa yang terjadi.")},
    )  # fmt: skip
    threatened = forms.ChoiceField(
        label=_("Apakah ada yang terancam sekarang?"), widget=forms.RadioSelect,
        choices=THREATENED,
        error_messages={"required": _("Pilih salah satu.")},
    )  # fmt: skip
    attachments = ManyFilesField(
        label=_("Foto atau rekaman"), required=False, help_text=_("Paling banyak 5 berkas, masing-masing 20 MB."),
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,video/mp4,video/3gpp,audio/mp4", "multiple": True, "data-shrink": True}),
    )  # fmt: skip


class WhereForm(forms.Form):
    """Step 2: where and when."""

    region = forms.ChoiceField(
        label=_("Kabupaten/kota"), error_messages={"required": _("Pilih kabupaten atau kota tempat kejadian.")}
    )
    place_text = forms.CharField(
        label=_("Kecamatan, desa, atau patokan"), required=False, max_length=rules.LONGEST_PLACE,
        help_text=_("Contoh: depan pasar, Kelurahan Gunung Bahagia"),
    )  # fmt: skip
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    day = forms.ChoiceField(
        label=_("Kapan terjadi?"),
        choices=DAYS,
        widget=forms.RadioSelect,
        initial="now",
        error_messages={"required": _("Pilih salah satu.")},
    )
    date = forms.DateField(label=_("Tanggal"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    hour = forms.TimeField(label=_("Jam (WITA)"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["region"].choices = region_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("day") == "date" and not found.get("date"):
            self.add_error("date", _("Isi tanggalnya."))
        if (found.get("lat") is None) != (found.get("lon") is None):
            found["lat"] = found["lon"] = None
        found["occurred_at"], found["occurred_precision"] = occurred(found, at=self.at)
        when = found["occurred_at"]
        if when and when > self.at + rules.CLOCK_SKEW:
            self.add_error(
                "hour" if found.get("hour") else "date",
                _("Waktu kejadian ada di masa depan. Periksa tanggal dan jamnya (WITA)."),
            )
        elif when and when < self.at - rules.OLDEST:
            self.add_error("date", _("Waktu kejadian lebih dari setahun yang lalu. Periksa tahunnya."))
        return found


def occurred(found: dict[str, Any], *, at: datetime) -> tuple[datetime | None, str]:
    """The instant meant by day and hour, and how precisely it is known. Noon stands for a day without an hour."""
    day, hour = found.get("day"), found.get("hour")
    here = timezone.localtime(at)
    if day == "now":
        return at, "hour"
    if day in (None, "", "unknown"):
        return None, "unknown"
    date = {"today": here.date(), "yesterday": here.date() - timedelta(days=1)}.get(day) or found.get("date")
    if date is None:
        return None, "unknown"
    moment = datetime.combine(date, hour or time(12), tzinfo=here.tzinfo)
    if hour is None and date == here.date() and moment > at:
        moment = at  # "today" said before noon
    return moment, "minute" if hour else "day"


class WhoForm(forms.Form):
    """Step 3: optional contact, and whether officials are concerned."""

    contact = forms.CharField(
        label=_("Nomor telepon atau surel"), required=False, max_length=200,
        help_text=_("Disandikan. Hanya dibuka dengan persetujuan dua orang dari instansi berbeda."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    about_official = forms.BooleanField(label=_("Laporan ini menyangkut aparat atau pejabat"), required=False,
                                        help_text=_("Hanya sekretariat provinsi yang dapat melihatnya."))  # fmt: skip
    refer_to = forms.ChoiceField(
        label=_("Teruskan ke"), required=False, choices=[("", _("Sekretariat provinsi saja")), *rules.OVERSIGHT]
    )


class TrackForm(forms.Form):
    tracking = forms.CharField(
        label=_("Kode lacak"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class AnswerForm(TrackForm):
    tracking = forms.CharField(max_length=20, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Jawaban atau tambahan keterangan"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DeskForm(WhereForm):
    """What an officer writes down from a phone call or a visitor: one page, three taps for a small matter."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = forms.CharField(
        label=_("Apa yang terjadi"), max_length=rules.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    threatened = forms.ChoiceField(
        label=_("Ada yang terancam sekarang?"),
        choices=THREATENED,
        widget=forms.RadioSelect,
        initial="no",
    )
    channel = forms.ChoiceField(
        label=_("Masuk lewat"),
        choices=[("phone", _("Telepon")), ("walk_in", _("Datang langsung"))],
        widget=forms.RadioSelect,
        initial="phone",
    )
    contact = forms.CharField(
        label=_("Kontak pelapor"),
        required=False,
        max_length=200,
        help_text=_("Disandikan begitu disimpan; Anda tidak dapat melihatnya lagi."),
    )
    about_official = forms.BooleanField(label=_("Menyangkut aparat atau pejabat"), required=False)
    attachments = WhatForm.base_fields["attachments"]

    field_order = [
        "channel",
        "text",
        "threatened",
        "region",
        "place_text",
        "day",
        "date",
        "hour",
        "contact",
        "about_official",
        "attachments",
    ]
