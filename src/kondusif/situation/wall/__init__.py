"""Ruang kendali: the wall page of the day."""
