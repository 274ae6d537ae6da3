"""Tautan tugas: one task opened for one member without a password, from a message on their phone (practice.md, a link that works).

Looking changes nothing, for chats fetch links on their own. The first answer binds the link to the device that gave it. It
shows what the task says and no more: never a reporter, never what concerns officials.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal
from kondusif.response import rules, tasks
from kondusif.response.desk import line, locked
from kondusif.response.models import Task, TaskLink
from kondusif.response.queries import speaks_for
from kondusif.teams.models import User
from kondusif.teams.queries import SYSTEM, actor_of
from kondusif.teams.resets import new_key_since

LIVES = timedelta(hours=24)
ANSWERS = ("accept", "decline", "finish")


class LinkUnknown(Refusal):
    code = "task-link-unknown"
    status = 404
    what = _("Tautan ini tidak dikenal.")
    do = _("Buka lagi pesan aslinya dan ketuk tautannya; atau masuk ke Kondusif lalu buka Tugas saya.")


class LinkExpired(Refusal):
    code = "task-link-expired"
    status = 410
    what = _("Tautan ini sudah lewat 24 jam.")
    kept = _("Tugasnya tetap ada.")
    do = _("Masuk ke Kondusif lalu buka Tugas saya, atau minta tautan baru kepada petugas piket.")


class LinkTaken(Refusal):
    code = "task-link-taken"
    status = 409
    what = _("Tautan ini sudah dipakai di gawai lain.")
    kept = _("Jawaban dari gawai itu tercatat. Tidak ada yang berubah.")
    do = _(
        "Bila itu bukan Anda, beri tahu petugas piket. Untuk menjawab dari sini, masuk ke Kondusif lalu buka Tugas saya."
    )


class LinkNotYours(Refusal):
    code = "task-link-member"
    status = 410
    what = _("Akun atau tugas jabatan pemilik tautan ini sudah berakhir.")
    kept = _("Tugasnya tetap pada instansi.")
    do = _("Teruskan pesan ini kepada petugas piket agar tugas sampai kepada pengganti Anda.")


class LinkReset(Refusal):
    code = "task-link-reset"
    status = 410
    what = _("Akun pemilik tautan ini sudah disetel ulang; tautan yang lama mati bersamanya.")
    kept = _("Tugasnya tetap pada instansi.")
    do = _("Masuk dengan tautan baru dari sekretariat, lalu buka Tugas saya.")


class LinkOver(Refusal):
    code = "task-link-over"
    status = 410
    what = _("Tugas ini sudah selesai, diteruskan, atau dibatalkan.")
    kept = _("Jawaban yang sudah masuk tersimpan.")
    do = _("Tidak ada yang perlu Anda lakukan lagi. Terima kasih.")


class LinkNotPossible(Refusal):
    code = "task-link-not-possible"
    status = 422
    what = _("Tautan tidak dapat dibuat untuk tugas atau orang ini.")
    do = _("Pilih anggota instansi yang ditugasi. Tugas yang menyangkut aparat hanya dibuka dengan masuk.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make(pk: int, *, to: User, by: Actor, at: datetime) -> str:
    """A fresh link for a member of the task's agency, asked for by the team. The token is returned once."""
    with transaction.atomic():
        task = Task.objects.select_related("incident", "agency").filter(pk=pk).first()
        if task is None:
            raise NotFound
        locked(task.incident.code, "incident.handle", by=by)
        return _mint(task, to, by=by, at=at)


def _mint(task: Task, user: User, *, by: Actor, at: datetime) -> str:
    if task.state not in rules.TASK_OPEN:
        raise MoveNotAllowed
    if task.incident.restricted or not user.is_active or not speaks_for(task, actor_of(user, at=at)):
        raise LinkNotPossible(field="to")
    token = secrets.token_urlsafe(24)
    row = TaskLink.objects.create(
        task=task, user=user, token_digest=_digest(token), made_by=by.id, made_at=at, expires_at=at + LIVES
    )
    line("task.link_made", task.incident, by=by, at=at, detail={"task": task.pk, "link": row.pk, "member": user.pk})
    return token


def personal(url: str, user: User, at: datetime) -> str:
    """A message's address of a task, as it leaves the house for one member: their own fresh link, else as it was."""
    number = url.removeprefix(tasks.LINKED)
    task = (
        Task.objects.select_related("incident", "agency").filter(pk=int(number)).first() if number.isdecimal() else None
    )
    if task is None:
        return url
    try:
        with transaction.atomic():
            return f"/t/{_mint(task, user, by=SYSTEM, at=at)}"
    except (MoveNotAllowed, LinkNotPossible):
        return url


@dataclass(frozen=True)
class Opened:
    """A link that holds: its task and the actor its member is now. `bound`: this device has answered with it before."""

    link: TaskLink
    task: Task
    actor: Actor
    bound: bool


def open_link(token: str, *, device: str, at: datetime) -> Opened:
    """What the link opens on this device, or the refusal that says what happened. Changes nothing."""
    row = (
        TaskLink.objects.select_related("task__incident", "task__agency", "user")
        .filter(token_digest=_digest(token))
        .first()
    )
    if row is None:
        raise LinkUnknown
    actor = actor_of(row.user, at=at)
    if not row.user.is_active or not speaks_for(row.task, actor):
        raise LinkNotYours
    if new_key_since(row.user, row.made_at):
        raise LinkReset
    bound = bool(device) and secrets.compare_digest(row.device, _digest(device))
    if row.used_at is not None and not bound:
        raise LinkTaken
    if row.task.state not in rules.TASK_OPEN:
        raise LinkOver
    if row.expires_at <= at:
        raise LinkExpired
    if row.task.incident.restricted:
        raise LinkNotYours
    return Opened(row, row.task, actor, bound)


def answer(token: str, act: str, *, text: str = "", photos: tuple[str, ...] = (), device: str, at: datetime) -> Task:
    """Accept, decline or finish through a link, as its member. The first answer wins the link for its device."""
    if act not in ANSWERS or not device:
        raise NotFound
    with transaction.atomic():
        found = open_link(token, device=device, at=at)
        if not found.bound:
            fresh = TaskLink.objects.filter(pk=found.link.pk, used_at=None).update(used_at=at, device=_digest(device))
            if not fresh:
                raise LinkTaken
            detail = {"task": found.task.pk, "link": found.link.pk, "act": act}
            line("task.link_used", found.task.incident, by=found.actor, at=at, detail=detail)
        pk = found.task.pk
        if act == "accept":
            return tasks.accept(pk, by=found.actor, at=at)
        if act == "decline":
            return tasks.decline(pk, reason=text, by=found.actor, at=at)
        proof = text.strip() or ("Foto terlampir." if photos else "")
        return tasks.finish(pk, proof=proof, attachments=photos, by=found.actor, at=at)
