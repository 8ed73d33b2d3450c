"""The log: in two forms, and without content whatever the level."""

import io
import json
import logging
import threading

import pytest

from bot import log

pytestmark = pytest.mark.usefixtures("log_as_before")


def fail() -> None:
    raise ValueError("canary")


def fail_because() -> None:
    try:
        fail()
    except ValueError as error:
        raise RuntimeError("canary") from error


def fail_instead() -> None:
    try:
        fail()
    except ValueError:
        raise RuntimeError("canary") from None


def logged(form: str, level: str = "INFO") -> str:
    out = io.StringIO()
    log.set_up(level, "json" if form == "json" else "text", out)
    try:
        fail_because()
    except RuntimeError:
        logging.getLogger("bot.test").exception("It failed (reference %s).", "1f2e")
    return out.getvalue()


def test_text_is_a_line_with_its_moment_and_the_frames_of_an_error_without_its_words() -> None:
    lines = logged("text").splitlines()

    assert lines[0][4] == "-"
    assert lines[0].endswith("Z ERROR bot.test: It failed (reference 1f2e).")
    assert [line for line in lines if line.startswith("builtins.")] == [
        "builtins.RuntimeError",
        "builtins.ValueError",
    ]
    assert "canary" not in "\n".join(line for line in lines if "raise " not in line)


def test_json_is_one_object_a_line() -> None:
    body = json.loads(logged("json"))

    assert list(body) == ["time", "level", "logger", "message", "trace"]
    assert (body["level"], body["logger"], body["message"]) == (
        "ERROR",
        "bot.test",
        "It failed (reference 1f2e).",
    )


def test_libraries_stay_at_info_even_when_all_else_is_debug() -> None:
    out = io.StringIO()
    log.set_up("DEBUG", "text", out)

    for name in ("slack_sdk", "slack_sdk.web", "slack_bolt.App", "sqlalchemy.engine", "alembic", "filelock"):
        logging.getLogger(name).debug("canary")
    logging.getLogger("sqlalchemy.engine.Engine").info("canary")
    logging.getLogger("bot.test").debug("heard")

    assert "canary" not in out.getvalue()
    assert "heard" in out.getvalue()


def test_what_the_websocket_cannot_read_is_not_quoted() -> None:
    """slack_sdk warns of a frame that continues another with the whole of it, be it half a submission."""
    out = io.StringIO()
    log.set_up("DEBUG", "text", out)

    logging.getLogger("slack_sdk").warning("Received an unsupported data frame (payload: canary)")
    logging.getLogger("slack_sdk").error("heard")

    assert "canary" not in out.getvalue()
    assert "heard" in out.getvalue()


def test_what_ends_a_thread_is_logged_without_its_words() -> None:
    out = io.StringIO()
    log.set_up("INFO", "json", out)

    thread = threading.Thread(target=fail, name="some thread")
    thread.start()
    thread.join()

    body = json.loads(out.getvalue())
    assert body["message"] == "The thread some thread ended by an error."
    assert body["trace"].startswith("builtins.ValueError\n")
    assert "canary" not in body["trace"].replace('raise ValueError("canary")', "")


def test_an_error_without_its_context_shows_none() -> None:
    with pytest.raises(RuntimeError) as error:
        fail_instead()

    kinds = [line for line in log.trace(error.value).splitlines() if line.startswith("builtins.")]
    assert kinds == ["builtins.RuntimeError"]
