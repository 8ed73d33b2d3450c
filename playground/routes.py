"""Every address of the playground's server."""

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, ExceptionHandler
from starlette.websockets import WebSocket

from playground import pane
from playground.errors import GestureError, SlackError
from playground.http_server import drop
from playground.local_only import LocalOnly
from playground.passing_time import StuckError
from playground.slack import Slack
from playground.web_api import DroppedError, read_arguments
from playground.workspace import Json, Spot, Workspace

PAGE = Path(__file__).parent / "page"
# The page draws what an app sends; it may load nothing but itself, and pictures.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; "
    "base-uri 'none'; form-action 'none'"
)
KEEP_ALIVE_SECONDS = 15.0
BAD_REQUEST = 400
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


class PageFiles(StaticFiles):
    """The page's files, never older than the playground, under their standard types."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with a file."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        if "javascript" in response.headers.get("Content-Type", ""):  # machines' tables differ (RFC 9239)
            response.headers["Content-Type"] = "text/javascript; charset=utf-8"
        return response


class Routes:
    """The endpoints; each reads a request, asks the workspace and answers."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def application(self) -> ASGIApp:
        """Return the ASGI application."""
        own: list[BaseRoute] = [
            Route("/", self.page),
            Mount("/page", PageFiles(directory=PAGE)),
            Route("/playground/state", self.state),
            Route("/playground/changes", self.changes),
            Route("/playground/people/{user}/{gesture}", self.gesture, methods=["POST"]),
            Route("/playground/clock", self.poll_clock, methods=["GET"]),
            Route("/playground/clock", self.report_clock, methods=["POST"]),
            Route("/playground/clock/move", self.move_clock, methods=["POST"]),
            Route("/playground/misbehave", self.misbehave, methods=["POST"]),
        ]
        app: list[BaseRoute] = [
            Route("/api/{method}", self.web_api, methods=["GET", "POST"]),
            Route("/response/{key}", self.response_url, methods=["POST"]),
            WebSocketRoute("/link/", self.link),
        ]
        unreadable: dict[Any, ExceptionHandler] = dict.fromkeys(
            (ValueError, KeyError, TypeError), _unreadable
        )
        return LocalOnly(Starlette(routes=own + app, exception_handlers=unreadable))

    async def page(self, _: Request) -> Response:
        """The page."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return FileResponse(PAGE / "index.html", headers=headers)

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
        except GestureError as refused:
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
        planned = faults[what](**body)
        if planned is not None:
            await planned
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


def _spot(body: Json) -> Spot:
    return Spot(body["block_id"], body["action_id"], body.get("view_id"), body.get("message_ts"))


def _unreadable(_: Request, error: Exception) -> Response:
    return JSONResponse({"ok": False, "error": f"That could not be read: {error!r}"}, BAD_REQUEST)


def _differs(workspace: Workspace, sent: int) -> bool:
    return workspace.revision != sent


async def _read(request: Request) -> Json:
    body = await request.json()
    return body if isinstance(body, dict) else {}


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
