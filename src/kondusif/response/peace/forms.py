"""What is filled in on the peace side. Names stand only in the directory's sealed part and in a berita acara."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kondusif.response.peace import rules
from kondusif.response.peace.models import PeaceActor
from kondusif.response.potentials.forms import Day
from kondusif.teams.forms import LocalTime
from kondusif.teams.models import Agency
from kondusif.triage.forms import choices, words


class FindForm(forms.Form):
    """By kind and region only: there is no field for a name."""

    kind = forms.ChoiceField(label=_("Jenis"), required=False)
    region = forms.ChoiceField(label=_("Daerah"), required=False)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices(rules.ACTORS, "Semua jenis")
        fields["region"].choices = [("", gettext("Semua daerah")), *regions]


class ActorForm(forms.Form):
    kind = forms.ChoiceField(label=_("Jenis"))
    region = forms.ChoiceField(label=_("Daerah"))
    designation = forms.CharField(
        label=_("Kedudukan"),
        max_length=120,
        help_text=_("Jabatan atau lembaga, misalnya “Ketua FKUB kecamatan”. Bukan nama."),
    )
    languages = forms.MultipleChoiceField(label=_("Bahasa"), required=False, widget=forms.CheckboxSelectMultiple)
    able = forms.MultipleChoiceField(label=_("Dapat"), required=False, widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(label=_("Nama"), max_length=120, required=False, help_text=_("Tersimpan tersegel."))
    contact = forms.CharField(
        label=_("Kontak"), max_length=200, help_text=_("Tersimpan tersegel; setiap pembukaan tercatat.")
    )
    consent_at = forms.DateField(label=_("Menyetujui pada"), widget=Day())
    consent_how = forms.ChoiceField(label=_("Cara menyetujui"))
    consent_until = forms.DateField(label=_("Berlaku sampai"), widget=Day(), help_text=_("Paling lama tiga tahun."))

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "pelaku_%s"} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices(rules.ACTORS, "Pilih jenis")
        fields["region"].choices = regions
        fields["languages"].choices = choices(rules.LANGUAGES)
        fields["able"].choices = choices(rules.ABLE)
        fields["consent_how"].choices = choices(rules.CONSENT)


class InviteForm(forms.Form):
    parties = words(_("Pihak menurut peran"), rows=3, help_text=_("Satu baris satu pihak. Tanpa nama orang."))
    invited = forms.TypedMultipleChoiceField(
        label=_("Pelaku damai yang diundang"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    mediator = forms.CharField(
        label=_("Penengah"),
        max_length=120,
        help_text=_("Netral dan diterima semua pihak, menurut jabatan: “Camat”, “Ketua FKUB”."),
    )
    venue = forms.ChoiceField(label=_("Jalur"), help_text=_("Pranata adat didahulukan (UU 7/2012 Pasal 41)."))
    held_at = forms.DateTimeField(label=_("Hari dan jam (WITA)"), widget=LocalTime())
    place = forms.CharField(
        label=_("Tempat"), max_length=160, help_text=_("Tempat yang netral, misalnya kantor kecamatan.")
    )
    number = forms.CharField(label=_("Nomor surat"), max_length=60, required=False)
    letter_date = forms.DateField(label=_("Tanggal surat"), required=False, widget=Day())

    def __init__(self, *args: Any, actors: Sequence[PeaceActor] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "undang_%s"} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["venue"].choices = choices(rules.VENUES)
        if actors:
            fields["invited"].choices = [(a.pk, a.designation) for a in actors]
        else:
            del fields["invited"]


class ResultForm(forms.Form):
    result = forms.ChoiceField(label=_("Hasil"), widget=forms.RadioSelect)
    note = words(_("Catatan"), rows=2, required=False, help_text=_("Tanpa nama orang; nama hanya di berita acara."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "hasil_%s"} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["result"].choices = choices(rules.RESULTS)


class MoveForm(forms.Form):
    held_at = forms.DateTimeField(label=_("Hari dan jam (WITA)"), widget=LocalTime())


class NoteForm(forms.Form):
    note = words(_("Alasan"), rows=2)


OBLIGATIONS = 5


class AgreementForm(forms.Form):
    held_on = forms.DateField(label=_("Hari dan tanggal"), widget=Day())
    place = forms.CharField(label=_("Tempat"), max_length=160)
    number = forms.CharField(label=_("Nomor"), max_length=60, required=False)
    parties = words(_("Para pihak"), help_text=_("Satu baris satu pihak, “Pihak pertama: nama”. Tersimpan tersegel."))
    content = words(_("Isi kesepakatan"), rows=8, most=rules.LONGEST_CONTENT, help_text=_("Tersimpan tersegel."))
    witnesses = words(_("Saksi"), rows=2, help_text=_("Satu baris satu saksi, “Lurah: nama”. Tersimpan tersegel."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "ba_%s"} | kwargs)


class ObligationForm(forms.Form):
    who = forms.CharField(label=_("Siapa, menurut peran"), max_length=80, required=False)
    what = forms.CharField(label=_("Wajib apa"), max_length=160, required=False)
    agency = forms.TypedChoiceField(label=_("Dikawal instansi"), coerce=int, required=False, empty_value=None)
    due_on = forms.DateField(label=_("Paling lambat"), required=False, widget=Day())

    def __init__(self, *args: Any, agencies: Sequence[Agency] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["agency"].choices = [("", gettext("Pilih instansi")), *((str(a.pk), a.name) for a in agencies)]

    def clean(self) -> dict[str, Any]:
        """All of a row or nothing of it."""
        said = super().clean() or {}
        if any(said.values()) and not all(said.get(n) for n in ("who", "what", "agency", "due_on")):
            raise forms.ValidationError(
                gettext("Lengkapi siapa, apa, instansi pengawal, dan tanggalnya, atau kosongkan semua.")
            )
        return said


class OpenForm(forms.Form):
    reason = forms.ChoiceField(label=_("Alasan membuka"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "buka_%s"} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["reason"].choices = choices(rules.OPEN_REASONS)


class AppealForm(forms.Form):
    text = words(
        _("Imbauan"),
        rows=6,
        most=rules.LONGEST_APPEAL,
        help_text=_("Ajakan saja. Tanpa nama orang, calon, kelompok, atau pihak."),
    )
    voices = forms.MultipleChoiceField(label=_("Disampaikan oleh"), widget=forms.CheckboxSelectMultiple)
    safety = forms.BooleanField(label=_("Semata-mata keselamatan warga (boleh dalam masa tenang)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "imbauan_%s"} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["voices"].choices = choices(rules.VOICES)
