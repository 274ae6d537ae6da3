"""Who acts, as every stage sees it: an id, a label, and permissions × region paths."""

from __future__ import annotations

from dataclasses import dataclass

from kondusif.ledger.errors import NotPermitted

EVERYWHERE = ""  # the root of all region paths


def within(region: str, scope: str) -> bool:
    """Whether region path `64.72.05` lies within scope `64.72` (or in the same place)."""
    return scope == EVERYWHERE or region == scope or region.startswith(scope + ".")


@dataclass(frozen=True)
class Acting:
    """A post held for somebody absent: where, whose (`user:5`), and the words beside the actor's own ("Plh. Ketua tim")."""

    region: str
    whose: str
    words: str


@dataclass(frozen=True)
class Actor:
    """A person, a citizen without account, or the machine. `grants` holds (permission, region path) pairs."""

    id: str
    label: str
    grants: frozenset[tuple[str, str]] = frozenset()
    agencies: frozenset[int] = frozenset()
    user_id: int | None = None
    acting: tuple[Acting, ...] = ()
    kept_from: frozenset[str] = frozenset()  # subjects of matters in which they have an interest: no query shows them

    def stands_in(self, region: str) -> Acting | None:
        """The post the actor holds for somebody else in a region, where there is one."""
        return next((a for a in self.acting if within(region, a.region)), None)

    def permits(self, permission: str, region: str) -> bool:
        return any(p == permission and within(region, scope) for p, scope in self.grants)

    def regions(self, permission: str) -> tuple[str, ...]:
        """The widest region paths in which the actor holds the permission."""
        scopes = sorted({scope for p, scope in self.grants if p == permission}, key=len)
        widest: list[str] = []
        for scope in scopes:
            if not any(within(scope, w) for w in widest):
                widest.append(scope)
        return tuple(widest)

    def anywhere(self, permission: str) -> bool:
        return any(p == permission for p, _ in self.grants)


def check_permitted(actor: Actor, permission: str, region: str) -> None:
    """Raise NotPermitted unless the actor holds the permission in the region. Deny by default."""
    if not actor.permits(permission, region):
        raise NotPermitted


CITIZEN = Actor("citizen", "Warga")
