"""One file per outside data set: how its rows become incidents. `PROFILES` names them."""

from __future__ import annotations

from kondusif.response.profiles import cvew_2021
from kondusif.response.profiles.rows import Profile

PROFILES: dict[str, Profile] = {cvew_2021.PROFILE.name: cvew_2021.PROFILE}
