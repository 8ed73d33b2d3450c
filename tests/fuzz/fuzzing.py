"""One run: so many payloads of a world, changed by a seed, with what was found."""

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.bench import Bench, Outcome, Way
from tests.fuzz.mutations import Pool, mutated, spoilt
from tests.fuzz.recording import Recorded
from tests.fuzz.slack import Json

RESTORED_EVERY = 20
"""Payloads after which the world is as it was: what one of them saved is met by some of the next."""
FAILURES = ("expired_trigger_id", "ratelimited", "internal_error", "not_found")
SHOWN = 1_500
"""Characters of a payload in a report."""
ENOUGH = 10
"""Findings after which a run ends."""


@dataclass
class Report:
    """What a run has come to."""

    world: str
    seed: int
    sent: int = 0
    reached: int = 0
    saved: int = 0
    found: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


def fuzz(bench: Bench, recorded: list[Recorded], report: Report, cases: int) -> None:
    """Send so many changed payloads, by both ways in, and write down in the report what must not be."""
    rng = Random(f"{report.world}/{report.seed}")  # noqa: S311 - it chooses examples
    pool = Pool([one.body for one in recorded])
    written = [json.dumps(one.body) for one in recorded]
    for number in range(cases):
        if number % RESTORED_EVERY == 0:
            bench.restore()
        which = rng.randrange(len(recorded))
        one = recorded[which]
        way: Way = rng.choice(("websocket", "http"))
        if rng.random() < 0.2:
            label, sent = "spoilt", spoilt(rng, written[which])
            outcome = _send_text(bench, one, sent, way)
        else:
            label, body = mutated(rng, written[which], pool)
            fails = rng.choice(FAILURES) if rng.random() < 0.03 else None
            sent = json.dumps(body)
            outcome = bench.send(one.kind, body, way, fails=fails)
        _count(report, outcome)
        if outcome.problems:
            report.kinds[outcome.problems[0]] += 1
            report.found.append(
                f"world {report.world}, seed {report.seed}, number {number}, {one.kind} by {way}, {label}:\n"
                + "\n".join(f"  {problem[:600]}" for problem in outcome.problems)
                + f"\n  {_short(one.body)}\n  {sent[:SHOWN]}"
            )
            bench.restore()
            if len(report.found) >= ENOUGH:
                return


def _send_text(bench: Bench, one: Recorded, text: str, way: Way) -> Outcome:
    if way == "websocket":
        return bench.send_frame(one.kind, text)
    return bench.send_text(one.kind, text)


def _count(report: Report, outcome: Outcome) -> None:
    report.sent += 1
    report.reached += outcome.reached
    report.saved += outcome.saved


def _short(body: Json) -> str:
    actions = [(one["action_id"], one.get("value")) for one in body.get("actions", [])]
    return f"was: {body.get('type')} {body.get('command', '')} {body.get('text', '')} {actions} {body.get('view', {}).get('callback_id', '')}"
