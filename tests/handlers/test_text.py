"""Words on Slack's surface: odd texts stay what they are, moments name weekday and zone, forms are read back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock

from handlers.ids import Action, Form
from handlers.profiles import profile_of
from handlers.views import forms, text
from mentoring.ids import AccountId, PersonId
from mentoring.people import Person
from mentoring.refusal import NotFound, Refused
from mentoring.secret import Secret
from playground.blockkit import check_blocks, check_view
from tests.handlers.stage import payload_of, words

MOMENT = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)


def someone(zone: str = "Europe/London", name: str = "Tom Reed") -> Person:
    return Person(
        PersonId("p"), AccountId("a"), "T1", "U1", name, zone=ZoneInfo(zone), zone_known=zone != "UTC"
    )


# --- moments


@pytest.mark.parametrize(
    ("zones", "shown"),
    [
        (["Europe/London"], "Tuesday 1 December, 16:30 in London"),
        (
            ["Europe/London", "America/New_York"],
            "Tuesday 1 December, 16:30 in London · 11:30 in New York",
        ),
        (
            ["America/New_York", "Europe/London"],
            "Tuesday 1 December, 11:30 in New York · 16:30 in London",
        ),
        (
            ["Europe/London", "Australia/Sydney"],
            "Tuesday 1 December, 16:30 in London · Wednesday 2 December, 03:30 in Sydney",
        ),
        (["Europe/London", "Europe/London"], "Tuesday 1 December, 16:30 in London"),
        (["Europe/London", "Europe/Lisbon"], "Tuesday 1 December, 16:30 in London and Lisbon"),
        (["UTC", "America/Argentina/Buenos_Aires"], "Tuesday 1 December, 16:30 UTC · 13:30 in Buenos Aires"),
    ],
)
def test_a_moment_names_weekday_and_zone_and_both_where_they_differ(zones: list[str], shown: str) -> None:
    assert text.when(MOMENT, *map(someone, zones)) == shown


def test_dates() -> None:
    assert text.day(MOMENT, ZoneInfo("Asia/Tokyo")) == "2 December"
    assert text.date(MOMENT, ZoneInfo("Europe/London")) == "1 December 2026"


def test_someone_without_a_zone_is_told_once_slack_has_been_asked() -> None:
    nobody = someone("UTC")
    assert text.zone_unknown(nobody) is None
    assert text.zone_unknown(replace(nobody, checked_at=MOMENT)) == (
        "Slack doesn't tell me your time zone, so your times are in UTC."
    )
    assert text.zone_unknown(replace(someone(), checked_at=MOMENT)) is None


# --- odd texts


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("a\u0000b\u0007c\u001b[31m", "abc[31m"),
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
        ("\u202egnirts\u202c \u2066x\u2069", "gnirts x"),
        ("مرحبا & <!channel> <@U1> &lt; *b* 🎉", "مرحبا & <!channel> <@U1> &lt; *b* 🎉"),
        ("lone \ud800 surrogate", "lone  surrogate"),
    ],
)
def test_controls_go_and_everything_else_stays(written: str, drawn: str) -> None:
    assert text.clean(written) == drawn
    (block,) = text.quote(Secret(written))
    assert words(block.to_dict()) == drawn.strip()


@pytest.mark.parametrize("written", ["&" * 3000, "\u0000", "", "x" * 3000, "🎉" * 3000])
def test_any_text_is_drawn_as_slack_takes_it(written: str) -> None:
    assert check_blocks([block.to_dict() for block in text.quote(Secret(written))], "modal") == []


@given(st.text(max_size=300))
def test_whatever_a_name_is_slack_takes_what_is_drawn_of_it(given_name: str) -> None:
    person = someone(name=given_name)
    first = text.name(person)
    blocks = [
        text.paragraph(f"Hello {first}: `{text.full_name(person)}`", heading="Who"),
        text.small(f"By {first}"),
        ActionsBlock(
            elements=[text.button(f"Read {first}", Action.READ, "x", label_for_readers=given_name or "x")]
        ),
    ]

    assert len(first) <= text.LONGEST_NAME
    assert "\n" not in first
    assert check_blocks([block.to_dict() for block in blocks], "message") == []


def test_names_stand_in_sentences_as_they_are() -> None:
    assert text.name(someone(name="")) == "Someone"
    assert text.full_name(someone(name="  Tom \n Reed ")) == "Tom Reed"
    assert text.name(someone(name="<!channel>")) == "<!channel>"
    assert text.escaped("<!channel> & co") == "&lt;!channel&gt; &amp; co"


def test_backticks_are_typed_text() -> None:
    block = text.paragraph("Say `/mentor help` now.").to_dict()

    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "Say "},
        {"type": "text", "text": "/mentor help", "style": {"code": True}},
        {"type": "text", "text": " now."},
    ]


def test_a_button_says_to_readers_what_its_label_leaves_open() -> None:
    plain = text.button("Undo", Action.UNDO_CLOSE, "x").to_dict()
    long = text.button("R" * 100, Action.READ, "x", style="primary", label_for_readers="L" * 100).to_dict()

    assert plain["accessibility_label"] == "Undo"
    assert (len(long["text"]["text"]), len(long["accessibility_label"]), long["style"]) == (75, 75, "primary")


# --- forms


def form() -> Any:
    return forms.modal(
        "A form",
        [
            forms.person_input("who", "Who?", chosen="U1"),
            forms.radio("role", "Role", {"a": "A", "b": "B" * 100}, chosen="b"),
            forms.select("cadence", "Cadence", {"x": "X"}, chosen="gone"),
            forms.moment_input("starts", "Starts", initial=MOMENT, optional=True),
            forms.text_input(
                "text", "Text", lines=True, initial=Secret("kept"), placeholder="…", hint="Hint"
            ),
        ],
        Form.START,
        submit="Send",
        ids=forms.pack(agreement="a1", version=3),
    )


def test_a_form_is_read_back_as_it_was_drawn() -> None:
    view = form()
    body = payload_of(view, {})
    values = body["state"]["values"]

    assert check_view(view.to_dict()) == []
    assert (forms.user_of(values, "who"), forms.choice_of(values, "role")) == ("U1", "b")
    assert (forms.choice_of(values, "cadence"), forms.instant_of(values, "starts")) == (None, MOMENT)
    assert (forms.text_of(values, "text"), forms.secret_of(values, "text")) == ("kept", Secret("kept"))
    assert forms.unpack(body) == {"agreement": "a1", "version": "3"}


@pytest.mark.parametrize("values", [{}, {"f": {}}, {"f": {"f": {}}}, {"f": {"f": {"value": None}}}])
def test_what_is_not_there_reads_as_nothing(values: Any) -> None:
    assert forms.text_of(values, "f") == ""
    assert forms.secret_of(values, "f") is None
    assert forms.choice_of(values, "f") is None
    assert forms.user_of(values, "f") is None
    assert forms.instant_of(values, "f") is None


@pytest.mark.parametrize("seconds", ["soon", -1, 10**12, 1.5, []])
def test_what_is_no_moment_is_refused(seconds: Any) -> None:
    with pytest.raises(Refused, match=r"^Please choose a date and a time\.$") as refusal:
        forms.instant_of({"f": {"f": {"selected_date_time": seconds}}}, "f")
    assert refusal.value.at == "f"


@pytest.mark.parametrize("packed", [None, "", "not json", "[]", "5", '"x"'])
def test_a_window_without_our_ids_claims_nothing(packed: str | None) -> None:
    claims = forms.unpack({"private_metadata": packed})

    assert claims == {}
    with pytest.raises(NotFound):
        claims["agreement"]


@pytest.mark.parametrize("field", ["value", "selected_user", "selected_option"])
def test_entries_of_another_shape_read_as_nothing(field: str) -> None:
    values = {"f": {"f": {field: ["odd"]}}}

    assert forms.text_of(values, "f") == ""
    assert forms.user_of(values, "f") is None
    assert forms.choice_of(values, "f") is None


# --- profiles


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"name": "tom", "real_name": "Tom", "profile": {"real_name": "Tom Reed"}}, "Tom Reed"),
        ({"name": "tom", "real_name": "Tom R"}, "Tom R"),
        ({"name": "tom", "profile": {"display_name": "Tommy"}}, "Tommy"),
        ({"name": "tom"}, "tom"),
        ({}, "Someone"),
    ],
)
def test_a_profile_has_the_best_name_there_is(user: dict[str, Any], name: str) -> None:
    profile = profile_of(user)

    assert (profile.name, profile.zone, profile.active, profile.is_bot) == (name, None, True, False)


def test_a_profile_tells_zone_and_whether_it_is_someone() -> None:
    told = profile_of({"tz": "Europe/London", "locale": "en-GB", "deleted": True, "is_bot": True})

    assert (told.zone, told.locale, told.active, told.is_bot) == ("Europe/London", "en-GB", False, True)
    assert profile_of({"id": "USLACKBOT"}).is_bot
