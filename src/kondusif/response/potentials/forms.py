"""What is filled in about a latent matter: three things are needed, the rest may wait for the next review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kondusif.response import rules as incident_rules
from kondusif.response.peace.rules import ACTORS
from kondusif.response.potentials import rules
from kondusif.response.potentials.models import Potential
from kondusif.teams.models import Agency
from kondusif.triage.forms import choices, words
from kondusif.triage.rules import SEVERITIES


class Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=_("Keadaan"), required=False)
    region = forms.ChoiceField(label=_("Daerah"), required=False)
    kind = forms.ChoiceField(label=_("Jenis"), required=False)
    level = forms.ChoiceField(label=_("Kualifikasi"), required=False)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = [*choices(rules.STATES), ("", gettext("Semua"))]
        fields["region"].choices = [("", gettext("Semua daerah")), *regions]
        fields["kind"].choices = choices(rules.KINDS, "Semua jenis")
        fields["level"].choices = choices(rules.LEVELS, "Semua kualifikasi")


class PotentialForm(forms.Form):
    title = forms.CharField(
        label=_("Judul"), max_length=incident_rules.LONGEST_TITLE, min_length=incident_rules.SHORTEST_TITLE,
        help_text=_("Netral: tanpa nama orang, suku, agama, atau kelompok. Contoh: “Sengketa batas kebun dua kampung”."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Jenis"))
    region = forms.ChoiceField(label=_("Daerah"))
    level = forms.ChoiceField(label=_("Kualifikasi"))
    place = forms.CharField(
        label=_("Tempat"), max_length=120, required=False, help_text=_("Desa, kelurahan, atau kecamatan.")
    )
    parties = words(
        _("Pihak dan kepentingannya"), required=False,
        help_text=_("Satu baris satu pihak, menurut peran: “warga kampung hulu: batas kebun”. Tanpa nama orang."),
    )  # fmt: skip
    triggers = words(_("Pemicu"), rows=2, required=False, most=rules.LONGEST_WORDS)
    signs = words(
        _("Tanda pelindung"), rows=2, required=False, most=rules.LONGEST_WORDS,
        help_text=_("Apa yang meredam: forum yang berjalan, kesepakatan lama, tokoh yang didengar menurut perannya."),
    )  # fmt: skip
    background = words(_("Latar belakang"), required=False, most=rules.LONGEST_WORDS)
    peace_kinds = forms.MultipleChoiceField(
        label=_("Pelaku damai"), required=False, widget=forms.CheckboxSelectMultiple
    )
    likelihood = forms.TypedChoiceField(label=_("Kemungkinan"), required=False, coerce=int, empty_value=None)
    impact = forms.TypedChoiceField(label=_("Dampak"), required=False, coerce=int, empty_value=None)
    owner = forms.ChoiceField(label=_("Penanggung jawab"))
    first_seen = forms.DateField(label=_("Pertama dicatat"), widget=Day())
    next_review = forms.DateField(
        label=_("Tinjau berikutnya"), required=False, widget=Day(), help_text=_("Kosong: menurut kualifikasinya.")
    )
    SHORT = ("title", "kind", "region", "level")

    def __init__(
        self, *args: Any, regions: Sequence[tuple[str, str]] = (), agencies: Sequence[Agency] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices(rules.KINDS, "Pilih jenis")
        fields["region"].choices = regions
        fields["level"].choices = choices(rules.LEVELS)
        fields["peace_kinds"].choices = choices(ACTORS)
        for name in ("likelihood", "impact"):
            fields[name].choices = choices(rules.SCALE, "Belum dinilai")
        roles = [(code, gettext(word)) for code, word in rules.OWNERS if code != "agency"]
        fields["owner"].choices = [*roles, (gettext("Instansi"), [(f"agency:{a.pk}", a.name) for a in agencies])]

    def first(self) -> list[forms.BoundField]:
        return [self[n] for n in self.SHORT]

    def rest(self) -> list[forms.BoundField]:
        return [f for f in self if f.name not in self.SHORT]

    def rest_wrong(self) -> bool:
        return any(f.errors for f in self.rest())


def initial_of(row: Potential) -> dict[str, Any]:
    names = ("title", "kind", "region", "level", "place", "triggers", "signs", "background", "peace_kinds", "likelihood", "impact",
             "first_seen", "next_review")  # fmt: skip
    owner = f"agency:{row.owner_agency_id}" if row.owner == "agency" else row.owner
    return {n: getattr(row, n) for n in names} | {"owner": owner, "parties": rules.parties_text(row.parties)}


class ReviewForm(forms.Form):
    trend = forms.ChoiceField(label=_("Keadaan"), widget=forms.RadioSelect)
    why = words(
        _("Mengapa"), most=rules.LONGEST_WORDS, help_text=_("Apa yang dilihat dan siapa yang ditanya, menurut peran.")
    )
    level = forms.ChoiceField(label=_("Kualifikasi sekarang"), required=False)
    next_review = forms.DateField(
        label=_("Tinjau berikutnya"), required=False, widget=Day(), help_text=_("Kosong: menurut kualifikasinya.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["trend"].choices = choices(rules.TRENDS)
        fields["level"].choices = choices(rules.LEVELS)


class RecordForm(forms.Form):
    title = forms.CharField(
        label=_("Judul"), max_length=incident_rules.LONGEST_TITLE, min_length=incident_rules.SHORTEST_TITLE
    )
    severity = forms.ChoiceField(label=_("Tingkat"))
    stage = forms.ChoiceField(label=_("Tahap"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["severity"].choices = choices(SEVERITIES)
        fields["stage"].choices = choices(incident_rules.STAGES[:2])


class EveryForm(forms.Form):
    region = forms.ChoiceField(label=_("Daerah"))
    level = forms.ChoiceField(label=_("Kualifikasi"))
    days = forms.IntegerField(label=_("Hari"), min_value=rules.LEAST, max_value=rules.MOST)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "selang_%s"} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["region"].choices = regions
        fields["level"].choices = choices(rules.LEVELS)
