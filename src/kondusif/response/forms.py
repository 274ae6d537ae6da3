"""What the team and the agencies fill in. Title, agency, words: never a person's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kondusif.response import rules
from kondusif.teams.models import Agency
from kondusif.triage.categories import SNPK
from kondusif.triage.forms import choices, words
from kondusif.triage.rules import SEVERITIES


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=_("Keadaan"), required=False)
    region = forms.ChoiceField(label=_("Daerah"), required=False)
    severity = forms.ChoiceField(label=_("Tingkat"), required=False)
    stage = forms.ChoiceField(label=_("Tahap"), required=False)
    words = forms.CharField(label=_("Kata atau kode"), required=False, max_length=80)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        shown = [(code, label) for code, label in rules.STATES if code != "confirmed"]
        fields["state"].choices = [("open", gettext("Belum tuntas")), ("", gettext("Semua")), *choices(shown)]
        fields["region"].choices = [("", gettext("Semua daerah")), *regions]
        fields["severity"].choices = choices(SEVERITIES, "Semua tingkat")
        fields["stage"].choices = choices(rules.STAGES, "Semua tahap")


class SeverityForm(forms.Form):
    severity = forms.ChoiceField(label=_("Tingkat"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["severity"].choices = choices(SEVERITIES)


class NewForm(SeverityForm):
    title = forms.CharField(
        label=_("Judul"), max_length=rules.LONGEST_TITLE, min_length=rules.SHORTEST_TITLE,
        help_text=_("Netral: tanpa nama orang, suku, agama, atau kelompok. Contoh: “Perselisihan dua kelompok warga”."),
    )  # fmt: skip
    snpk = forms.ChoiceField(label=_("Golongan"), required=False)
    field_order = ["title", "severity", "snpk"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["snpk"].choices = choices(SNPK, "Belum dinilai")


class StageForm(forms.Form):
    stage = forms.ChoiceField(
        label=_("Tahap"),
        help_text=_(
            "“Konflik” adalah istilah hukum (UU 7/2012 Pasal 1): dua kelompok atau lebih, berlangsung lama, berdampak luas."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["stage"].choices = choices(rules.STAGES)


class AgencyForm(forms.Form):
    agency = forms.TypedChoiceField(label=_("Instansi"), coerce=int)

    def __init__(self, *args: Any, agencies: Sequence[Agency] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        asked = [(str(a.pk), a.name) for a in agencies if a.vertical]
        assigned = [(str(a.pk), a.name) for a in agencies if not a.vertical]
        fields["agency"].choices = [
            ("", gettext("Pilih instansi")),
            (gettext("Tugaskan"), assigned),
            (gettext("Mohon dukungan"), asked),
        ]


class TaskForm(AgencyForm):
    title = forms.CharField(label=_("Yang diminta"), max_length=160)
    purpose = forms.ChoiceField(
        label=_("Untuk"), help_text=_("Menghentikan kekerasan hanya dimohonkan kepada Polri (UU 7/2012 Pasal 13).")
    )
    field_order = ["agency", "title", "purpose"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["purpose"].choices = choices(rules.PURPOSES)


class ForwardForm(AgencyForm):
    reason = words(_("Alasan"), rows=2, required=False)


class NoteForm(forms.Form):
    text = words(_("Perkembangan"), most=rules.LONGEST, help_text=_("Apa yang berubah. Tanpa nama orang."))


class HelpForm(forms.Form):
    text = words(_("Bantuan yang dibutuhkan"), rows=2, most=rules.LONGEST)


class ProofForm(forms.Form):
    proof = words(_("Apa yang dilakukan dan buktinya"), most=rules.LONGEST)


class ReasonForm(forms.Form):
    reason = words(_("Alasan"), rows=2)


class LinkForm(forms.Form):
    report = forms.CharField(
        label=_("Kode laporan"), max_length=12, help_text=_("Laporan terverifikasi, misalnya KDS-7K3M9Q2.")
    )


class RenameForm(forms.Form):
    title = forms.CharField(label=_("Judul"), max_length=rules.LONGEST_TITLE, min_length=rules.SHORTEST_TITLE)


class PartyForm(forms.Form):
    role = forms.CharField(
        label=_("Pihak menurut peran"), max_length=80, help_text=_("Misalnya “pendukung pasangan calon”, bukan nama.")
    )
    interest = forms.CharField(label=_("Kepentingannya"), max_length=200, required=False)


class RelateForm(forms.Form):
    kind = forms.ChoiceField(label=_("Permasalahan ini"))
    other = forms.CharField(label=_("Kode permasalahan lain"), max_length=12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices(rules.RELATIONS)


class ClaimForm(forms.Form):
    claim = forms.CharField(
        label=_("Kode isu"), max_length=12, help_text=_("Isu tetap isu: tidak dihitung sebagai permasalahan.")
    )


class CallForm(forms.Form):
    result = forms.ChoiceField(label=_("Hasil telepon"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["result"].choices = choices(rules.CALLS)


class ProposeForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Hasil"))
    evidence = words(
        _("Hasil yang disepakati dan buktinya"),
        most=rules.LONGEST,
        required=False,
        help_text=_("Nomor berita acara, foto, keterangan. Tanpa nama orang."),
    )
    agreed_by = forms.MultipleChoiceField(
        label=_("Disepakati oleh"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, needs_evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["outcome"].choices = choices(rules.OUTCOMES)
        fields["agreed_by"].choices = choices(rules.AGREED_BY)
        fields["evidence"].required = needs_evidence


class TrackingForm(forms.Form):
    tracking = forms.CharField(
        label=_("Kode lacak"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
