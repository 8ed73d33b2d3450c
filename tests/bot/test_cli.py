"""The command line: sentences, exit codes, and a clean stop."""

import json
import re
import shutil
import signal
import socket
import subprocess
import threading
from contextlib import ExitStack, suppress
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from filelock import FileLock

from bot import cli
from bot.starting import CannotStart
from playground.server import Playground
from storage import opening
from tests.bot.commands import OPERATOR, PATIENCE, Start, address, ended, in_slack, invoke, stopped
from tests.bot.conftest import wait_until
from tests.journeys.process import ROOT, STARTED


def test_version() -> None:
    assert invoke("version") == (0, f"{version('mentor')}\n", "")


def test_an_unknown_word_is_a_wrong_use() -> None:
    assert invoke("dance")[0] == 2


def test_commands_of_other_files_are_listed_and_meant_like_those_of_this_one() -> None:
    code, said, _ = invoke("--help")

    assert code == 0
    assert re.findall(r"^│ ([a-z][a-z-]*)  ", said, re.MULTILINE) == [
        *("run", "playground", "migrate", "version"),
        *("doctor", "backup", "restore", "copy-database", "export", "keys"),
    ]
    assert "Did you mean 'restore'?" in invoke("resotre")[2]


@pytest.mark.parametrize("word", ["run", "playground", "migrate"])
def test_a_wrong_setting_is_a_sentence_and_exit_code_1(
    here: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setenv("MENTOR_PACE", "quick")

    assert invoke(word) == (
        1,
        "",
        "mentor: MENTOR_PACE is not valid: use a whole number of messages a minute, from 1 to 60000; 300 suits Slack.\n",
    )
    assert list(here.iterdir()) == []


def test_migrate_makes_a_database_and_then_has_nothing_to_do(here: Path) -> None:
    assert invoke("migrate")[:2] == (0, "The database is migrated.\n")
    assert invoke("migrate")[:2] == (0, "The database is up to date.\n")
    assert (here / "data" / "playground.db").exists()


@pytest.mark.parametrize("word", ["run", "migrate"])
def test_a_second_bot_and_a_migration_beside_it_are_refused(here: Path, word: str) -> None:
    with opening.opened("sqlite:///data/playground.db"):
        assert invoke(word) == (
            1,
            "",
            "mentor: Another Mentor is using data/playground.db. Please stop it first, or name another database in "
            "DATABASE_URL.\n",
        )


def test_a_second_playground_in_one_place_is_refused(here: Path) -> None:
    (here / "data").mkdir()
    with FileLock(here / "data" / "playground.lock"):
        assert invoke("playground") == (
            1,
            "",
            "mentor: A playground already runs here, with data/playground.json. Stop it first.\n",
        )


def test_a_playground_without_a_place_to_keep_it_is_one_sentence(here: Path) -> None:
    (here / "data").touch()

    assert invoke("playground") == (1, "", "mentor: data/playground.json can't be opened: File exists.\n")


def test_a_file_that_holds_no_playground_is_one_sentence(here: Path) -> None:
    (here / "data").mkdir()
    (here / "data" / "playground.json").write_text("{}")

    assert invoke("playground")[::2] == (
        1,
        "mentor: data/playground.json does not hold a workspace; remove it to begin a new one.\n",
    )


def test_a_database_that_cannot_be_opened_is_one_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "file").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{here}/file/mentor.db")
    code, _, said = invoke("run")

    assert code == 1
    assert said.startswith(f"mentor: {here}/file/mentor.db can't be opened: ")


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
    here: Path, monkeypatch: pytest.MonkeyPatch, slack: Playground, given: dict[str, str], said: str
) -> None:
    for name, value in in_slack(slack, **given).items():
        monkeypatch.setenv(name, value)
    code, _, err = invoke("run")

    assert (code, err.splitlines()[-1]) == (1, f"mentor: {said}")


def test_without_tokens_it_runs_in_a_playground_until_ctrl_c(start: Start, tmp_path: Path) -> None:
    process = start("run")
    assert process.stdout is not None
    said = process.stdout.readline()
    with urlopen(f"{address(process)}/playground/state", timeout=PATIENCE) as state:
        assert b'"bot_connected":true' in state.read()

    assert (
        said
        == "No Slack tokens are set, so Mentor runs in a playground: a Slack workspace on this machine.\n"
    )
    assert stopped(process, signal.SIGINT) == 0
    names = {"keys", "playground.db", "playground.json"}
    assert names <= {file.name for file in (tmp_path / "data").iterdir()}


NOT_AT_ONCE = {
    "alembic",
    "bot.backups",
    "bot.doctor",
    "bot.health_http",
    "handlers.gallery",
    "icalendar",
    "playground",
    "psycopg",
    "pyzipper",
    "rich.progress",
    "starlette",
    "uvicorn",
    "yaml",
}
"""What a bot does without that makes a SQLite database and joins Slack by a websocket; each is there for others."""


def imported(process: subprocess.Popen[str], until: str) -> set[str]:
    """Return what a process with PYTHONPROFILEIMPORTTIME has imported when it logs so (docs.python.org/3/using/cmdline.html)."""
    assert process.stderr is not None
    modules: set[str] = set()
    for line in process.stderr:
        if until in line:
            return modules
        if found := re.match(r"import time: .*\| +([\w.]+)$", line):
            modules.add(found[1])
    raise AssertionError(ended(process))


