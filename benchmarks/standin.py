"""A stand-in for Slack's Web API that answers at once, so that a benchmark measures the bot and not Slack."""

import json
import socket
import threading
from typing import Any
from urllib.parse import parse_qs

Json = dict[str, Any]
ANSWER = json.dumps({"ok": True, "view": {"id": "V1"}, "channel": {"id": "D1"}, "ts": "1.2"}).encode()
RESPONSE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
    + str(len(ANSWER)).encode()
    + b"\r\n\r\n"
    + ANSWER
)


class StandIn:
    """Says yes to every call, and keeps the last view and the last sentence for a ``response_url`` that came, by whose it was.

    Whose: what comes after the last dot of a ``trigger_id``, after the first letter of a view's id, or last in a ``response_url``.
    """

    def __init__(self) -> None:
        self.views: dict[str, Json] = {}
        self.told: dict[str, str] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/api/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                self._keep(*_request(connection))
                connection.sendall(RESPONSE)

    def _keep(self, path: str, body: bytes) -> None:
        try:
            given = json.loads(body)
        except ValueError:
            given = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        if "/response/" in path:
            # What is told is told to one alone; a "response_type" it has in any case.
            self.told[path.rpartition("/")[2]] = given.get("text", "")
        elif (view := given.get("view")) is not None:
            whose = given.get("trigger_id", "").rpartition(".")[2] or given.get("view_id", "")[1:]
            self.views[whose] = json.loads(view) if isinstance(view, str) else view


def _request(connection: socket.socket) -> tuple[str, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].decode()
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    length = next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return path, body
