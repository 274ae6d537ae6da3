"""Isu: what is said to be true, its sightings, its evidence, its verdicts, and the counter-message."""
