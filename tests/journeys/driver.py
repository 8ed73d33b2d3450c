"""The bot as a separate process beside a playground in the test's own: started, killed, restarted, and read."""

import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from playground.server import Playground
from tests.journeys.process import ROOT, Forked, Process

MANIFEST: Mapping[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
READY = 30.0
LOOKS = 60
"""How often, within ``READY``, it is looked whether the process has ended instead."""
STOP = 10.0
"""Within these seconds it ends, whatever it is in: supervisors kill after that."""
LOOK_SECONDS = 0.02


class Bot:
    """``mentor run`` against a playground, with a database of its own that outlives each process.

    Args:
        slack: the playground that it joins.
        home: the directory for its database, keys and log.
        begin: how its processes begin.
        settings: further settings, or others than these.
    """

    def __init__(
        self,
        slack: Playground,
        home: Path,
        begin: Callable[[Path, Mapping[str, str], Path], Process] = Forked,
        /,
        **settings: str,
    ) -> None:
        self._begin = begin
        self._slack = slack
        self._home = home
        self._process: Process | None = None
        self.log_file = home / "bot.log"
        self.database = home / "mentor.db"
        self._settings = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "MENTOR_OPERATOR": "Ada Marsh, ada@example.org",
            # The clock is moved, not waited for: weeks of messages go out within seconds.
            "MENTOR_PACE": "60000",
            "LOG_LEVEL": "DEBUG",
            **settings,
        }

    def start(self) -> None:
        """Start it, and return once its websocket is open and it runs on the playground's clock.

        Raises:
            RuntimeError: it ended instead; the message holds its log.
        """
        self._process = self._begin(self._home, {**os.environ, **self._settings}, self.log_file)
        for _ in range(LOOKS):
            try:
                self._slack.wait_for_app(READY / LOOKS)
                return self._slack.wait_for_clock(READY)
            except TimeoutError:
                if not self._process.alive:
                    break
        self._process.kill()
        self._process.wait(STOP)
        self._process = None
        raise RuntimeError(f"The bot did not join:\n{self.log}")

    def stop(self) -> int:
        """Stop it as an operator does, and return its exit code."""
        self.ask_to_stop()
        code = self._running().wait(STOP)
        self._gone()
        return code

    def ask_to_stop(self) -> None:
        """Send the signal, as an operator does, and don't wait."""
        self._running().terminate()

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        process = self._running()
        process.kill()
        process.wait(STOP)
        self._gone()

    def died(self, seconds: float) -> bool:
        """Wait until it has ended by itself, at most so many seconds; return whether it has."""
        process, until, never = self._running(), time.monotonic() + seconds, threading.Event()
        while process.alive and time.monotonic() < until:
            never.wait(LOOK_SECONDS)
        if process.alive:
            return False
        process.wait(STOP)
        self._gone()
        return True

    @property
    def home(self) -> Path:
        """The directory that it works in."""
        return self._home

    @property
    def pid(self) -> int:
        return self._running().pid

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def end(self) -> None:
        """Stop it if it runs."""
        if self._process is not None:
            self.stop()

    def wait_for(self, line: str, seconds: float = READY) -> None:
        """Wait until the log holds ``line``.

        Raises:
            TimeoutError: it did not within so many seconds.
        """
        until, never = time.monotonic() + seconds, threading.Event()
        while line not in self.log:
            if time.monotonic() > until:
                raise TimeoutError(f"{line!r} is not in the log:\n{self.log}")
            never.wait(LOOK_SECONDS)

    @property
    def url(self) -> str:
        """Where its database is."""
        return self._settings["DATABASE_URL"]

    @property
    def memory(self) -> float:
        """The process's resident memory in megabytes (proc_pid_status(5), VmRSS)."""
        status = Path(f"/proc/{self._running().pid}/status").read_text()
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        if found is None:
            raise RuntimeError("the process has no memory")
        return int(found[1]) / 1024

    @property
    def log(self) -> str:
        """All that it has logged and said so far, over all its starts."""
        return self.log_file.read_text("utf-8") if self.log_file.exists() else ""

    @property
    def troubles(self) -> list[str]:
        """The lines logged as errors, and tracebacks."""
        return re.findall(r"^.*(?: ERROR | CRITICAL |Traceback).*$", self.log, re.MULTILINE)

    def _gone(self) -> None:
        """Wait until the playground has noticed, so that the next gesture does not go to a websocket that is dead."""
        self._process = None
        self._slack.wait_for_no_app(STOP)

    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError("the bot is not running")
        return self._process
