"""The files of an export and the archive they come in: what they say, what their form is, and that they open again."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pyzipper  # type: ignore[import-untyped]  # it has no types
from jsonschema import Draft202012Validator

from handlers.archive import BITS, CONSONANTS, GROUPS, VOWELS, archive, new_passphrase
from handlers.views.export_files import as_json, files
from mentoring.agreement import Role, Terms
from mentoring.calendar import WorkingHours
from mentoring.closing import Farewell
from mentoring.decisions import Decision
from mentoring.export import Account, Came, Edition, Export, Meeting, Mentoring, Rated
from mentoring.ids import AgreementId, DecisionId, NoteId, SessionId
from mentoring.notes import Note
from mentoring.people import Retention
from mentoring.secret import LOST, Secret
from tests.mentoring.conftest import TOM

SCHEMA = Path(__file__).parents[2] / "docs" / "export.schema.json"
NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)
SENT = datetime(2026, 11, 2, 10, tzinfo=UTC)
STARTS = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)
A_WEEK = timedelta(days=7)

EDITION = Edition(
    number=1,
    mine=True,
    sent_at=SENT,
    terms=Terms(place=Secret("the tea room"), first_session=STARTS),
    purpose=Secret("To lead\nwithout shouting"),
    mentee_signed_at=SENT,
    mentor_signed_at=SENT + timedelta(days=1),
    outcome=None,
)
CHANGE = replace(
    EDITION,
    number=2,
    mine=False,
    terms=Terms(sessions=1, early_end=False),
    purpose=None,
    mentor_signed_at=None,
    outcome="declined",
    reply=Secret("let us keep five"),
    reply_is_mine=True,
)
TALK = Meeting(True, None, "held", STARTS - A_WEEK, 60, None)
AS_MENTOR = Mentoring(
    role=Role.MENTOR,
    other="Anna *Bright*\n# x",
    proposed_by_me=True,
    proposed_at=SENT,
    state="closed",
    outcome="ended",
    activated_at=SENT + timedelta(days=1),
    closed_at=NOW - A_WEEK,
    editions=(EDITION, CHANGE),
    meetings=(
        TALK,
        Meeting(
            False,
            1,
            "held",
            STARTS,
            75,
            Secret("by the window"),
            Rated("score", True, Secret(4), Secret("it helped"), True),
            Came(Secret("I spoke first"), True, SENT),
            Note(NoteId("n"), AgreementId("a"), SessionId("s"), TOM.id, Secret("ask her"), SENT),
        ),
        Meeting(False, 2, "held", STARTS + A_WEEK, 75, None, Rated("not_yet", False)),
        Meeting(False, 3, "held", STARTS + 2 * A_WEEK, 75, None, Rated("none", False)),
        Meeting(False, None, "cancelled", STARTS + 3 * A_WEEK, 75, None),
    ),
    decisions=(),
    farewell=Farewell(TOM.id, SENT, Secret("a look back"), Secret("thank you"), Secret(True)),
    thanks=Secret("her thanks"),
)
AS_MENTEE = Mentoring(
    role=Role.MENTEE,
    other="Maya Okafor",
    proposed_by_me=False,
    proposed_at=SENT,
    state="active",
    outcome=None,
    activated_at=SENT,
    closed_at=None,
    editions=(replace(EDITION, mine=False, terms=Terms(), purpose=LOST),),
    meetings=(
        Meeting(
            False,
            1,
            "held",
            STARTS,
            75,
            None,
            Rated("answered", True, Secret(5), Secret("for both"), True),
            Came(Secret("kept"), False, SENT),
        ),
        Meeting(
            False,
            2,
            "held",
            STARTS + A_WEEK,
            75,
            None,
            Rated("answered", False, Secret(1), Secret("for me"), False),
        ),
        Meeting(False, 3, "held", STARTS + 2 * A_WEEK, 75, None, Rated("skipped", False, Secret(2))),
        Meeting(False, 4, "held", STARTS + 3 * A_WEEK, 75, None, Rated("asked", False)),
        Meeting(
            False,
            5,
            "held",
            STARTS + 4 * A_WEEK,
            75,
            None,
            Rated("answered", True, None, LOST, False, unreadable=True),
        ),
    ),
    decisions=(Decision(DecisionId("d"), AgreementId("a"), TOM.id, Secret("leave at five"), SENT),),
    farewell=None,
    thanks=None,
)
ACCOUNT = Account("T1", "UTOM", "Tom Reed", "Europe/London", "en-GB")
EVERYTHING = Export(TOM, (ACCOUNT, Account("T2", "UT", "Tom", None, None)), NOW, (AS_MENTOR, AS_MENTEE))


def read(name: str, export: Export = EVERYTHING) -> str:
    return files(export)[name].decode()


# --- to read


def test_there_is_a_file_for_each_mentoring_and_one_for_oneself() -> None:
    assert list(files(EVERYTHING)) == ["you.md", "mentoring-1.md", "mentoring-2.md", "export.json"]
    alone = replace(EVERYTHING, mentorings=())
    assert list(files(alone)) == ["you.md", "export.json"]
    assert "\n\nThere is no mentoring.\n`export.json`" in read("you.md", alone)


def test_accounts_and_settings_are_in_a_file_of_their_own() -> None:
    assert (
        read("you.md")
        == """\
