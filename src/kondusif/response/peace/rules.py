"""Kinds of peace actors, languages, what they can do, answers and results. Pure."""

from __future__ import annotations

ACTORS = [
    ("fkub", "FKUB"), ("fkdm", "FKDM"), ("religious", "Tokoh agama"), ("customary", "Tokoh adat"),
    ("youth", "Tokoh pemuda"), ("women", "Tokoh perempuan"), ("community", "Tokoh masyarakat"),
]  # fmt: skip
