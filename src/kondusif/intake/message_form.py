"""The two forms of *Tempel pesan*: the message as it was pasted, and the draft made of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, time, tzinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kondusif.intake import rules
from kondusif.intake.forms import THREATENED, region_choices
from kondusif.intake.message.matters import KIND_NAMES, SOURCES
from kondusif.intake.message.reading import Reading
from kondusif.intake.rules import Draft, Told
from kondusif.regions.queries import exists, full_name

LONGEST_PASTE = 100_000  # characters: a forwarded chat of some hundred messages
CHANNELS = [("whatsapp", gettext_lazy("WhatsApp")), ("pasted", gettext_lazy("Pesan lain"))]
CLOCKS = [("minute", gettext_lazy("Pukul itu")), ("hour", gettext_lazy("Sekitar jam itu"))]
NOT_TOLD = gettext_lazy("Tidak disebut")


class CountField(forms.IntegerField):
    """How many people; empty where nobody said."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, min_value=0, max_value=rules.MOST_COUNTED)


class PasteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Pesan"), widget=forms.Textarea(attrs={"rows": 8, "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Tempel pesannya di sini.")}, max_length=LONGEST_PASTE,
        help_text=gettext_lazy("Satu pesan, atau beberapa sekaligus dari WhatsApp. Nama pengirim tidak disimpan."),
    )  # fmt: skip
    date = forms.DateField(
        label=gettext_lazy("Tanggal masuk"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    hour = forms.TimeField(
        label=gettext_lazy("Jam masuk (WITA)"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )

    def received_at(self, *, at: datetime) -> datetime:
        """When the message came in: now, unless said otherwise; `tadi malam` is counted from here."""
        said = self.cleaned_data
        if not said.get("date") and not said.get("hour"):
            return at
        here = timezone.localtime(at)
        return min(at, _moment(said.get("date") or here.date(), said.get("hour") or time(23, 59), here.tzinfo))


def _moment(date: Any, hour: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(date, hour, tzinfo=zone)


class DraftForm(forms.Form):
    """What was read, to be looked over. Only the words and the region are required."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Pesan"), widget=forms.HiddenInput, max_length=rules.LONGEST_TEXT, strip=False
    )
    reported_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    region = forms.ChoiceField(
        label=gettext_lazy("Daerah"), error_messages={"required": gettext_lazy("Pilih daerah tempat kejadian.")}
    )
    place_text = forms.CharField(
        label=gettext_lazy("Tempat, seperti ditulis"), required=False, max_length=rules.LONGEST_PLACE
    )
    date = forms.DateField(
        label=gettext_lazy("Tanggal kejadian"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    hour = forms.TimeField(
        label=gettext_lazy("Jam (WITA)"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    clock = forms.ChoiceField(label=gettext_lazy("Ketepatan jam"), required=False, choices=CLOCKS, initial="minute")
    threatened = forms.ChoiceField(
        label=gettext_lazy("Ada yang terancam sekarang?"),
        choices=THREATENED,
        widget=forms.RadioSelect,
        initial="unknown",
    )
    kind = forms.ChoiceField(label=gettext_lazy("Jenis"), required=False, choices=[("", NOT_TOLD), *KIND_NAMES])
    people = CountField(gettext_lazy("Jumlah orang"))
    dead = CountField(gettext_lazy("Meninggal"))
    injured = CountField(gettext_lazy("Luka"))
    source = forms.ChoiceField(
        label=gettext_lazy("Keterangan dari"), required=False, choices=[("", NOT_TOLD), *SOURCES]
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Masuk lewat"), choices=CHANNELS, widget=forms.RadioSelect, initial="whatsapp"
    )
    contact = forms.CharField(
        label=gettext_lazy("Kontak pelapor"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Disandikan begitu disimpan; Anda tidak dapat melihatnya lagi."),
    )  # fmt: skip
    about_official = forms.BooleanField(label=gettext_lazy("Menyangkut aparat atau pejabat"), required=False)

    def __init__(self, *args: Any, at: datetime, likely: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        chosen = [c for c in (str(self.data.get("region", "")), *likely) if _in_house(c)]
        near = [(code, full_name(code)) for code in dict.fromkeys(chosen)]
        groups: list[Any] = [("", _("Pilih daerah"))]
        if near:
            groups.append((_("Disebut dalam pesan"), near))
        wide = [(code, name) for code, name in region_choices() if code and code not in dict(near)]
        groups.append((_("Kabupaten/kota"), wide))
        self.fields["region"].choices = groups  # type: ignore[attr-defined]
        for name in ("kind", "source"):
            field = self.fields[name]
            field.choices = [(code, _(str(words))) for code, words in field.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("hour") and not found.get("date"):
            self.add_error("date", _("Isi tanggalnya."))
        when = self.occurred_at(found)
        if when and when > self.at + rules.CLOCK_SKEW:
            self.add_error("date", _("Waktu kejadian ada di masa depan. Periksa tanggal dan jamnya (WITA)."))
        elif when and when < self.at - rules.OLDEST:
            self.add_error("date", _("Waktu kejadian lebih dari setahun yang lalu. Periksa tahunnya."))
        return found

    def occurred_at(self, said: dict[str, Any]) -> datetime | None:
        """The instant said; noon stands for a day without an hour, or now where noon has not come."""
        if not said.get("date"):
            return None
        here = timezone.localtime(self.at)
        moment = _moment(said["date"], said.get("hour") or time(12), here.tzinfo)
        return self.at if not said.get("hour") and said["date"] == here.date() and moment > self.at else moment

    def draft(self, best_place: Any) -> Draft:
        """`best_place(region, words)`: the deepest area the words name for certain within a kab/kota."""
        said = self.cleaned_data
        told = Told(said["kind"], said["people"], said["dead"], said["injured"], said["source"])
        region = said["region"]
        when = self.occurred_at(said)
        precision = (said["clock"] or "minute") if said["hour"] else "day"
        return Draft(
            uuid=said["uuid"], text=said["text"], channel=said["channel"], reported_at=said["reported_at"],
            threatened=said["threatened"], restricted=said["about_official"], occurred_at=when,
            occurred_precision=precision if when else "unknown",
            region=best_place(region, said["place_text"]) if region.count(".") == 1 else region,
            place_text=said["place_text"], contact=said["contact"], told=None if told.empty else told,
        )  # fmt: skip


def _in_house(code: str) -> bool:
    return code.startswith(settings.PROVINCE + ".") and len(code) <= 13 and exists(code)


def initial_of(reading: Reading, received_at: datetime) -> dict[str, Any]:
    """The draft as first shown: what was read surely enough, and nothing else."""
    found: dict[str, Any] = {f: reading[f].sure for f in ("people", "dead", "injured", "kind", "source", "region")}
    found |= {
        "uuid": uuid.uuid4(),
        "text": reading.text,
        "reported_at": received_at.isoformat(),
        "place_text": reading["place"].sure,
    }
    found["threatened"] = reading["threatened"].sure or "unknown"
    if when := reading["when"].sure:
        instant, precision = when
        local = timezone.localtime(instant)
        found["date"] = local.date().isoformat()
        if precision != "day":
            found |= {"hour": f"{local:%H:%M}", "clock": precision}
    return found