# Tom Reed

Everything in Mentor that is yours or was released to you, on Sunday 20 December 2026, 12:00 in London.

Mentorings: 2, each in a file of its own.
`export.json` holds the same for programs.

## Accounts

- Tom Reed: Slack user UTOM of workspace T1, time zone Europe/London, language en-GB
- Tom: Slack user UT of workspace T2, time zone unknown, language unknown

## Settings

- Hours: 09:00 to 17:00 on Monday, Tuesday, Wednesday, Thursday, Friday
- Time zone: Europe/London, as Slack has it
- Reminders: on
- Invitations: on
- Your texts are kept for 90 days after your last mentoring with someone
- Quiet until: not set
"""
    )


def test_other_settings_read_otherwise() -> None:
    chosen = replace(
        TOM,
        zone_chosen=True,
        reminders=False,
        invitations=False,
        retention=Retention.MONTH,
        muted_until=NOW,
        hours=WorkingHours(time(8), time(12), frozenset({5})),
    )
    settings = read("you.md", replace(EVERYTHING, person=chosen)).partition("## Settings\n\n")[2]
    assert (
        settings
        == """\
- Hours: 08:00 to 12:00 on Saturday
- Time zone: Europe/London, as you chose
- Reminders: off
- Invitations: off
- Your texts are kept for 30 days after your last mentoring with someone
- Quiet until: Sunday 20 December 2026, 12:00 in London
"""
    )


def test_the_mentors_file_reads_from_the_terms_to_the_end() -> None:
    assert (
        read("mentoring-1.md")
        == """\
# Mentoring with Anna *Bright* # x

- You: the mentor
- Proposed by you on 2 November 2026
- Agreed on 3 November 2026
- Ended on 13 December 2026

## The agreement

### Version 1, by you, 2 November 2026

- Up to 5 sessions of 75 minutes, every two weeks
- The rating is asked two days later
- Early-end rule: two scores in a row of 2 or less
- First session: Tuesday 10 November 2026, 16:30 in London
- Signed by the mentee: 2 November 2026
- Signed by the mentor: 3 November 2026

Purpose:

> To lead
> without shouting

Where you usually meet:

> the tea room

### Version 2, by Anna *Bright* # x, 2 November 2026

- 1 session of 75 minutes
- The rating is asked two days later
- Early-end rule: none
- Signed by the mentee: 2 November 2026
- Signed by the mentor: no
- Declined

You declined with:

> let us keep five

## Sessions

### First talk: Tuesday 3 November 2026, 16:30 in London

Held, 60 minutes.

### Session 1: Tuesday 10 November 2026, 16:30 in London

Held, 75 minutes.

Place:

> by the window

Rating: 4 of 5.

Words with it:

> it helped

What came of it:

> I spoke first

Your notes:

> ask her

### Session 2: Tuesday 17 November 2026, 16:30 in London

Held, 75 minutes.

Rating: Not yet.

### Session 3: Tuesday 24 November 2026, 16:30 in London

Held, 75 minutes.

Rating: No rating.

### Session: Tuesday 1 December 2026, 16:30 in London

Cancelled, 75 minutes.

## At the end

Your look back:

> a look back

Your thanks to Anna *Bright* # x:

> thank you

Would you go on together: yes.

Thanks from Anna *Bright* # x:

