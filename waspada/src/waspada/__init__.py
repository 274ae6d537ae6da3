"""Waspada ("stay alert"): early-warning science in plain arrays. No database, no settings, no clock."""

from waspada.scores import brier, log_score

__all__ = ["brier", "log_score"]
__version__ = "0.1.0"
