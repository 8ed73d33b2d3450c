"""The container, compose.yml and the systemd unit: what of them can be checked where no engine runs."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
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
    assert all(
        any(fnmatch(f"bot/{name}", line) for line in ignored[2:])
        for name in (".env", ".env.old", ".ruff_cache")
    )


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


def test_a_wheel_holds_every_file_that_is_no_module() -> None:
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    there = {
        file.relative_to(ROOT)
        for floor in FLOORS
        for file in (ROOT / floor).rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"} and not re.search(r"/\.", str(file))
    }
    taken = {
        file.relative_to(ROOT)
        for floor, patterns in packed.items()
        for pattern in patterns
        for file in (ROOT / floor).glob(pattern)
    }

    assert there - taken == {Path("handlers/views/ruff.toml")}


def test_every_container_that_is_told_of_can_write_its_volume_alone_and_hears_a_stop() -> None:
    told = [
        line.removeprefix("#").split()
        for name in ("Dockerfile", "docs/operations.md")
        for line in (ROOT / name).read_text().splitlines()
        if re.match(r"(#\s+)?docker run .*", line)
    ]
    lasting = [words for words in told if "--rm" not in words]

    assert (len(told), len(lasting)) == (6, 2)
    assert all(f"mentor:{STATE}/data" in words for words in told)
    assert all({"--init", "--read-only", "--tmpfs"} <= set(words) for words in lasting)
    assert compose()["services"]["mentor"]["init"] is True


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


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_understands_the_unit_and_finds_it_confined(tmp_path: Path) -> None:
    text = (ROOT / "deploy/mentor.service").read_text()
    there = tmp_path / "mentor.service"
    there.write_text(text.replace("/opt/mentor/bin/mentor", sys.executable))

    def analyzed(*words: str) -> tuple[int, str]:
        command: list[str | Path] = ["systemd-analyze", *words, there]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert analyzed("verify") == (0, "")
    # Tenths of what it calls exposure, of 100; those of the network are among them.
    assert analyzed("security", "--offline=true", "--threshold=20", "--no-pager")[0] == 0
