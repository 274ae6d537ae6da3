"""How many reports one address may send. Kept in memory only, so no address outlives the process (at most a day)."""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.errors import Refusal

_FORGET_AFTER = 3600.0
_MOST_ADDRESSES = 50_000


class TooMany(Refusal):
    code = "too-many"
    status = 429
    what = _("Terlalu banyak kiriman dari sambungan ini dalam waktu singkat.")
    kept = _("Isian Anda masih ada di halaman ini.")
    do = _("Tunggu satu menit lalu kirim lagi. Keadaan darurat: telepon 110.")
    retry_after = 60


class Limiter:
    """A bucket per address that fills by `per_minute` each minute and holds twice that."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def check(self, address: str, cost: float = 1.0) -> None:
        if not self.per_minute:
            return
        moment = time.monotonic()
        with self._lock:
            if len(self._buckets) > _MOST_ADDRESSES:
                self._buckets = {a: b for a, b in self._buckets.items() if moment - b[1] < _FORGET_AFTER / 60}
            left, seen = self._buckets.get(address, (self.per_minute * 2.0, moment))
            left = min(self.per_minute * 2.0, left + (moment - seen) * self.per_minute / 60)
            if left < cost:
                self._buckets[address] = (left, moment)
                raise TooMany
            self._buckets[address] = (left - cost, moment)


LIMITER = Limiter(settings.INTAKE_PER_MINUTE)
TRACKING_LIMITER = Limiter(30)
