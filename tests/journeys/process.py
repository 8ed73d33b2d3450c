"""``mentor run`` as a process of its own: quickly, for tests, and as an operator starts it.

Most of a start is imports. So tests fork the bot off a process that has imported everything already
(docs.python.org/3/library/multiprocessing.html, "Contexts and start methods"); a kill ends it as it ends any other process.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from bot.cli import app

ROOT = Path(__file__).parent.parent.parent
STARTED = multiprocessing.get_context("forkserver")
STARTED.set_forkserver_preload(["bot.cli", "bot.serving", "storage.opening"])


class Process(Protocol):
    """A process that runs, or has."""

    @property
    def pid(self) -> int: ...

    @property
    def alive(self) -> bool: ...

    def terminate(self) -> None:
        """Ask it to end, as an operator does."""

    def kill(self) -> None:
        """End it at once, as a power cut does."""

    def wait(self, seconds: float) -> int:
        """Return its exit code; TimeoutError if it has not ended within so many seconds."""
        ...


class Forked:
    """The bot, forked. ``home`` is its working directory; what it says goes to the end of ``log_file``."""

    def __init__(
        self,
        home: Path,
        environment: Mapping[str, str],
        log_file: Path,
        run: Callable[[Path, Mapping[str, str], Path], None] | None = None,
    ) -> None:
        self._process = STARTED.Process(target=run or _run, args=(home, environment, log_file), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        if self._process.pid is None:
            raise RuntimeError("it has not begun")
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float) -> int:
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise TimeoutError(f"process {self.pid} does not end")
        return self._process.exitcode


class Command:
    """The bot by its command, as ``Forked`` otherwise."""

    def __init__(self, home: Path, environment: Mapping[str, str], log_file: Path) -> None:
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"],
                cwd=home,
                env={**environment, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float) -> int:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"process {self.pid} does not end") from None


def _run(home: Path, environment: Mapping[str, str], log_file: Path) -> None:
    """``mentor run``, in the process that this is called in."""
    redirected(home, environment, log_file)
    app(["run"])


def redirected(home: Path, environment: Mapping[str, str], log_file: Path) -> None:
    """Make this process one that was started in ``home``, with this environment, saying what it says to ``log_file``."""
    os.chdir(home)
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for given, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(given, standard)
