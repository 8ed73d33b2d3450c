"""Keeping other sites' pages out of a server on this machine.

A name in ``Host`` that is not this machine's betrays DNS rebinding. An ``Origin`` that is not ours, or a body that is
not JSON (the only kind that a page of another site cannot send unasked), betrays cross-site requests.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL_NAMES = {"127.0.0.1", "localhost"}
FORBIDDEN = 403


class LocalOnly:
    """An ASGI application behind the checks: every request's ``Host``; the page's own requests whole."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it."""
        wrong = _wrong(scope, Headers(scope=scope))
        if wrong is None:
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"ok": False, "error": wrong}, FORBIDDEN)(scope, receive, send)


def _wrong(scope: Scope, headers: Headers) -> str | None:
    host = headers.get("Host", "")
    if urlsplit(f"//{host}").hostname not in LOCAL_NAMES:
        return "wrong host"
    if not scope["path"].startswith("/playground/"):
        return None
    origin = headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "wrong origin"
    kind = headers.get("Content-Type", "").partition(";")[0].strip()
    return "not JSON" if scope["method"] == "POST" and kind != "application/json" else None
