"""Telegram: a server that speaks the Bot API's own formats hands out updates, forgets confirmed ones, and fails on purpose."""

from __future__ import annotations

import io
import json
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.proofs.house import House, Verdict

SECRET = "s" * 24
PERSON = {"id": 5550001, "is_bot": False, "first_name": "W", "language_code": "id"}


def message(update: int, **fields: Any) -> dict[str, Any]:
    """An update as Bot API 9 sends it for a private chat."""
    chat = {"id": PERSON["id"], "first_name": "W", "type": "private"}
    return {
        "update_id": update,
        "message": {"message_id": update % 1000, "from": PERSON, "chat": chat, "date": int(time.time()) - 5} | fields,
    }


class BotApi(ThreadingHTTPServer):
    """`getUpdates` with offset, `getFile`, the file itself, `sendMessage`. Every third call fails with 502."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.updates: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self.calls = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: BotApi

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        from PIL import Image

        out = io.BytesIO()
        Image.new("RGB", (64, 48), "red").save(out, "JPEG")
        self._answer(out.getvalue(), "image/jpeg")

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method = self.path.rpartition("/")[2]
        self.server.calls += 1
        if method == "sendMessage":
            self.server.said.append(given)
        found: Any = {"message_id": 1}
        if method == "getUpdates":
            self.server.updates = [u for u in self.server.updates if u["update_id"] >= given["offset"]]
            found = self.server.updates[: given["limit"]]
        elif method == "getFile":
            found = {
                "file_id": given["file_id"],
                "file_unique_id": "u",
                "file_size": 900,
                "file_path": "photos/file_0.jpg",
            }
        self._answer(json.dumps({"ok": True, "result": found}).encode(), "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def run(found: House, verdict: Verdict, reduced: bool) -> None:
    from kondusif.intake.models import Attachment, ChannelReply, Report

    api = BotApi()
    kind = found.kind
    file = found.home / "channels.toml"
    file.touch(mode=0o600)
    file.write_text(
        f'[bot]\nkind = "telegram"\nregion = "64.72"\ntoken = "1:a"\nsecret = "{SECRET}"\napi = "{api.url}"\n'
    )
    group = {"chat": {"id": -100123, "title": "RT 5", "type": "supergroup"}}
    api.updates = [
        message(1, text="/start"),
        message(2, text="Dua kelompok pemuda ribut di Sungai Kunjang, Samarinda"),
        message(3, location={"latitude": -0.51, "longitude": 117.11}),
        message(4, caption="Ini fotonya, jalan ditutup di Loa Bakung", photo=[{"file_id": "a", "file_unique_id": "b", "width": 64, "height": 48}]),
        message(5, text="Percakapan grup yang tidak boleh dibaca", **group),
        {"update_id": 6, "edited_message": message(6)["message"] | {"text": "Dua kelompok, sekarang tiga", "edit_date": int(time.time())}},
        {"update_id": 7, "my_chat_member": {"chat": {"id": 1, "type": "private"}}},
    ]  # fmt: skip
    mine = Report.objects.filter(channel="telegram")
    ends = time.monotonic() + 40
    while time.monotonic() < ends and (
        api.updates or ChannelReply.objects.filter(gateway="bot", sent_at=None).exists()
    ):
        time.sleep(0.3)
    first = mine.order_by("pk").first()
    verdict.demand(mine.count() == 3, f"{kind}: {mine.count()} reports by Telegram instead of 3")
    verdict.demand(
        first is not None and first.letters.filter(text__startswith="Titik lokasi: -0.51").exists(),
        f"{kind}: the position is lost",
    )
    verdict.demand(Attachment.objects.filter(report__channel="telegram").count() == 1, f"{kind}: the photo is lost")
    verdict.demand(not Report.objects.filter(text__contains="grup").exists(), f"{kind}: a group was read")
    verdict.demand(
        len(api.said) >= 4 and all(s["chat_id"] == PERSON["id"] for s in api.said),
        f"{kind}: {len(api.said)} answers by Telegram",
    )
    verdict.demand(
        not any("ribut" in s["text"] or "Sungai" in s["text"] for s in api.said), f"{kind}: an answer held content"
    )
    before = mine.count()
    api.updates = [message(2, text="Dua kelompok pemuda ribut di Sungai Kunjang, Samarinda")]
    _webhook(found.url, message(2, text="Dua kelompok pemuda ribut di Sungai Kunjang, Samarinda"), SECRET)
    refused = _webhook(found.url, message(8, text="Ribut"), "wrong" * 5)
    new = _webhook(found.url, message(9, text="Ribut lagi di Palaran, Samarinda"), SECRET)
    verdict.demand(
        refused == 403 and new == 200 and mine.count() == before + 1,
        f"{kind}: webhook: {refused}, {new}, {mine.count() - before} new",
    )
    api.shutdown()
    verdict.figure(
        "Telegram",
        f"7 kinds of update by polling, 3 by webhook; {mine.count()} reports, {len(api.said)} answers, {api.calls} calls",
    )


def _webhook(url: str, update: dict[str, Any], secret: str) -> int:
    head = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{url}/saluran/bot", json.dumps(update).encode(), head), timeout=20
        ) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
