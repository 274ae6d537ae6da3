"""Roles and what they permit; who counts as a vertical agency. Pure tables."""

from __future__ import annotations

from dataclasses import dataclass

READING = frozenset(
    {"report.read", "incident.read", "claim.read", "ledger.read", "situation.read", "wall.show", "figure.read"}
)
HANDLING = READING | {
    "report.receive", "report.triage", "report.merge", "report.refer", "report.ask",
    "incident.open", "incident.assign", "incident.handle", "status.propose", "identity.request", "nil.file",
    "claim.record", "wall.phones",
    "potential.keep", "peace.keep",
}  # fmt: skip


@dataclass(frozen=True)
class Role:
    """A set of permissions with the word people use for it. `levels`: dots in the region paths it may be held in."""

    code: str
    label: str
    permissions: frozenset[str]
    province_only: bool = False
    needs_agency: bool = False


_ROLES = (
    Role("duty_officer", "Petugas piket", HANDLING),
    Role("division_head", "Kepala bidang", HANDLING | {
        "status.check", "incident.settle", "claim.judge", "claim.publish",
        "agreement.open",
    }),
    Role("secretary", "Sekretaris tim", HANDLING | {
        "status.check", "status.set", "incident.settle", "incident.confirm", "plan.manage", "roster.manage", "ledger.verify",
        "alert.set", "hours.manage", "delegation.set", "channel.manage", "conflict.lock", "briefing.approve",
        "claim.judge", "claim.publish", "wall.manage", "member.reset", "export.approve",
        "potential.report", "sipks.layout", "agreement.open", "appeal.approve",
        "figure.print", "figure.agency",
    }),
    Role("chair", "Ketua tim", READING | {
        "status.set", "incident.confirm", "incident.assign", "incident.settle", "alert.set", "delegation.set", "briefing.approve",
        "claim.publish", "wall.phones",
        "agreement.open", "appeal.approve",
        "figure.print", "figure.agency",
    }),
    Role("verifier", "Verifikator", READING | {"incident.confirm", "report.ask", "claim.judge"}),
    Role("agency", "Anggota instansi", frozenset({"task.answer", "situation.read", "identity.approve"}), needs_agency=True),
    Role("secretariat", "Sekretariat provinsi", HANDLING | {
        "report.read_restricted", "report.triage_restricted", "identity.approve", "conflict.lock", "claim.judge", "claim.publish",
        "wall.manage", "member.reset", "export.approve", "export.approve_restricted",
        "sipks.layout",
        "figure.print",
    }, province_only=True),
    Role("data_protection", "Petugas pelindungan data", frozenset({
        "identity.notice", "identity.approve", "ledger.read", "ledger.verify", "export.approve", "export.approve_restricted",
    })),
    Role("manager", "Pengelola", frozenset({
        "team.manage", "member.reset", "plan.manage", "roster.manage", "hours.manage", "delegation.set", "channel.manage", "conflict.lock", "regions.import",
        "incidents.import", "clock.shift", "ledger.verify",
        "settings.read", "situation.read", "wall.manage",
    })),
    Role("observer", "Pemantau", frozenset({"situation.read"})),
)  # fmt: skip
ROLES: dict[str, Role] = {role.code: role for role in _ROLES}

PERMISSIONS: frozenset[str] = frozenset().union(*(r.permissions for r in ROLES.values()))

# Agencies by kind: word on the screen, and whether vertical (asked, not commanded: UU 7/2012 Ps.13; practice).
AGENCY_KINDS: dict[str, tuple[str, bool]] = {
    "kesbangpol": ("Kesbangpol", False),
    "satpolpp": ("Satpol PP", False),
    "bpbd": ("BPBD", False),
    "dinkes": ("Dinas Kesehatan", False),
    "dinsos": ("Dinas Sosial", False),
    "diskominfo": ("Diskominfo", False),
    "dishub": ("Dinas Perhubungan", False),
    "disnaker": ("Dinas Tenaga Kerja", False),
    "kecamatan": ("Kecamatan", False),
    "setda": ("Sekretariat Daerah", False),
    "inspektorat": ("Inspektorat", False),
    "polri": ("Polri", True),
    "tni": ("TNI", True),
    "kejaksaan": ("Kejaksaan", True),
    "bin": ("BIN", True),
    "kpu": ("KPU", True),
    "bawaslu": ("Bawaslu", True),
    "bpn": ("BPN/ATR", True),
    "kemenag": ("Kementerian Agama", True),
}


# What is left to somebody in a conflict of interest: the situation that everybody in the team sees (practice.md, safeguard 3).
LOCKED_LEAVES = frozenset({"situation.read"})


def wider(region: str) -> str:
    """The region above: whoever keeps a conflict of interest out must not be under the person kept out."""
    return region.rpartition(".")[0]


# Who decides as a second person, or holds keys: a colleague beside them could take their account and be both persons.
GUARDED = frozenset({"division_head", "secretary", "chair", "secretariat", "data_protection", "manager"})
KNOWN_BY: tuple[tuple[str, str], ...] = (
    ("called_back", "Ditelepon balik ke nomor di SK atau daftar anggota"),
    ("in_person", "Datang sendiri"),
    ("superior", "Dijamin atasannya, yang ditelepon balik"),
)


def reset_scope(role: str, region: str) -> str:
    """Where somebody must hold `member.reset` to give this post a new key: beside it, or above it when it decides."""
    return wider(region) if role in GUARDED else region


def is_vertical(kind: str) -> bool:
    return AGENCY_KINDS[kind][1]


def may_hold(role: str, region: str) -> bool:
    """Whether the role can be held in a region of that level; restricted reading belongs to the province alone."""
    return not ROLES[role].province_only or (region != "" and "." not in region)


# Severity clocks (domain.md §7.4, configurable per response plan): acknowledge, first action, escalate. Minutes.
SEVERITY_MINUTES: dict[str, tuple[int, int, int]] = {
    "S1": (5, 15, 15),
    "S2": (15, 60, 60),
    "S3": (60, 360, 720),
    "S4": (1440, 10080, 10080),
}
