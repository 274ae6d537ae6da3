"""Areas with validity in time, their other codes, boundaries and landmarks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kondusif.regions.rules import CODE_SYSTEMS, KEMENDAGRI, LEVELS

LEVEL_CHOICES = [(level, level) for level in LEVELS]
SYSTEM_CHOICES = [(system, system) for system in CODE_SYSTEMS]


class Area(models.Model):
    """A province, kab/kota, kecamatan or desa while its code held: from `valid_from` up to, not including, the end.

    An open start means "since before this list"; an open end means "still". Own facts stand only where they are known.
    """

    code = models.CharField(max_length=20)
    code_system = models.CharField(max_length=20, default=KEMENDAGRI, choices=SYSTEM_CHOICES)
    level = models.CharField(max_length=10, choices=LEVEL_CHOICES)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    parent = models.CharField(max_length=20, blank=True, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    area_km2 = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    population_date = models.CharField(max_length=10, blank=True)  # as precise as its source: `2024`, `2024-06-30`
    population_source = models.CharField(max_length=80, blank=True)
    col = models.PositiveSmallIntegerField(null=True, blank=True)
    row = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code_system", "code"], condition=Q(valid_until=None), name="area_once"),
            models.UniqueConstraint(fields=["code_system", "code", "valid_until"], name="area_period_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="area_period",
            ),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="area_level"),
            models.CheckConstraint(
                condition=Q(population=None) | (~Q(population_date="") & ~Q(population_source="")),
                name="area_population_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Succession(models.Model):
    """The new area took over the old one, or a part of it."""

    old = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="to_new")
    new = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="from_old")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="succession_once")]


class Neighbour(models.Model):
    """Two areas that share a border; written once, the smaller code first."""

    a = models.CharField(max_length=20)
    b = models.CharField(max_length=20, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="neighbour_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="neighbour_order"),
        ]


class OtherCode(models.Model):
    """The code of an area in another system (BPS). The systems collide: 6402 is two different regencies."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="other_codes")
    system = models.CharField(max_length=20, choices=SYSTEM_CHOICES)
    code = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "code"], name="other_code_once"),
            models.UniqueConstraint(fields=["area", "system"], name="other_code_of_area"),
        ]


class Boundary(models.Model):
    """The border of an area as the newest import gave it: WKB, degrees (EPSG:4326)."""

    area_code = models.CharField(max_length=20, unique=True)
    level = models.CharField(max_length=10, choices=LEVEL_CHOICES)
    source = models.CharField(max_length=300)
    checksum = models.CharField(max_length=64)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    geometry = models.BinaryField()
    precision_note = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["level", "area_code"], name="boundary_level")]


class Landmark(models.Model):
    """A place people name instead of an address; entered by officers, never taken from elsewhere."""

    name = models.CharField(max_length=120)
    area_code = models.CharField(max_length=20)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "area_code"], name="landmark_once")]


class Edition(models.Model):
    """Which state of the areas, boundaries or landmarks holds. Processes keep them in memory and look here for change.

    A random token, not a number: after a rollback a number would be given twice.
    """

    of = models.CharField(max_length=20, primary_key=True)
    token = models.CharField(max_length=64)
    mark = models.CharField(max_length=100, blank=True)
