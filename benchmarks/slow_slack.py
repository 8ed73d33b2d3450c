"""A stand-in for Slack's Web API, in a process of its own, that takes its time and counts the messages that it was given."""

import json
import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from urllib.parse import parse_qs

SOMEBODY = {"real_name": "P", "tz": "Europe/London", "locale": "en-GB", "profile": {"real_name": "P"}}
ANSWER = json.dumps({"ok": True, "channel": "D1", "ts": "1.2", "user": SOMEBODY}).encode()
SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 120.0


@dataclass(frozen=True)
class Slow:
    """Where it is, and how to hear from it."""

    url: str
    told: Connection

    def wait(self) -> set[str]:
        """Return to whom it was given the next so many messages, once it has answered them all."""
        if not self.told.poll(PATIENCE):
            raise TimeoutError("the messages don't come")
        channels: set[str] = self.told.recv()
        return channels


@contextmanager
def slow(latency: float, messages: int) -> Iterator[Slow]:
    """Give one that answers after so many seconds, and tells each time that it has answered so many messages more."""
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=serve, args=(there, latency, messages), daemon=True)
    process.start()
    try:
        yield Slow(here.recv(), here)
    finally:
        process.kill()


def serve(told: Connection, latency: float, messages: int) -> None:
    """Answer until killed."""
    channels: list[str] = []
    never, lock = threading.Event(), threading.Lock()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if latency:
                never.wait(latency)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)
            if self.path.endswith("/chat.postMessage"):
                with lock:
                    channels.append(_channel(body))
                    if len(channels) == messages:
                        told.send(set(channels))
                        channels.clear()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    told.send(f"http://127.0.0.1:{server.server_port}/api/")
    server.serve_forever()


def _channel(body: str) -> str:
    """Slack's client posts blocks as JSON, and a plain text as a form."""
    return str(json.loads(body)["channel"]) if body.startswith("{") else parse_qs(body)["channel"][0]
