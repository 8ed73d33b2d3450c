"""A stand-in for Slack's Web API that answers at once, so that a benchmark measures the bot and not Slack."""

import json
import socket
import threading
from typing import Any
from urllib.parse import parse_qs

ANSWER = json.dumps({"ok": True, "view": {"id": "V1"}, "channel": {"id": "D1"}, "ts": "1.2"}).encode()
RESPONSE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
    + str(len(ANSWER)).encode()
    + b"\r\n\r\n"
    + ANSWER
)


class StandIn:
    """Says yes to every call, and keeps the last view and the last sentence for a ``response_url`` that came."""

    def __init__(self) -> None:
        self.view: dict[str, Any] = {}
        self.told = ""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/api/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                self._keep(_body(connection))
                connection.sendall(RESPONSE)

    def _keep(self, body: bytes) -> None:
        try:
            given = json.loads(body)
        except ValueError:
            given = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        self.told = given.get("text", "") if "response_type" in given else ""
        if (view := given.get("view")) is not None:
            self.view = json.loads(view) if isinstance(view, str) else view


def _body(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    length = next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return body
