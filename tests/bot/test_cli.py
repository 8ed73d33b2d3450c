"""The command line: sentences, exit codes, and a clean stop."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Protocol
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from bot.cli import app
from playground.server import Playground
from tests.journeys.driver import MANIFEST, ROOT

PATIENCE = 60
OPERATOR = {"MENTOR_OPERATOR": "Ada Marsh"}


class Start(Protocol):
    def __call__(self, *words: str, **given: str) -> subprocess.Popen[str]: ...


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start ``mentor`` as a process of its own, in an empty directory; what still runs is killed at the end."""
    with ExitStack() as stack:

        def run(*words: str, **given: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", *words],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **given},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield run


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


def test_version() -> None:
    result = CliRunner().invoke(app, ["version"])

    assert (result.exit_code, result.output) == (0, f"{version('mentor')}\n")


def test_an_unknown_word_is_a_wrong_use() -> None:
    assert CliRunner().invoke(app, ["dance"]).exit_code == 2


def test_a_wrong_setting_is_a_sentence_and_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTOR_PACE", "quick")

    for word in ("run", "playground", "migrate"):
        result = CliRunner().invoke(app, [word])

        assert result.exit_code == 1
        assert result.stderr == (
            "mentor: MENTOR_PACE is not valid: use a whole number of messages a minute, from 1 to 60000; 300 suits Slack.\n"
        )
    assert list(tmp_path.iterdir()) == []


def test_migrate_makes_a_database_and_then_has_nothing_to_do(start: Start, tmp_path: Path) -> None:
    assert ended(start("migrate"))[:2] == (0, "The database is migrated.\n")
    assert ended(start("migrate"))[:2] == (0, "The database is up to date.\n")
    assert (tmp_path / "data" / "playground.db").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_without_tokens_it_runs_in_a_playground_and_stops_cleanly(
    start: Start, tmp_path: Path, how: signal.Signals
) -> None:
    process = start("run")
    assert process.stdout is not None
    said = process.stdout.readline()
    with urlopen(f"{address(process)}/playground/state", timeout=PATIENCE) as state:
        assert b'"bot_connected":true' in state.read()

    assert (
        said
        == "No Slack tokens are set, so Mentor runs in a playground: a Slack workspace on this machine.\n"
    )
    assert stopped(process, how) == 0
    names = {"keys", "playground.db", "playground.json"}
    assert names <= {file.name for file in (tmp_path / "data").iterdir()}


def test_a_second_bot_and_a_migration_beside_it_are_refused(start: Start) -> None:
    first = start("run")
    address(first)

    for word in ("run", "migrate"):
        code, _, said = ended(start(word))
        assert code == 1
        assert said == (
            "mentor: Another Mentor is using data/playground.db. Please stop it first, or name another database in "
            "DATABASE_URL.\n"
        )
    code, _, said = ended(start("playground"))
    assert (code, said) == (
        1,
        "mentor: A playground already runs here, with data/playground.json. Stop it first.\n",
    )
    assert stopped(first, signal.SIGTERM) == 0


def test_the_playground_alone_prints_how_to_join_it_and_shows_the_same_after_a_restart(start: Start) -> None:
    printed = []
    for _ in range(2):
        process = start("playground")
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        printed.append(dict(line.rstrip().split("=", 1) for line in lines[1:]))
        assert stopped(process, signal.SIGTERM) == 0
    first, second = printed
    assert list(first) == ["SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert first["SLACK_BOT_TOKEN"] == second["SLACK_BOT_TOKEN"]


def test_a_taken_port_is_said_and_the_next_one_tried(start: Start) -> None:
    with ExitStack() as stack:
        with suppress(OSError):  # it is taken already
            stack.enter_context(socket.create_server(("127.0.0.1", 4390)))
        process = start("playground")
        assert int(address(process).rpartition(":")[2]) > 4390
        process.send_signal(signal.SIGTERM)

        assert "Port 4390 is taken; trying the next.\n" in ended(process)[2]


def test_with_tokens_it_joins_that_slack(start: Start, slack: Playground) -> None:
    process = start("run", **in_slack(slack))
    slack.wait_for_app()
    assert process.stdout is not None

    assert process.stdout.readline() == "Mentor is in the workspace Playground. Ctrl-C stops it.\n"
    assert stopped(process, signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"SLACK_BOT_TOKEN": "xoxb-wrong"},
            "SLACK_BOT_TOKEN is refused by Slack (invalid_auth): copy “Bot User OAuth Token” from "
            "https://api.slack.com/apps, your app, Install App; it begins with xoxb-.",
        ),
        (
            {"SLACK_APP_TOKEN": "xapp-wrong"},
            "SLACK_APP_TOKEN is refused by Slack (invalid_auth): make one with the scope connections:write at "
            "https://api.slack.com/apps, your app, Basic Information, App-Level Tokens; it begins with xapp-.",
        ),
    ],
)
def test_a_wrong_token_is_one_sentence(
    start: Start, slack: Playground, given: dict[str, str], said: str
) -> None:
    code, _, err = ended(start("run", **in_slack(slack, **given)))

    assert (code, err.splitlines()[-1]) == (1, f"mentor: {said}")


def test_a_database_that_cannot_be_opened_is_one_sentence(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, said = ended(start("run", DATABASE_URL=f"sqlite:///{tmp_path}/file/mentor.db"))

    assert code == 1
    assert said.startswith(f"mentor: {tmp_path}/file/mentor.db can't be opened: ")


def test_without_a_network_it_says_so_once_and_joins_when_there_is_one(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", **OPERATOR}
    process = start("run", SLACK_API_URL=f"http://127.0.0.1:{port}/api/", **given)
    assert process.stderr is not None
    while "can't be reached" not in (line := process.stderr.readline()):
        assert line, ended(process)
    assert line.endswith("Slack can't be reached (ConnectionRefusedError). I keep trying; Ctrl-C stops me.\n")

    with Playground(MANIFEST, port=port, rates=False):
        # It is another Slack's token by then, so it is refused; but it was asked again.
        code, _, said = ended(process)

    assert code == 1
    assert "can't be reached" not in said
    assert said.startswith("mentor: SLACK_BOT_TOKEN is refused by Slack (invalid_auth)")


def test_waiting_for_a_network_can_be_broken_off(start: Start) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", **OPERATOR}
    process = start("run", SLACK_API_URL="http://127.0.0.1:1/api/", **given)
    assert process.stderr is not None
    while "can't be reached" not in (line := process.stderr.readline()):
        assert line, ended(process)

    assert stopped(process, signal.SIGINT) == 0
