"""The container, compose.yml and the systemd unit: what of them can be checked where no engine runs."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from bot.figures import Figures
from bot.health import Health
from bot.health_http import listening
from bot.settings import Settings
from tests.bot.conftest import free_port
from tests.bot.test_health import Broken

ROOT = Path(__file__).parent.parent
FLOORS = {"bot", "handlers", "storage", "mentoring", "playground"}
STATE = "/var/lib/mentor"


def stages() -> list[str]:
    """Return the Dockerfile's stages, without comments and with long lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    return re.split(r"^(?=FROM )", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]


def steps(stage: str, word: str) -> list[str]:
    return re.findall(rf"^{word}\s+(.+)$", stage, re.MULTILINE)


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())
    return read


def unit() -> dict[str, list[str]]:
    """Return the systemd unit's lines by their names."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r"^(\w+)=(.*)$", (ROOT / "deploy/mentor.service").read_text(), re.MULTILINE
    ):
        found.setdefault(name, []).append(value)
    return found


# --- the image


def test_the_image_is_built_from_all_floors_and_nothing_else_gets_near_it() -> None:
    build, _ = stages()
    copied = {name for line in steps(build, "COPY") for name in line.split()[:-1]}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert {"pyproject.toml", "constraints.txt", "manifest.yml", *FLOORS} <= copied
    assert all((ROOT / name).exists() for name in copied)
    assert ignored[1] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert any(fnmatch("bot/.env", line) for line in ignored[2:])


def test_the_image_is_run_by_a_user_that_owns_nothing_but_the_data() -> None:
    _, run = stages()

    assert steps(run, "USER") == ["10001:10001"]
    assert steps(run, "WORKDIR") == [STATE]
    assert f"--owner=mentor --group=mentor --mode=0700 {STATE} {STATE}/data" in run
    assert [json.loads(line) for word in ("ENTRYPOINT", "CMD") for line in steps(run, word)] == [
        ["mentor"],
        ["run"],
    ]
    assert "--chown" not in run


def test_what_the_image_sets_is_a_setting() -> None:
    _, run = stages()
    known = {name.upper() for name in Settings.model_fields}
    names = set(re.findall(r"(\w+)=", steps(run, "ENV")[0]))

    assert names - known == {"PATH", "HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def test_the_health_check_needs_no_program_and_tells_the_well_from_the_unwell() -> None:
    _, run = stages()
    [check] = re.findall(r"CMD (\[\"python\".*\])", run)
    command = [sys.executable, *json.loads(check)[1:]]
    figures, port = Figures(lambda: seconds), free_port()
    health = Health(Broken(ValueError()), figures)  # type: ignore[arg-type]  # nobody asks it
    seconds = 0.0
    figures.turned()

    def asked() -> int:
        done = subprocess.run(command, env={"HEALTH_PORT": str(port)}, capture_output=True, check=False)
        return done.returncode

    with listening(health, "HEALTH_PORT", port):
        assert asked() == 0
        seconds = 1000.0
        assert asked() == 1
    assert asked() == 1


# --- compose.yml


def test_in_compose_the_bot_can_write_its_data_alone() -> None:
    mentor = compose()["services"]["mentor"]

    assert mentor["read_only"] is True
    assert [volume.partition(":")[2] for volume in mentor["volumes"]] == [f"{STATE}/data"]
    assert mentor["cap_drop"] == ["ALL"]
    assert mentor["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in mentor


def test_compose_holds_no_secret_and_waits_for_the_database() -> None:
    services = compose()["services"]
    mentor, database = services["mentor"], services["database"]
    password = "${POSTGRES_PASSWORD:?is missing in .env}"

    assert mentor["env_file"] == ".env"
    assert mentor["environment"]["DATABASE_URL"] == f"postgresql+psycopg://mentor:{password}@database/mentor"
    assert database["environment"] == {
        "POSTGRES_USER": "mentor",
        "POSTGRES_DB": "mentor",
        "POSTGRES_PASSWORD": password,
    }
    assert mentor["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert database["healthcheck"]["test"][1] == "pg_isready"
    assert set(compose()["volumes"]) == {
        volume.partition(":")[0] for service in services.values() for volume in service["volumes"]
    }


# --- systemd


def test_the_unit_runs_the_bot_as_a_user_that_can_write_its_state_alone() -> None:
    lines = unit()

    assert lines["ExecStart"] == ["/opt/mentor/bin/mentor run"]
    assert (lines["User"], lines["StateDirectory"], lines["WorkingDirectory"]) == (
        ["mentor"],
        ["mentor"],
        [STATE],
    )
    assert (lines["ProtectSystem"], lines["CapabilityBoundingSet"], lines["UMask"]) == (
        ["strict"],
        [""],
        ["0077"],
    )
    assert "ReadWritePaths" not in lines


def test_the_unit_starts_it_again_when_it_fails_and_lets_it_finish() -> None:
    lines = unit()

    assert lines["Restart"] == ["on-failure"]
    assert int(lines["TimeoutStopSec"][0]) > 10
