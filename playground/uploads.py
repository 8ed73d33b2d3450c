"""The addresses outside the Web API at which a file's bytes come and go."""

from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from playground.errors import DroppedError, SlackError
from playground.file_objects import kind_of
from playground.files import Files
from playground.misbehaviour import Misbehaviour
from playground.workspace import Workspace

OK, BAD_REQUEST, NOT_FOUND = 200, 400, 404
FAULTY = "upload_url"
"""What Misbehaviour calls a POST to an upload address."""


class Uploads:
    """Answers ``POST /upload/v1/<key>`` and ``GET /files-pri/<team>-<file>/<name>``."""

    def __init__(self, workspace: Workspace, misbehaviour: Misbehaviour, files: Files) -> None:
        self._workspace = workspace
        self._misbehaviour = misbehaviour
        self._files = files

    async def receive(self, request: Request) -> Response:
        """Take a file's bytes; they need no token, the address itself being the permission.

        A body that is no multipart form is the file, whatever it calls itself (seen: slack-go/slack issue 1290), and
        the answer is that of Slack (seen: slackapi/python-slack-sdk issue 1277).

        Raises:
            DroppedError: the connection is to be closed instead.
        """
        content = await _content(request)
        try:
            lost = await self._misbehaviour.befall(FAULTY)
            file = self._files.receive(request.path_params["key"], content)
        except SlackError as error:
            status = BAD_REQUEST if error.status == OK else error.status
            return PlainTextResponse(error.error, status, error.headers())
        said = {"file": file.id, "content": content.decode(errors="replace")}
        self._workspace.overheard(FAULTY, said, {})
        if lost:
            raise DroppedError
        return PlainTextResponse(f"OK - {file.length}")

    def send(self, request: Request) -> Response:
        """Let a person download a file.

        In Slack that takes a person who is signed in, or a token with ``files:read``
        (docs.slack.dev/messaging/working-with-files); here everybody on this machine is signed in.
        """
        file = self._files.shared(request.path_params["file"].rpartition("-")[2])
        if file is None or file.content is None:
            return PlainTextResponse("This file is not there.", NOT_FOUND)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",  # RFC 6266
            # An app's file is never a page of ours, whatever it says it is.
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(file.content, OK, headers, kind_of(file).mimetype)


async def _content(request: Request) -> bytes:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if isinstance(part, UploadFile):
                return await part.read()
    return b""
