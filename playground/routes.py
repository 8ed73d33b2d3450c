"""Every address of the playground's server."""

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from playground import pane
from playground.bodies import Body, UnreadableError
from playground.errors import DroppedError, GestureError, SlackError
from playground.http_server import drop
from playground.json_text import parsed
from playground.local_only import LocalOnly
from playground.passing_time import StuckError
from playground.slack import Slack
from playground.web_api import read_arguments
from playground.workspace import Json, Spot, Workspace

PAGE = Path(__file__).parent / "page"
# The page draws what an app sends; it may load nothing but itself, and pictures.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; "
    "base-uri 'none'; form-action 'none'"
)
KEEP_ALIVE_SECONDS = 15.0
BAD_REQUEST = 400
BROKEN = 500
FAULTS = (
    "drop_after_accept",
    "drop_before_accept",
    "land_late",
    "ratelimit",
    "server_error",
    "answer_error",
    "delay_call",
    "deliver_twice",
    "deliver_never",
    "delay_delivery",
    "deliver_after_next",
    "close_after_delivery",
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
            Route("/upload/v1/{key}", self.upload, methods=["POST"]),
            Route("/files-pri/{file}/{name}", self.file),
            WebSocketRoute("/link/", self.link),
        ]
        return LocalOnly(
            Starlette(
                routes=own + app,
                exception_handlers={UnreadableError: _unreadable, Exception: _broken},
            )
        )

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
        body = await Body.of(request)
        user = request.path_params["user"]
        try:
            error = await self._gesture(user, request.path_params["gesture"], body)
        except GestureError as refused:
            self._slack.gestures.refused(user, str(refused))
            return JSONResponse({"ok": False, "error": str(refused)})
        return JSONResponse({"ok": True} if error is None else {"ok": False, "error": error})

    async def _gesture(self, user: str, name: str, body: Body) -> str | None:
        gestures, interactions = self._slack.gestures, self._slack.interactions
        done: Callable[[], Awaitable[str | None]] | None = {
            "command": lambda: gestures.command(user, body.text("text")),
            "message": lambda: gestures.say(user, body.text("text")),
            "tab": lambda: gestures.tab(user, body.text("tab")),
            "draft": lambda: gestures.write_draft(user, body.text("text")),
            "dismiss": lambda: gestures.dismiss(user),
            "action": lambda: interactions.act(user, _spot(body), body.fields.get("value")),
            "input": lambda: interactions.fill(
                user, _spot(body), body.fields.get("value"), enter=body.flag("enter")
            ),
            "submit": lambda: interactions.submit(user, body.text("view_id")),
            "close": lambda: interactions.close(user, body.text("view_id"), everything=body.flag("all")),
        }.get(name)
        if done is None:
            raise GestureError(f"There is no gesture {name!r}.")
        return await done()

    async def poll_clock(self, request: Request) -> Response:
        """The app asks for the clock's offset."""
        try:
            seen = int(request.query_params.get("seen", -1))
        except ValueError:
            raise UnreadableError("'seen' must be a whole number.") from None
        gone = asyncio.ensure_future(self._gone(request))
        try:
            return JSONResponse(await self._slack.time.poll(seen, gone))
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
        body = await Body.of(request)
        due = None if body.fields.get("next_due") is None else body.number("next_due")
        self._slack.time.report(int(body.number("revision")), due, idle=body.flag("idle"))
        return JSONResponse({"ok": True})

    async def move_clock(self, request: Request) -> Response:
        """Let time pass."""
        body = await Body.of(request)
        time = self._slack.time
        try:
            if body.flag("to_next"):
                if not await time.to_next_due():
                    return JSONResponse({"ok": False, "error": "Nothing is due."})
            else:
                await time.move(body.number("seconds"))
        except StuckError as stuck:
            return JSONResponse({"ok": False, "error": str(stuck)})
        return JSONResponse({"ok": True, **time.shown()})

    async def misbehave(self, request: Request) -> Response:
        """Plan a fault: ``{"what": "<method of Misbehaviour>", …its arguments}``."""
        body = await Body.of(request)
        what = body.text("what")
        arguments = {name: value for name, value in body.fields.items() if name != "what"}
        slack = self._slack
        faults: dict[str, Callable[..., Any]] = {
            "disconnect": slack.connections.disconnect,
            "deactivate": slack.deactivate,
            "reactivate": slack.reactivate,
            "revoke_token": slack.revoke_token,
            "restore_token": slack.restore_token,
            "withhold_scope": slack.withhold_scope,
            "grant_scope": slack.grant_scope,
        }
        for name in FAULTS:
            faults[name] = getattr(slack.misbehaviour, name)
        if what not in faults:
            return JSONResponse({"ok": False, "error": f"There is no fault {what!r}."})
        try:
            inspect.signature(faults[what]).bind(**arguments)
        except TypeError as unfit:
            raise UnreadableError(f"{what}: {unfit}.") from None
        try:
            planned = faults[what](**arguments)
            if planned is not None:
                await planned
        except ValueError as refused:
            return JSONResponse({"ok": False, "error": str(refused)})
        return JSONResponse({"ok": True})

    async def web_api(self, request: Request) -> Response:
        """A Web API method."""
        return await _answered(request, self._slack.web_api.answer)

    async def upload(self, request: Request) -> Response:
        """A file's bytes, at an address from files.getUploadURLExternal."""
        return await _answered(request, self._slack.uploads.receive)

    async def file(self, request: Request) -> Response:
        """A file, to download."""
        return self._slack.uploads.send(request)

    async def response_url(self, request: Request) -> Response:
        """A response_url."""
        try:
            given, _ = await read_arguments(request)
            given = _payload(given["payload"]) if "payload" in given else given
            return JSONResponse(self._slack.response_urls.use(request.path_params["key"], given))
        except SlackError as error:
            return JSONResponse(error.body(), error.status)

    async def link(self, socket: WebSocket) -> None:
        """A Socket Mode connection."""
        await self._slack.connections.serve(socket)


async def _answered(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Return the answer, or close the connection without one if that is what was planned."""
    try:
        return await answer(request)
    except DroppedError:
        await drop(request.scope)
        return Response()


def _spot(body: Body) -> Spot:
    view_id, message_ts = body.optional_text("view_id"), body.optional_text("message_ts")
    return Spot(body.text("block_id"), body.text("action_id"), view_id, message_ts)


def _payload(text: object) -> Json:
    try:
        payload = parsed(text) if isinstance(text, str) else text
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise SlackError("invalid_payload", status=BAD_REQUEST)
    return payload


def _unreadable(_: Request, error: Exception) -> Response:
    return JSONResponse({"ok": False, "error": str(error)}, BAD_REQUEST)


def _broken(_request: Request, _: Exception) -> Response:
    """Answer as Slack does when it is at fault itself; the server logs the exception."""
    return JSONResponse({"ok": False, "error": "internal_error"}, BROKEN)


def _differs(workspace: Workspace, sent: int) -> bool:
    return workspace.revision != sent


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