> her thanks
"""
    )


def test_the_mentees_file_says_of_each_rating_where_it_stands() -> None:
    text = read("mentoring-2.md")

    assert text.startswith("""\
# Mentoring with Maya Okafor

- You: the mentee
- Proposed by Maya Okafor on 2 November 2026
- Agreed on 2 November 2026
- Now: active

## The agreement
""")
    assert "Purpose:\n\n> (can't be read)\n" in text
    assert (
        text.partition("## Sessions\n")[2]
        == """
### Session 1: Tuesday 10 November 2026, 16:30 in London

Held, 75 minutes.

Rating: 5 of 5. Maya Okafor can see it.

Words with it, for Maya Okafor too:

> for both

What came of it, for you alone:

> kept

### Session 2: Tuesday 17 November 2026, 16:30 in London

Held, 75 minutes.

Rating: 1 of 5. It is sealed: Maya Okafor can't see it.

Words with it, for you alone:

> for me

### Session 3: Tuesday 24 November 2026, 16:30 in London

Held, 75 minutes.

Rating: 2 of 5. Skipped.

### Session 4: Tuesday 1 December 2026, 16:30 in London

Held, 75 minutes.

Rating: Asked, and not answered.

### Session 5: Tuesday 8 December 2026, 16:30 in London

Held, 75 minutes.

