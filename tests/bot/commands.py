"""``mentor`` on a command line: in this process, and as a process of its own."""

import gc
import re
import signal
import subprocess
from typing import Protocol

from typer.testing import CliRunner

from bot.cli import app
from playground.server import Playground

PATIENCE = 60
OPERATOR = {"MENTOR_OPERATOR": "Ada Marsh"}


class Start(Protocol):
    def __call__(self, *words: str, **given: str) -> subprocess.Popen[str]: ...


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return the exit code and what the process said on stdout and stderr."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def stopped(process: subprocess.Popen[str], how: signal.Signals) -> int:
    process.send_signal(how)
    return ended(process)[0]


def address(process: subprocess.Popen[str]) -> str:
    """Return the page's address, once the process prints it."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError(ended(process))


def in_slack(slack: Playground, **given: str) -> dict[str, str]:
    tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    return {"SLACK_API_URL": slack.api_url, **tokens, **OPERATOR, **given}


def invoke(*words: str) -> tuple[int, str, str]:
    """Run ``mentor`` in this process; return the exit code and what it said on stdout and stderr."""
    result = CliRunner().invoke(app, words)
    # `run` keeps what is there once it has imported everything out of collections: of a bot's process that is no garbage.
    gc.unfreeze()
    return result.exit_code, result.stdout, result.stderr
