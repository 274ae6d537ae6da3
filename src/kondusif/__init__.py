"""Kondusif: every sign of conflict heard, coordinated at once and settled, on one ledger."""

__version__ = "0.1.0"
