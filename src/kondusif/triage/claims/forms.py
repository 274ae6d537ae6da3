"""What is filled in about a claim. Only what is asked; nothing names a sender."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kondusif.teams.forms import LocalTime
from kondusif.triage.claims import rules
from kondusif.triage.claims import words as table
from kondusif.triage.claims.models import Claim
from kondusif.triage.forms import choices, words

NO_ACCOUNTS = _(
    "Akun, nama pengirim dan nomor telepon dihapus sendiri saat disimpan; alamat kiriman disimpan tanpa akunnya."
)


class Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


def set_choices(form: forms.Form, **found: Sequence[tuple[str, str]]) -> None:
    fields: dict[str, Any] = form.fields
    for name, values in found.items():
        fields[name].choices = values


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=_("Keadaan"), required=False)
    region = forms.ChoiceField(label=_("Daerah"), required=False)
    topic = forms.ChoiceField(label=_("Hal"), required=False)
    words = forms.CharField(label=_("Kata atau kode"), required=False, max_length=80)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(
            self,
            state=[("open", gettext("Belum selesai")), ("", gettext("Semua")), *choices(rules.STATES)],
            region=[("", gettext("Semua daerah")), *regions],
            topic=choices(rules.TOPICS, "Semua"),
        )


class ClaimForm(forms.Form):
    region = forms.ChoiceField(label=_("Daerah"))
    topic = forms.ChoiceField(label=_("Hal"))
    title = forms.CharField(
        label=_("Judul"),
        max_length=rules.LONGEST_TITLE,
        help_text=_("Netral dan pendek, misalnya “Isu pemindahan TPS”."),
    )
    statement = words(_("Yang disebarkan"), rows=4, most=rules.LONGEST, help_text=NO_ACCOUNTS)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, region=regions, topic=choices(rules.TOPICS))


class ItemForm(forms.Form):
    channel = forms.ChoiceField(label=_("Terlihat di"), required=False)
    seen_on = forms.DateField(label=_("Hari pertama terlihat"), widget=Day())
    region = forms.ChoiceField(label=_("Daerah"))
    link = forms.CharField(label=_("Tautan"), required=False, max_length=500, help_text=NO_ACCOUNTS)
    words = forms.CharField(label=_("Uraian"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))
    outside = forms.ChoiceField(label=_("Menurut lembaga lain"), required=False)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(
            self,
            channel=choices(rules.CHANNELS, "Menurut tautannya"),
            region=regions,
            outside=choices(rules.OUTSIDE),
        )


class EvidenceForm(forms.Form):
    source = forms.CharField(
        label=_("Sumber"), max_length=160, help_text=_("Lembaga atau dokumen, misalnya “KPU Kota Balikpapan”.")
    )
    source_date = forms.DateField(label=_("Tanggal sumber"), widget=Day())
    shows = words(_("Yang ditunjukkannya"), rows=2, most=500)
    link = forms.CharField(label=_("Alamat resmi"), required=False, max_length=300)
    file = forms.FileField(
        label=_("Berkas"),
        required=False,
        help_text=_("Foto atau rekaman, paling besar 20 MB; data tersembunyinya dihapus."),
    )


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Putusan tentang isu"), widget=forms.RadioSelect)
    reason = words(
        _("Alasan"), help_text=_("Tanpa nama orang. Putusan ini tentang isu, bukan tentang siapa yang menyebarkannya.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, verdict=choices(rules.VERDICTS))


class AppealForm(forms.Form):
    capacity = forms.ChoiceField(label=_("Dari"))
    reason = words(
        _("Isi keberatan"), help_text=_("Tanpa nama. Orang lain akan melihatnya; putusan yang lama tetap tercatat.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, capacity=choices(rules.APPELLANTS))


class DraftForm(forms.Form):
    title = forms.CharField(
        label=_("Faktanya, dalam satu kalimat"), max_length=table.LONGEST,
        help_text=_("Tulis yang benar, bukan isunya: “Lokasi TPS tidak berubah”."),
    )  # fmt: skip
    fact = words(
        _("Penjelasan"),
        rows=4,
        most=1200,
        help_text=_("Apa yang benar dan bagaimana diketahui. Sumber dan anjuran ditambahkan sendiri."),
    )
    safety = forms.BooleanField(
        label=_("Pemberitahuan keselamatan"), required=False, help_text=_("Hanya ini yang terbit dalam masa tenang.")
    )


class RestForm(forms.Form):
    reason = words(
        _("Alasan"), help_text=_("Misalnya: hampir tidak beredar, sehingga klarifikasi justru menyebarkannya.")
    )


class ReferForm(forms.Form):
    body = forms.ChoiceField(label=_("Dirujuk ke"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, body=choices(rules.REFERRED_TO))


class NoForm(forms.Form):
    """An act without anything to fill in."""


class QuietForm(forms.Form):
    region = forms.ChoiceField(label=_("Daerah"))
    basis = forms.CharField(label=_("Dasar keputusan"), max_length=120)
    starts_at = forms.DateTimeField(label=_("Mulai (WITA)"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=_("Sampai (WITA)"), widget=LocalTime())

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "tenang_%s"} | kwargs)
        set_choices(self, region=regions)


class OfReportForm(forms.Form):
    """A report becomes an item of a claim that is there already."""

    claim = forms.ChoiceField(label=_("Isu"))
    channel = forms.ChoiceField(label=_("Terlihat di"), required=False)

    def __init__(self, *args: Any, claims: Iterable[Claim] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "isu_%s"} | kwargs)
        offered = [("", gettext("Pilih isu")), *((c.code, f"{c.title} · {c.code}") for c in claims)]
        set_choices(self, claim=offered, channel=choices(rules.CHANNELS, "Tidak diketahui"))