Rating: (can't be read) Maya Okafor can see it.

Words with it, for you alone:

> (can't be read)

## Your decisions

2 November 2026:

> leave at five
"""
    )


def test_a_rating_that_was_withdrawn_or_has_gone_says_so() -> None:
    gone = replace(AS_MENTEE.meetings[0], rating=Rated("withdrawn", False))
    text = read("mentoring-1.md", replace(EVERYTHING, mentorings=(replace(AS_MENTEE, meetings=(gone,)),)))

    assert (
        "\nRating: None, for the session was taken back, the mentoring ended first, or what was scored has gone since.\n"
        in text
    )


def test_the_others_sentence_with_a_decline_is_told_apart() -> None:
    theirs = replace(CHANGE, reply_is_mine=False)
    text = read("mentoring-1.md", replace(EVERYTHING, mentorings=(replace(AS_MENTEE, editions=(theirs,)),)))

    assert "\nMaya Okafor declined with:\n\n> let us keep five\n" in text


def test_an_empty_line_and_half_a_surrogate_pair_are_no_obstacle() -> None:
    odd = replace(AS_MENTEE, thanks=Secret("one\n\n\ud800 two"), other=" ")
    one = replace(EVERYTHING, mentorings=(odd,))

    assert read("mentoring-1.md", one).endswith("Thanks from someone:\n\n> one\n>\n> ? two\n")
    assert json.loads(read("export.json", one))["mentorings"][0]["end"]["thanks_from_other"] == (
        "one\n\n\ud800 two"
    )


# --- for programs


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(SCHEMA.read_text())


def problems(schema: Any, content: Any) -> list[str]:
    return [f"{one.json_path}: {one.message}" for one in Draft202012Validator(schema).iter_errors(content)]


def test_the_schema_is_one_and_describes_what_is_written(schema: Any) -> None:
    Draft202012Validator.check_schema(schema)
    content = json.loads(read("export.json"))

    assert problems(schema, content) == []
    assert content == as_json(EVERYTHING)


@pytest.mark.parametrize("path", [("you", "settings", "hours"), ("mentorings", 0, "meetings", 1, "rating")])
def test_the_schema_lets_nothing_more_in_and_nothing_be_left_out(
    schema: Any, path: tuple[str | int, ...]
) -> None:
    content = json.loads(read("export.json"))
    place = content
    for step in path:
        place = place[step]
    place["more"] = 1
    assert len(problems(schema, content)) == 1
    place.clear()
    assert len(problems(schema, content)) >= 1


def test_the_json_holds_the_same() -> None:
    content = as_json(EVERYTHING)

    assert content["you"]["settings"] == {
        "zone": None,
        "hours": {
            "start": "09:00",
            "end": "17:00",
            "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        },
        "reminders": True,
        "invitations": True,
        "texts_kept_days": 90,
        "quiet_until": None,
    }
    mine, hers = content["mentorings"]
    assert mine["terms"][1]["reply"] == "let us keep five"
    assert (mine["terms"][0]["reply_by"], mine["terms"][1]["reply_by"]) == (None, "me")
    assert mine["terms"][0]["first_session"] == "2026-11-10T16:30:00Z"
    assert mine["end"] == {
        "review": "a look back",
        "thanks": "thank you",
        "go_on": True,
        "thanks_from_other": "her thanks",
    }
    assert [meeting["rating"] for meeting in mine["meetings"]] == [
        None,
        {"state": "released", "released": True, "score": 4, "words": "it helped", "words_shared": True},
        {"state": "not_yet", "released": False, "score": None, "words": None, "words_shared": None},
        {"state": "none", "released": False, "score": None, "words": None, "words_shared": None},
        None,
    ]
    assert mine["meetings"][1]["note"] == {"text": "ask her", "written_at": "2026-11-02T10:00:00Z"}
    assert hers["meetings"][4]["rating"]["score"] == "(can't be read)"
    assert hers["decisions"] == [{"text": "leave at five", "written_at": "2026-11-02T10:00:00Z"}]


# --- the archive


def test_the_archive_opens_with_its_passphrase_and_holds_exactly_the_files() -> None:
    passphrase, written = new_passphrase(), files(EVERYTHING)
    with pyzipper.AESZipFile(io.BytesIO(archive(written, passphrase, NOW))) as zipped:
        zipped.setpassword(passphrase.reveal().encode())

        assert {name: zipped.read(name) for name in zipped.namelist()} == written
        assert zipped.testzip() is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("", "requires a password"), ("lusab-babad-gutih-tugad-lusab-babad-gutih", "Bad password")],
)
def test_it_does_not_open_with_another_or_without_one(wrong: str, said: str) -> None:
    made = archive(files(EVERYTHING), new_passphrase(), NOW)
    with pyzipper.AESZipFile(io.BytesIO(made)) as zipped:
        zipped.setpassword(wrong.encode())
        with pytest.raises(RuntimeError, match=said):
            zipped.read("you.md")
    with zipfile.ZipFile(io.BytesIO(made)) as plain, pytest.raises(RuntimeError, match="encrypted"):
        plain.read("you.md")


def test_its_listing_says_nothing_but_neutral_names_sizes_and_when_it_was_made() -> None:
    made = archive(files(EVERYTHING), new_passphrase(), NOW)
    listed = zipfile.ZipFile(io.BytesIO(made)).infolist()

    assert [entry.filename for entry in listed] == [
        "you.md",
        "mentoring-1.md",
        "mentoring-2.md",
        "export.json",
    ]
    # A checksum of what is inside would tell short texts; AE-2 has none.
    assert {entry.CRC for entry in listed} == {0}
    assert {entry.date_time for entry in listed} == {(2026, 12, 20, 12, 0, 0)}
    assert {entry.comment for entry in listed} == {b""}
    assert [word for word in (b"Anna", b"Tom", b"Maya", b"shouting") if word in made] == []


def test_a_changed_archive_does_not_open() -> None:
    passphrase = new_passphrase()
    made = bytearray(archive({"you.md": bytes(range(256))}, passphrase, NOW))
    made[200] ^= 1
    with pyzipper.AESZipFile(io.BytesIO(bytes(made))) as zipped:
        zipped.setpassword(passphrase.reveal().encode())
        with pytest.raises(pyzipper.BadZipFile, match="Bad HMAC check"):
            zipped.read("you.md")


def test_what_cannot_be_told_where_a_clock_is_reads_as_utc() -> None:
    unknown = replace(EVERYTHING, person=replace(TOM, zone=ZoneInfo("UTC"), zone_known=False))

    assert "on Sunday 20 December 2026, 12:00 UTC.\n" in read("you.md", unknown)


def test_a_passphrase_is_long_enough_and_can_be_read_aloud() -> None:
    some = {new_passphrase() for _ in range(200)}

    group = f"[{CONSONANTS}][{VOWELS}][{CONSONANTS}][{VOWELS}][{CONSONANTS}]"
    assert len(some) == 200
    assert all(re.fullmatch(f"{group}(-{group}){{6}}", one.reveal()) for one in some)
    assert len(CONSONANTS) ** (3 * GROUPS) * len(VOWELS) ** (2 * GROUPS) == 2**BITS
    assert BITS >= 100
    letters = "".join(one.reveal() for one in some)
    assert {letter for letter in CONSONANTS + VOWELS if letter not in letters} == set()
    assert str(new_passphrase()) == "(secret)"
