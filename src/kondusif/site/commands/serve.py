"""`kondusif serve`: the web process, both doors on one port."""

from __future__ import annotations

import argparse

HELP = "Run the web process (both doors)."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (KONDUSIF_HOST)")
    parser.add_argument("--port", type=int, help="port to listen on (KONDUSIF_PORT)")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    serve(given.host, given.port)
    return 0


def serve(host: str | None = None, port: int | None = None) -> None:
    import uvicorn

    from kondusif.site import environment

    uvicorn.run(
        "kondusif.site.asgi:application",
        host=host or environment.value("KONDUSIF_HOST"),
        port=port or int(environment.value("KONDUSIF_PORT")),
        log_level="warning",
        access_log=False,  # addresses of reporters are not written down
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
        lifespan="on",
        proxy_headers=False,
    )
