"""Invite a member, give a duty, set a shift, add an agency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kondusif.regions.queries import children, short_name
from kondusif.teams.models import Agency, User
from kondusif.teams.rules import AGENCY_KINDS, ROLES


class LocalTime(forms.DateTimeInput):
    """An instant as the browser's own picker gives it."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def region_choices(scopes: tuple[str, ...], province: str) -> list[tuple[str, str]]:
    """The province and its kab/kota, as far as the scopes reach."""
    codes = [province, *(a.code for a in children(province))]
    return [(c, short_name(c)) for c in codes if any(s in ("", c) or c.startswith(s + ".") for s in scopes)]


class InviteForm(forms.Form):
    username = forms.SlugField(
        label=_("Nama pengguna"), max_length=60, help_text=_("Huruf kecil, angka, tanda hubung.")
    )
    title = forms.CharField(
        label=_("Jabatan"), max_length=120, help_text=_("Contoh: Petugas piket Kesbangpol Balikpapan")
    )
    role = forms.ChoiceField(label=_("Peran"))
    region = forms.ChoiceField(label=_("Daerah"))
    agency = forms.ModelChoiceField(
        label=_("Instansi"), queryset=Agency.objects.order_by("region", "name"), required=False
    )
    email = forms.EmailField(label=_("Surel dinas"), required=False)
    phone = forms.CharField(label=_("Telepon dinas"), max_length=24, required=False)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "undang_%s"} | kwargs)
        self.fields["role"].choices = [(r.code, _(r.label)) for r in ROLES.values()]  # type: ignore[attr-defined]
        self.fields["region"].choices = regions  # type: ignore[attr-defined]


class ShiftForm(forms.Form):
    user = forms.ModelChoiceField(label=_("Petugas"), queryset=User.objects.filter(is_active=True).order_by("title"))
    region = forms.ChoiceField(label=_("Daerah"))
    starts_at = forms.DateTimeField(label=_("Mulai (WITA)"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=_("Selesai (WITA)"), widget=LocalTime())

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "piket_%s"} | kwargs)
        self.fields["region"].choices = regions  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Jenis"), choices=[("plh", _("Plh. (pelaksana harian)")), ("plt", _("Plt. (pelaksana tugas)"))]
    )
    role = forms.ChoiceField(label=_("Jabatan"))
    region = forms.ChoiceField(label=_("Daerah"))
    absent = forms.ModelChoiceField(label=_("Yang digantikan"), queryset=User.objects.order_by("title"))
    acting = forms.ModelChoiceField(
        label=_("Yang menjalankan"), queryset=User.objects.filter(is_active=True).order_by("title")
    )
    decree_number = forms.CharField(label=_("Nomor keputusan"), max_length=80)
    decree_date = forms.DateField(label=_("Tanggal keputusan"), widget=forms.DateInput(attrs={"type": "date"}))
    starts_at = forms.DateTimeField(label=_("Mulai (WITA)"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=_("Sampai (WITA)"), widget=LocalTime())

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "delegasi_%s"} | kwargs)
        self.fields["role"].choices = [(r.code, _(r.label)) for r in ROLES.values()]  # type: ignore[attr-defined]
        self.fields["region"].choices = regions  # type: ignore[attr-defined]


class WayForm(forms.Form):
    label = forms.CharField(label=_("Nama jalur"), max_length=40, help_text=_("Contoh: Telegram dinas"))
    address = forms.CharField(
        label=_("Alamat Apprise"), max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Contoh: tgram://token/chat. Disimpan terenkripsi dan tidak ditampilkan lagi."),
    )  # fmt: skip


class QuietForm(forms.Form):
    quiet_from = forms.TimeField(
        label=_("Jam tenang mulai"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Jam tenang selesai"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class AgencyForm(forms.Form):
    name = forms.CharField(label=_("Nama instansi"), max_length=120)
    kind = forms.ChoiceField(label=_("Jenis"), choices=[(code, label) for code, (label, _v) in AGENCY_KINDS.items()])
    region = forms.ChoiceField(label=_("Daerah"))
    phone = forms.CharField(label=_("Telepon"), max_length=24, required=False)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "instansi_%s"} | kwargs)
        self.fields["region"].choices = regions  # type: ignore[attr-defined]
