"""Propose a status; write an assessment."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kondusif.situation.rules import LEVELS


class ProposeForm(forms.Form):
    level = forms.ChoiceField(label=_("Status yang diusulkan"), choices=LEVELS, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Alasan dan bukti"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    temporary = forms.BooleanField(
        label=_("Berlaku sementara mulai sekarang"),
        required=False,
        help_text=_("Hanya untuk menaikkan status; harus ditetapkan dalam 2 jam."),
    )


class AssessForm(forms.Form):
    level = forms.ChoiceField(label=_("Penilaian instansi Anda"), choices=LEVELS, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Catatan singkat"), max_length=300, required=False)
