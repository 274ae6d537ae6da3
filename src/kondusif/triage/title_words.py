"""Words that mark a group, stopped in a title with a hint (practice.md, safeguard 8). Pure."""

from __future__ import annotations

import re

# Names of places are taken out first.
_PLACES = re.compile(
    r"\b(?:kutai (?:kartanegara|timur|barat)|penajam paser utara|kabupaten paser|paser (?:belengkong|utara)|tanah (?:grogot|paser)"
    r"|(?:jalan|jl\.?|kampung|kelurahan|kecamatan|desa|pasar) (?:jawa|bugis|banjar|melayu|baru islam))\b"
)
_GROUPS = re.compile(
    r"\b(?:suku|etnis|ras|pribumi|pendatang|dayak|banjar|kutai|bugis|jawa|madura|tionghoa|cina|china|paser|toraja|batak|melayu"
    r"|sunda|minang|papua|ambon|flores|arab|agama|islam|muslim|kristen|kristiani|katolik|nasrani|hindu|buddha|budha|konghucu"
    r"|ahmadiyah|syiah|sunni|kafir|gereja|masjid|mesjid|pura|wihara|vihara|klenteng|pesantren|ulama|pendeta|pastor|jemaat|jamaah)\b"
)


def group_words(title: str) -> list[str]:
    """Ethnic and religious words in a title."""
    return sorted(set(_GROUPS.findall(_PLACES.sub(" ", title.lower()))))