def test_with_tokens_it_joins_that_slack_until_it_is_told_to_stop(start: Start, slack: Playground) -> None:
    process = start("run", HTTPS_PROXY="http://127.0.0.1:1", PYTHONPROFILEIMPORTTIME="1", **in_slack(slack))
    modules = imported(process, until="Connected to workspace")
    assert modules & {"bot.serving", "storage.upgrade", *NOT_AT_ONCE} == {"bot.serving", "storage.upgrade"}
    slack.wait_for_app()
    assert process.stdout is not None

    assert process.stdout.readline() == "Mentor is in the workspace Playground. Ctrl-C stops it.\n"
    assert stopped(process, signal.SIGTERM) == 0


def test_without_slack_for_good_it_ends_with_a_sentence_and_exit_code_1() -> None:
    lost = threading.Event()
    lost.set()
    with pytest.raises(CannotStart) as told, cli._until_stopped() as ending:
        cli._wait(ending, lost)

    assert told.value.sentence == (
        "Slack has gone silent and can't be reached any more. Start Mentor again, or let a supervisor do it: "
        "it waits for Slack then."
    )


def hang(seconds: float, code: int) -> None:
    """Begin to stop, and never end."""
    cli.Ending(seconds).begin(code)
    threading.Event().wait()


@pytest.mark.parametrize("code", [0, 1])
def test_what_never_ends_is_ended_with_the_exit_code_that_it_was_to_have(code: int) -> None:
    process = STARTED.Process(target=hang, args=(0.05, code), daemon=True)
    process.start()
    process.join(10)

    assert process.exitcode == code


def test_the_playground_alone_prints_how_to_join_it_and_shows_the_same_after_a_restart(start: Start) -> None:
    def is_taken() -> bool:
        with suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", 4390)))
            return True
        return False

    with ExitStack() as stack:
        # Another test may have it for a moment; whoever has it all this time is no test, and keeps it.
        with suppress(AssertionError):
            wait_until(is_taken)
        printed = []
        for _ in range(2):
            process = start("playground")
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(4)]
            process.send_signal(signal.SIGTERM)
            code, _, err = ended(process)
            assert code == 0
            assert "Port 4390 is taken; trying the next.\n" in err
            printed.append(dict(line.rstrip().split("=", 1) for line in lines[1:]))
    first, second = printed
    assert list(first) == ["SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert urlsplit(first["SLACK_API_URL"]).port in range(4391, 4400)
    assert first["SLACK_BOT_TOKEN"] == second["SLACK_BOT_TOKEN"]


def as_a_wheel_does(site: Path, *data: str) -> None:
    """Put the packages into ``site`` with a record of these files, and none of the sources' top."""
    about = site / f"mentor-{version('mentor')}.dist-info"
    about.mkdir(parents=True)
    for floor in ["bot", "handlers", "storage", "mentoring", "playground"]:
        (site / floor).symlink_to(ROOT / floor)
    (about / "METADATA").write_text(f"Metadata-Version: 2.4\nName: mentor\nVersion: {version('mentor')}\n")
    (about / "RECORD").write_text("".join(f"{file},,\n" for file in data))


def test_from_a_wheel_the_playground_finds_the_manifest(start: Start, tmp_path: Path) -> None:
    as_a_wheel_does(tmp_path / "lib/site-packages", "../../share/mentor/manifest.yml")
    (tmp_path / "share/mentor").mkdir(parents=True)
    shutil.copy(ROOT / "manifest.yml", tmp_path / "share/mentor")
    process = start("playground", PYTHONPATH=str(tmp_path / "lib/site-packages"))

    with urlopen(f"{address(process)}/playground/state", timeout=PATIENCE) as state:
        assert b'"command":"/mentor"' in state.read()
    assert stopped(process, signal.SIGTERM) == 0


def test_without_a_manifest_the_playground_says_what_is_missing(start: Start, tmp_path: Path) -> None:
    as_a_wheel_does(tmp_path / "site-packages")

    assert ended(start("playground", PYTHONPATH=str(tmp_path / "site-packages"))) == (
        1,
        "",
        "mentor: manifest.yml is missing. Install Mentor again.\n",
    )


def test_waiting_for_a_network_can_be_broken_off_and_a_machine_can_read_every_line(start: Start) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    process = start("run", SLACK_API_URL="http://127.0.0.1:1/api/", LOG_FORMAT="json", **tokens, **OPERATOR)
    assert process.stderr is not None
    while "can't be reached" not in (line := process.stderr.readline()):
        assert line, ended(process)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)

    waiting = "Slack can't be reached (ConnectionRefusedError). I keep trying; Ctrl-C stops me."
    assert json.loads(line)["message"] == waiting
    assert (code, out) == (0, "")
    assert [json.loads(line)["message"] for line in err.splitlines()] == ["Stopped."]


def test_what_ends_the_bot_is_a_line_of_its_log_where_a_machine_reads_that(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///here.db")
    monkeypatch.setenv("LOG_FORMAT", "json")
    taken = "Another Mentor is using here.db. Please stop it first, or name another database in DATABASE_URL."
    with FileLock(here / "here.db.lock"):
        code, out, err = invoke("run")
        by_hand = invoke("migrate")

    [line] = map(json.loads, err.splitlines())
    assert (code, out, line["level"], line["message"]) == (1, "", "ERROR", taken)
    assert by_hand == (1, "", f"mentor: {taken}\n")
