"""What is in an export: a Markdown file to read for each mentoring and one for oneself, and all of it once more as JSON.

The names of the files stand unencrypted in an archive, so they say nothing. Instants are in the person's own zone in the Markdown,
and in UTC in the JSON, whose form is described in docs/export.md and docs/export.schema.json.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from handlers.views import wordings
from handlers.views.text import capital, city, clean, date, full_name
from mentoring.agreement import Role
from mentoring.export import Edition, Export, Meeting, Mentoring, Rated
from mentoring.feedback import Shown
from mentoring.people import Person
from mentoring.secret import UNREADABLE, Secret

FORMAT, VERSION = "mentor-export", 1
ABOUT_YOU, AS_JSON = "you.md", "export.json"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
GIVEN = {
    "asked": "Asked, and not answered.",
    "skipped": "Skipped.",
    "expired": "Not given in time.",
    "withdrawn": "None, for the session was taken back, the mentoring ended first, or what was scored has gone since.",
    Shown.NOT_YET: "Not yet.",
    Shown.NONE: "No rating.",
}
"""How a rating reads without its score."""


def files(export: Export) -> dict[str, bytes]:
    """Return the files of an export by their names."""
    found = {ABOUT_YOU: _about_you(export)}
    for place, mentoring in enumerate(export.mentorings, start=1):
        found[f"mentoring-{place}.md"] = _mentoring(mentoring, export.person)
    encoded = {name: _text(lines) for name, lines in found.items()}
    return encoded | {AS_JSON: _json(as_json(export))}


def _text(lines: Iterable[str]) -> bytes:
    # Half of a surrogate pair, which JSON can carry, has no place in UTF-8.
    return ("\n".join(lines).strip() + "\n").encode("utf-8", "replace")


def _json(content: Mapping[str, Any]) -> bytes:
    # Here it has: what Python writes of it is just how JSON spells it.
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


# --- to read


def _about_you(export: Export) -> Iterator[str]:
    me = export.person
    yield f"# {full_name(me)}"
    yield f"\nEverything in Mentor that is yours or was released to you, on {_moment(export.made_at, me)}."
    count = len(export.mentorings)
    yield f"\nMentorings: {count}, each in a file of its own." if count else "\nThere is no mentoring."
    yield f"`{AS_JSON}` holds the same for programs."
    yield "\n## Accounts\n"
    for account in export.accounts:
        yield (
            f"- {_line(account.name)}: Slack user {account.user_id} of workspace {account.team_id}, "
            f"time zone {account.zone or 'unknown'}, language {account.locale or 'unknown'}"
        )
    yield "\n## Settings\n"
    days = ", ".join(DAYS[day] for day in sorted(me.hours.days))
    yield f"- Hours: {me.hours.start:%H:%M} to {me.hours.end:%H:%M} on {days}"
    yield f"- Time zone: {me.zone.key}, {'as you chose' if me.zone_chosen else 'as Slack has it'}"
    yield f"- Reminders: {_on(me.reminders)}"
    yield f"- Invitations: {_on(me.invitations)}"
    yield f"- Your texts are kept for {int(me.retention)} days after your last mentoring with someone"
    yield f"- Quiet until: {'not set' if me.muted_until is None else _moment(me.muted_until, me)}"


def _mentoring(mentoring: Mentoring, me: Person) -> Iterator[str]:
    other = _line(mentoring.other) or "someone"
    yield f"# Mentoring with {other}\n"
    yield f"- You: the {mentoring.role}"
    yield f"- Proposed by {'you' if mentoring.proposed_by_me else other} on {date(mentoring.proposed_at, me.zone)}"
    if mentoring.activated_at is not None:
        yield f"- Agreed on {date(mentoring.activated_at, me.zone)}"
    if mentoring.closed_at is not None:
        yield f"- {str(mentoring.outcome).capitalize()} on {date(mentoring.closed_at, me.zone)}"
    else:
        yield f"- Now: {mentoring.state}"
    yield "\n## The agreement"
    for edition in mentoring.editions:
        yield from _edition(edition, other, me)
    if mentoring.meetings:
        yield "\n## Sessions"
    for meeting in mentoring.meetings:
        yield from _meeting(meeting, mentoring.role, other, me)
    if mentoring.decisions:
        yield "\n## Your decisions"
    for decision in mentoring.decisions:
        yield from _quoted(date(decision.written_at, me.zone), decision.text)
    yield from _the_end(mentoring, other)


def _edition(edition: Edition, other: str, me: Person) -> Iterator[str]:
    terms = edition.terms
    author = "you" if edition.mine else other
    yield f"\n### Version {edition.number}, by {author}, {date(edition.sent_at, me.zone)}\n"
    yield f"- {capital(wordings.size(terms))}"
    yield f"- The rating is asked {wordings.DELAYS[terms.rating_after]}"
    yield f"- Early-end rule: {'two scores in a row of 2 or less' if wordings.has_rule(terms) else 'none'}"
    if terms.first_session is not None:
        yield f"- First session: {_moment(terms.first_session, me)}"
    for role, signed_at in (("mentee", edition.mentee_signed_at), ("mentor", edition.mentor_signed_at)):
        yield f"- Signed by the {role}: {'no' if signed_at is None else date(signed_at, me.zone)}"
    if edition.outcome is not None:
        yield f"- {edition.outcome.capitalize()}"
    yield from _quoted("Purpose", edition.purpose)
    yield from _quoted("Where you usually meet", terms.place)
    yield from _quoted(
        "You declined with" if edition.reply_is_mine else f"{other} declined with", edition.reply
    )


def _meeting(meeting: Meeting, role: Role, other: str, me: Person) -> Iterator[str]:
    called = "First talk" if meeting.talk else "Session"
    number = "" if meeting.number is None else f" {meeting.number}"
    yield f"\n### {called}{number}: {_moment(meeting.starts, me)}\n"
    yield f"{meeting.state.capitalize()}, {meeting.minutes} minutes."
    yield from _quoted("Place", meeting.place)
    if meeting.rating is not None:
        yield from _rating(meeting.rating, role, other)
    if meeting.impact is not None:
        yield from _quoted(
            f"What came of it{_shown_to(meeting.impact.shared, role, other)}", meeting.impact.text
        )
    if meeting.note is not None:
        yield from _quoted("Your notes", meeting.note.text)


def _rating(rating: Rated, role: Role, other: str) -> Iterator[str]:
    without = GIVEN.get(rating.state)
    score = _score(rating)
    said = " ".join(filter(None, (f"{score} of 5." if isinstance(score, int) else score, without)))
    sealed = "" if role is Role.MENTOR or rating.state != "answered" else _seal(rating, other)
    yield f"\nRating: {said or GIVEN[Shown.NONE]}{sealed}"
    if rating.words is not None:
        yield from _quoted(f"Words with it{_shown_to(bool(rating.words_shared), role, other)}", rating.words)


def _seal(rating: Rated, other: str) -> str:
    return f" {other} can see it." if rating.released else f" It is sealed: {other} can't see it."


def _shown_to(shared: bool, role: Role, other: str) -> str:
    if role is Role.MENTOR:
        return ""
    return f", for {other} too" if shared else ", for you alone"


def _the_end(mentoring: Mentoring, other: str) -> Iterator[str]:
    mine = mentoring.farewell
    go_on = None if mine is None or mine.go_on is None else mine.go_on.reveal()
    if mine is None and mentoring.thanks is None:
        return
    yield "\n## At the end"
    if mine is not None:
        yield from _quoted("Your look back", mine.review)
        yield from _quoted(f"Your thanks to {other}", mine.thanks)
    if go_on is not None:
        yield f"\nWould you go on together: {'yes' if go_on else 'no'}."
    yield from _quoted(f"Thanks from {other}", mentoring.thanks)


def _quoted(label: str, secret: Secret[str] | None) -> Iterator[str]:
    if secret is not None:
        yield f"\n{label}:\n"
        yield from (f"> {line}".rstrip() for line in secret.reveal().splitlines() or [""])


def _moment(moment: datetime, me: Person) -> str:
    local, where = moment.astimezone(me.zone), city(me.zone)
    return f"{local:%A} {date(moment, me.zone)}, {local:%H:%M} {where if where == 'UTC' else f'in {where}'}"


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _on(wanted: bool) -> str:
    return "on" if wanted else "off"


# --- for programs


def as_json(export: Export) -> dict[str, Any]:
    """Return the export as docs/export.schema.json describes it."""
    me = export.person
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": _utc(export.made_at),
        "you": {
            "name": me.name,
            "accounts": [
                {
                    "team_id": account.team_id,
                    "user_id": account.user_id,
                    "name": account.name,
                    "zone": account.zone,
                    "locale": account.locale,
                }
                for account in export.accounts
            ],
            "settings": _settings(me),
        },
        "mentorings": [_mentoring_json(mentoring) for mentoring in export.mentorings],
    }


def _settings(me: Person) -> dict[str, Any]:
    return {
        "zone": me.zone.key if me.zone_chosen else None,
        "hours": {
            "start": f"{me.hours.start:%H:%M}",
            "end": f"{me.hours.end:%H:%M}",
            "days": [DAYS[day].lower() for day in sorted(me.hours.days)],
        },
        "reminders": me.reminders,
        "invitations": me.invitations,
        "texts_kept_days": int(me.retention),
        "quiet_until": _utc(me.muted_until),
    }


def _mentoring_json(mentoring: Mentoring) -> dict[str, Any]:
    mine = mentoring.farewell
    go_on = None if mine is None or mine.go_on is None else mine.go_on.reveal()
    return {
        "role": str(mentoring.role),
        "other": mentoring.other,
        "proposed_by": _whose(mentoring.proposed_by_me),
        "proposed_at": _utc(mentoring.proposed_at),
        "state": str(mentoring.state),
        "outcome": None if mentoring.outcome is None else str(mentoring.outcome),
        "agreed_at": _utc(mentoring.activated_at),
        "closed_at": _utc(mentoring.closed_at),
        "terms": [_edition_json(edition) for edition in mentoring.editions],
        "meetings": [_meeting_json(meeting) for meeting in mentoring.meetings],
        "decisions": [
            {"text": decision.text.reveal(), "written_at": _utc(decision.written_at)}
            for decision in mentoring.decisions
        ],
        "end": {
            "review": _said(None if mine is None else mine.review),
            "thanks": _said(None if mine is None else mine.thanks),
            "go_on": go_on,
            "thanks_from_other": _said(mentoring.thanks),
        },
    }


def _edition_json(edition: Edition) -> dict[str, Any]:
    terms = edition.terms
    return {
        "number": edition.number,
        "by": _whose(edition.mine),
        "sent_at": _utc(edition.sent_at),
        "sessions": terms.sessions,
        "minutes": terms.minutes,
        "cadence": str(terms.cadence),
        "rating_after": str(terms.rating_after),
        "early_end_rule": terms.early_end,
        "first_session": _utc(terms.first_session),
        "place": _said(terms.place),
        "purpose": _said(edition.purpose),
        "mentee_signed_at": _utc(edition.mentee_signed_at),
        "mentor_signed_at": _utc(edition.mentor_signed_at),
        "outcome": None if edition.outcome is None else str(edition.outcome),
        "reply": _said(edition.reply),
        "reply_by": None if edition.reply is None else _whose(edition.reply_is_mine),
    }


def _meeting_json(meeting: Meeting) -> dict[str, Any]:
    rating, impact, note = meeting.rating, meeting.impact, meeting.note
    return {
        "kind": "first_talk" if meeting.talk else "session",
        "number": meeting.number,
        "state": str(meeting.state),
        "starts": _utc(meeting.starts),
        "minutes": meeting.minutes,
        "place": _said(meeting.place),
        "rating": None
        if rating is None
        else {
            "state": "released" if rating.state == Shown.SCORE else str(rating.state),
            "released": rating.released,
            "score": _score(rating),
            "words": _said(rating.words),
            "words_shared": rating.words_shared,
        },
        "impact": None
        if impact is None
        else {
            "text": impact.text.reveal(),
            "shared": impact.shared,
            "written_at": _utc(impact.written_at),
        },
        "note": None if note is None else {"text": note.text.reveal(), "written_at": _utc(note.written_at)},
    }


def _score(rating: Rated) -> int | str | None:
    if rating.unreadable:
        return UNREADABLE
    return None if rating.score is None else int(rating.score.reveal())


def _said(secret: Secret[str] | None) -> str | None:
    return None if secret is None else secret.reveal()


def _whose(mine: bool) -> str:
    return "me" if mine else "other"


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
