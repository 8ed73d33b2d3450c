"""The Web API: who may call what, how often, and in which words a refusal comes.

Order and codes: docs.slack.dev/apis/web-api, the "Errors" of each method's page, and its scopes and tier. The headers
that tell the token's scopes: docs.slack.dev/legacy/legacy-authentication/legacy-oauth-scopes, "Working with scopes";
refusals carry them too (seen: zulip/zulip pull request 16788).
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from playground.arguments import Arguments
from playground.errors import DroppedError, LateError, SlackError
from playground.json_text import parsed
from playground.misbehaviour import Misbehaviour
from playground.rates import Rates
from playground.workspace import Json, Workspace

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Method:
    """A Web API method: what runs it, the scope it needs, its calls a minute (None: counted as messages), its kind of token."""

    run: Callable[[Arguments], Json]
    scope: str | None
    per_minute: int | None
    kind: Literal["bot", "app"] = "bot"


class WebApi:
    """Answers ``POST /api/<method>``."""

    def __init__(
        self, workspace: Workspace, misbehaviour: Misbehaviour, rates: Rates, methods: Mapping[str, Method]
    ) -> None:
        self._workspace = workspace
        self._misbehaviour = misbehaviour
        self._rates = rates
        self._methods = methods
        self._late: set[asyncio.Task[None]] = set()

    async def answer(self, request: Request) -> Response:
        """Answer one call.

        Raises:
            DroppedError: the connection is to be closed instead.
        """
        headers = {"Date": self._workspace.clock.date_header()}
        try:
            body = await self._call(request.path_params["method"], request, headers)
        except SlackError as error:
            return JSONResponse(error.body(), error.status, headers | error.headers())
        return JSONResponse(body, headers=headers)

    async def _call(self, name: str, request: Request, headers: dict[str, str]) -> Json:
        given, body_token = await read_arguments(request)
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(method, _bearer(request) or body_token)
        headers["X-OAuth-Scopes"] = ",".join(self._workspace.scopes)
        headers["X-Accepted-OAuth-Scopes"] = method.scope or ""
        if method.scope is not None and method.scope not in self._workspace.scopes:
            raise self._workspace.missing_scope(method.scope)
        try:
            lost = await self._misbehaviour.befall(name)
        except LateError as late:
            self._do_later(late.seconds, lambda: self._do(name, method, given))
            raise
        answer = self._do(name, method, given)
        if lost:
            raise DroppedError
        return answer

    def _do(self, name: str, method: Method, given: Json) -> Json:
        arguments = Arguments(given)
        if method.per_minute is not None:
            self._rates.count(name, method.per_minute)
        else:
            named = arguments.text("channel") or ""
            pane = self._workspace.state.panes.get(named)
            self._rates.count_message(pane.channel if pane else named)
        answer = method.run(arguments)
        self._workspace.overheard(name, given, answer)
        return answer

    def _do_later(self, seconds: float, work: Callable[[], Json]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            with suppress(SlackError):  # nobody hears the answer
                work()

        task = asyncio.get_running_loop().create_task(wait())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def stop(self) -> None:
        """Give up what is to be done later."""
        for task in list(self._late):
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    def _check_token(self, method: Method, token: str | None) -> None:
        state = self._workspace.state
        if not token:
            raise SlackError("not_authed")
        if token not in (state.bot_token, state.app_token):
            raise SlackError("invalid_auth")
        if (token == state.app_token) != (method.kind == "app"):
            raise SlackError("not_allowed_token_type")
        if token == state.bot_token and state.token_error is not None:
            raise SlackError(state.token_error)


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def read_arguments(request: Request) -> tuple[Json, str | None]:
    """Return the call's arguments and a token that came among them: in a form, never in JSON or in the address.

    Apps made after February 2021 may not send it in the address
    (changelog/2020-11-no-more-tokens-in-querystrings-for-newly-created-apps).

    Raises:
        SlackError: ``invalid_json``, ``json_not_object``, ``missing_post_type`` or ``invalid_post_type``.
    """
    given: Json = {name: value for name, value in request.query_params.items() if name != "token"}
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not await request.body():
        return given, None
    if kind == "application/json":
        return {**given, **_read_json(await request.body())}, None
    if kind in FORMS:
        async with request.form() as form:
            given |= {key: value for key, value in form.items() if isinstance(value, str)}
    else:
        raise SlackError("invalid_post_type" if kind else "missing_post_type")
    return given, given.pop("token", None)


def _read_json(body: bytes) -> Json:
    try:
        given = parsed(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(given, dict):
        raise SlackError("json_not_object")
    given.pop("token", None)
    return given
