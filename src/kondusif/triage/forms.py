"""What an officer fills in about a report. Only what is asked; nothing is typed twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kondusif.intake.rules import CHANNELS, STATES
from kondusif.teams.models import Agency
from kondusif.triage import rules
from kondusif.triage.categories import ACLED, PASAL5, SNPK


def choices(table: Iterable[tuple[Any, str]], empty: str = "") -> list[tuple[str, str]]:
    """A rules table in the reader's language, with a word for "none" in front where there may be none."""
    found = [(str(code), gettext(label)) for code, label in table]
    return [("", gettext(empty)), *found] if empty else found


def words(
    label: Any, *, rows: int = 3, required: bool = True, most: int = rules.LONGEST_REASON, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea({"rows": rows}), help_text=help_text
    )


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=_("Keadaan"), required=False)
    region = forms.ChoiceField(label=_("Daerah"), required=False)
    severity = forms.ChoiceField(label=_("Tingkat"), required=False)
    channel = forms.ChoiceField(label=_("Kanal"), required=False)
    words = forms.CharField(label=_("Kata atau kode"), required=False, max_length=80)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = [("open", gettext("Belum selesai")), ("", gettext("Semua")), *choices(STATES)]
        fields["region"].choices = [("", gettext("Semua daerah")), *regions]
        fields["severity"].choices = choices(rules.SEVERITIES, "Semua tingkat")
        fields["channel"].choices = choices(CHANNELS, "Semua kanal")


class VerifyForm(forms.Form):
    severity = forms.ChoiceField(label=_("Tingkat"))
    confirmed_by = forms.ChoiceField(label=_("Dibenarkan oleh"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["severity"].choices = choices(rules.SEVERITIES)
        fields["confirmed_by"].choices = choices(rules.CONFIRMERS, "Belum ada")


class GradeForm(VerifyForm):
    """Mode analis: grades, categories, stage."""

    source = forms.ChoiceField(
        label=_("Sumber"), help_text=_("Warga tidak dinilai: F, kecuali dibenarkan petugas menurut perannya.")
    )
    credibility = forms.TypedChoiceField(label=_("Informasi"), coerce=int)
    stage = forms.ChoiceField(label=_("Tahap"), required=False)
    snpk = forms.ChoiceField(label=_("Golongan (SNPK)"), required=False)
    pasal5 = forms.ChoiceField(label=_("Sumber konflik (Pasal 5)"), required=False)
    acled = forms.ChoiceField(label=_("Bentuk (ACLED)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["source"].choices = choices(rules.SOURCES)
        fields["credibility"].choices = choices(rules.CREDIBILITY)
        for name, table in (("stage", rules.STAGES), ("snpk", SNPK), ("pasal5", PASAL5), ("acled", ACLED)):
            fields[name].choices = choices(table, "Belum dinilai")


class ReasonForm(forms.Form):
    reason = words(_("Alasan"), help_text=_("Tanpa nama orang. Putusan ini tentang isinya, bukan tentang pelapornya."))


class AskForm(forms.Form):
    text = words(
        _("Pertanyaan kepada pelapor"),
        most=2000,
        help_text=_("Pelapor membacanya dengan kode lacak. Jangan minta nama."),
    )


class CloseForm(forms.Form):
    kind = forms.ChoiceField(label=_("Ditutup sebagai"), widget=forms.RadioSelect)
    reason = words(_("Alasan"))

    def __init__(self, *args: Any, state: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices((k, label) for k, label in rules.CLOSINGS if rules.may_close_as(state, k))


class ReferForm(forms.Form):
    to = forms.ChoiceField(label=_("Dirujuk ke"))
    reason = words(_("Alasan"))

    def __init__(self, *args: Any, agencies: Sequence[Agency] = (), restricted: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(f"body:{c}", label) for c, label in rules.BODIES if not restricted or c in rules.OVERSIGHT]
        offices = [(f"agency:{a.pk}", a.name) for a in agencies if not restricted or a.kind == "inspektorat"]
        fields: dict[str, Any] = self.fields
        fields["to"].choices = [("", gettext("Pilih tujuan")), *bodies, *offices]
