"""Recaps of reports and incidents, and the SIPKS sheet."""
