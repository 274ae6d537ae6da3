"""What makes the house installable: the manifest, and the service worker at the root with the list of what it keeps."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

PAGE = "/antrean"
KEPT = ("public.css", "public.js", "antrean.js", "noble.js", "icon.svg")
ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable-512.png", 512, "maskable"))
WORKER = Path(__file__).resolve().parent / "dist" / "worker.js"


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    found = {
        "id": "/",
        "name": "Kondusif",
        "short_name": "Kondusif",
        "description": str(_("Tulis sekarang; terkirim dengan sendirinya begitu ada sinyal.")),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#f7f7f4",
        "theme_color": "#0f4c5c",
        "icons": [
            {"src": static(f"dist/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
        "shortcuts": [{"name": str(_("Kirim nanti")), "url": PAGE}],
    }
    return JsonResponse(found, content_type="application/manifest+json")


@never_cache
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The built script, headed by what this version of the house keeps; another list is another worker to the browser."""
    kept = [PAGE, *(static(f"dist/{name}") for name in KEPT)]
    mark = hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:12]
    head = f"self.KEPT = {json.dumps({'page': PAGE, 'kept': kept, 'mark': mark})};\n"
    return HttpResponse(head + WORKER.read_text(), content_type="text/javascript; charset=utf-8")
