"""Every address of the playground's server."""

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from playground import pane
from playground.dropping import drop
from playground.errors import GestureError, SlackError
from playground.passing_time import StuckError
from playground.slack import Slack
from playground.web_api import DroppedError, read_arguments
from playground.workspace import Json, Spot, Workspace

PAGE = Path(__file__).parent / "page"
LOCAL_NAMES = {"127.0.0.1", "localhost", "[::1]"}
FORBIDDEN = 403
KEEP_ALIVE_SECONDS = 15.0

Endpoint = Callable[[Request], Awaitable[Response]]


class Routes:
    """The endpoints; each reads a request, asks the workspace and answers."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def application(self) -> Starlette:
        """Return the ASGI application."""
        own: list[BaseRoute] = [
            Route("/", local(self.page)),
            Route("/playground/state", local(self.state)),
            Route("/playground/changes", local(self.changes)),
            Route("/playground/people/{user}/{gesture}", local(self.gesture), methods=["POST"]),
            Route("/playground/clock", local(self.poll_clock), methods=["GET"]),
            Route("/playground/clock", local(self.report_clock), methods=["POST"]),
            Route("/playground/clock/move", local(self.move_clock), methods=["POST"]),
            Route("/playground/misbehave", local(self.misbehave), methods=["POST"]),
        ]
        if PAGE.is_dir():
            own.append(Mount("/page", StaticFiles(directory=PAGE)))
        app: list[BaseRoute] = [
            Route("/api/{method}", self.web_api, methods=["GET", "POST"]),
            Route("/response/{key}", self.response_url, methods=["POST"]),
            WebSocketRoute("/link/", self.link),
        ]
        return Starlette(routes=own + app)

    async def page(self, _: Request) -> Response:
        """The page."""
        return FileResponse(PAGE / "index.html")

    async def state(self, request: Request) -> Response:
        """Everything the page shows."""
        users = [user for user in request.query_params.get("panes", "").split(",") if user]
        return JSONResponse(pane.shown(self._slack, users))

    async def changes(self, _: Request) -> Response:
        """A stream of revisions, the present one first."""
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self._revisions(), media_type="text/event-stream", headers=headers)

    async def _revisions(self) -> AsyncIterator[str]:
        workspace, stopping = self._slack.workspace, self._slack.stopping
        sent = -1
        while not stopping.is_set():
            if workspace.revision != sent:
                sent = workspace.revision
                yield f"data: {sent}\n\n"
                continue
            news = workspace.change.until(functools.partial(_differs, workspace, sent), KEEP_ALIVE_SECONDS)
            changed = asyncio.ensure_future(news)
            stopped = asyncio.ensure_future(stopping.wait())
            try:
                await asyncio.wait({changed, stopped}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                changed.cancel()
                stopped.cancel()
            if workspace.revision == sent:
                yield ": still here\n\n"

    async def gesture(self, request: Request) -> Response:
        """What a person does on the page."""
        body = await _read(request)
        try:
            error = await self._gesture(request.path_params["user"], request.path_params["gesture"], body)
        except (GestureError, KeyError) as refused:
            return JSONResponse({"ok": False, "error": str(refused)})
        return JSONResponse({"ok": True} if error is None else {"ok": False, "error": error})

    async def _gesture(self, user: str, name: str, body: Json) -> str | None:
        gestures, interactions = self._slack.gestures, self._slack.interactions
        done: Callable[[], Awaitable[str | None]] | None = {
            "command": lambda: gestures.command(user, body["text"]),
            "message": lambda: gestures.say(user, body["text"]),
            "tab": lambda: gestures.tab(user, body["tab"]),
            "draft": lambda: gestures.write_draft(user, body["text"]),
            "dismiss": lambda: gestures.dismiss(user),
            "action": lambda: interactions.act(user, _spot(body), body.get("value")),
            "input": lambda: interactions.fill(
                user, _spot(body), body.get("value"), enter=bool(body.get("enter", False))
            ),
            "submit": lambda: interactions.submit(user, body["view_id"]),
            "close": lambda: interactions.close(
                user, body["view_id"], everything=bool(body.get("all", False))
            ),
        }.get(name)
        if done is None:
            raise GestureError(f"There is no gesture {name!r}.")
        return await done()

    async def poll_clock(self, request: Request) -> Response:
        """The app asks for the clock's offset."""
        gone = asyncio.ensure_future(self._gone(request))
        try:
            return JSONResponse(await self._slack.time.poll(int(request.query_params.get("seen", -1)), gone))
        finally:
            gone.cancel()

    async def _gone(self, request: Request) -> None:
        stopped = asyncio.ensure_future(self._slack.stopping.wait())
        left = asyncio.ensure_future(_disconnected(request))
        try:
            await asyncio.wait({stopped, left}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            left.cancel()

    async def report_clock(self, request: Request) -> Response:
        """The app tells that it has taken the clock over."""
        body = await _read(request)
        due = body.get("next_due")
        self._slack.time.report(
            int(body["revision"]), None if due is None else float(due), idle=bool(body.get("idle", False))
        )
        return JSONResponse({"ok": True})

    async def move_clock(self, request: Request) -> Response:
        """Let time pass."""
        body = await _read(request)
        time = self._slack.time
        try:
            if body.get("to_next"):
                if not await time.to_next_due():
                    return JSONResponse({"ok": False, "error": "Nothing is due."})
            else:
                await time.move(float(body["seconds"]))
        except StuckError as stuck:
            return JSONResponse({"ok": False, "error": str(stuck)})
        return JSONResponse({"ok": True, **time.shown()})

    async def misbehave(self, request: Request) -> Response:
        """Plan a fault: ``{"what": "<method of Misbehaviour>", …its arguments}``."""
        body = await _read(request)
        what = body.pop("what", "")
        slack = self._slack
        faults: dict[str, Callable[..., Any]] = {
            "disconnect": slack.connections.disconnect,
            "deactivate": slack.deactivate,
            "reactivate": slack.reactivate,
            "revoke_token": slack.revoke_token,
            "restore_token": slack.restore_token,
        }
        for name in FAULTS:
            faults[name] = getattr(slack.misbehaviour, name)
        if what not in faults:
            return JSONResponse({"ok": False, "error": f"There is no fault {what!r}."})
        try:
            planned = faults[what](**body)
            if planned is not None:
                await planned
        except (TypeError, KeyError) as wrong:
            return JSONResponse({"ok": False, "error": str(wrong)})
        return JSONResponse({"ok": True})

    async def web_api(self, request: Request) -> Response:
        """A Web API method."""
        try:
            return await self._slack.web_api.answer(request)
        except DroppedError:
            await drop(request.scope)
            return Response()

    async def response_url(self, request: Request) -> Response:
        """A response_url."""
        try:
            given, _ = await read_arguments(request)
            given = json.loads(given["payload"]) if "payload" in given else given
            return JSONResponse(self._slack.response_urls.use(request.path_params["key"], given))
        except SlackError as error:
            return JSONResponse(error.body(), error.status)

    async def link(self, socket: WebSocket) -> None:
        """A Socket Mode connection."""
        await self._slack.connections.serve(socket)


FAULTS = (
    "drop_after_accept",
    "drop_before_accept",
    "ratelimit",
    "server_error",
    "answer_error",
    "delay_call",
    "deliver_twice",
    "deliver_never",
    "delay_delivery",
    "deliver_after_next",
    "stop",
)


def local(endpoint: Endpoint) -> Endpoint:
    """Refuse what does not come from this machine's own page or programs.

    A name in ``Host`` that is not this machine's betrays DNS rebinding; an ``Origin`` that is not ours, or a body
    that is not JSON (which a form of another site cannot send), betrays a page of another site.
    """

    async def checked(request: Request) -> Response:
        host = request.headers.get("Host", "")
        origin = request.headers.get("Origin")
        if host.rpartition(":")[0] not in LOCAL_NAMES and host not in LOCAL_NAMES:
            return JSONResponse({"ok": False, "error": "wrong host"}, FORBIDDEN)
        if origin is not None and urlsplit(origin).netloc != host:
            return JSONResponse({"ok": False, "error": "wrong origin"}, FORBIDDEN)
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip()
        if request.method == "POST" and kind != "application/json":
            return JSONResponse({"ok": False, "error": "not JSON"}, FORBIDDEN)
        return await endpoint(request)

    return checked


def _spot(body: Json) -> Spot:
    return Spot(body["block_id"], body["action_id"], body.get("view_id"), body.get("message_ts"))


def _differs(workspace: Workspace, sent: int) -> bool:
    return workspace.revision != sent


async def _read(request: Request) -> Json:
    body = await request.json()
    return body if isinstance(body, dict) else {}


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
