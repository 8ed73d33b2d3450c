"""The bot without Slack: a real database, a clock that is moved, and people whose gestures go straight to the handlers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.views import View

from bot.drawn import digest, may_change
from handlers import clock, messages
from handlers.deps import Deps
from handlers.gestures import Answer, Gesture, Handler, Place, Show, Tell
from handlers.views.block_kit import as_json
from handlers.views.text import Message
from mentoring import proposals
from mentoring.agreement import Agreement, Role, Terms
from mentoring.due import Due, Kind
from mentoring.ids import AgreementId, SessionId, new_id
from mentoring.operator import Operator
from mentoring.people import Person, Profile
from mentoring.secret import Secret
from playground.blockkit import check_blocks, check_view
from storage import agreements, outbox, people
from storage.database import Database, Tx

TEAM = "T0001"
LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=LONDON).astimezone(UTC)
"""When every test begins: a Monday, 14:00 in London, 09:00 in New York."""
PURPOSE = "Learn to lead without shouting."
INTRODUCTION = (
    "I'm Mentor. I look after one-to-one mentoring: a clear agreement, a limited number of sessions, honest private feedback "
    "and a good ending. What you write with me stays within your pair, and each of you sees only their part. "
    "Whoever runs me (Ruth of Example Community) could technically read what is stored; /mentor privacy says exactly who can "
    "read what."
)
"""What the first message to anyone says besides, as long as it stands."""


@dataclass(frozen=True)
class Delivered:
    """A message as someone got it, and as it was drawn again since. ``kind`` and ``subject`` are its due row's."""

    kind: Kind
    subject: str
    at: datetime
    message: Message
    row_id: str

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return as_json(self.message.blocks)  # type: ignore[no-any-return]

    @property
    def buttons(self) -> dict[str, str]:
        """Labels and values of the buttons, in order."""
        return buttons(self.blocks)


@dataclass(frozen=True)
class Seen:
    """Something that someone's Slack showed anew at an instant: a message, one that was drawn again, or Home."""

    user_id: str
    at: datetime
    what: str
    text: str


@dataclass
class Stage:
    """The database, the moved clock, what was delivered, and what each one's Slack has shown, in order."""

    database: Database
    now: datetime = MONDAY
    inbox: dict[str, list[Delivered]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    lived: tuple[object, ...] = ()
    """The scenes behind it, by which others can be where it is: see ``company.Scenes``."""

    def __post_init__(self) -> None:
        self.deps = Deps(self.database, lambda: self.now, "/mentor", Operator("Ruth of Example Community"))
        self.posts = 0

    def someone(self, user_id: str, name: str, zone: ZoneInfo | None, **profile: Any) -> "Someone":
        """Introduce a person whom Slack knows and the bot has looked up."""
        told = Profile(
            name, zone.key if zone else None, "en-GB", **{"active": True, "is_bot": False, **profile}
        )
        self.profiles[user_id] = told
        with self.database.writing() as tx:
            people.learn(tx, team_id=TEAM, user_id=user_id, profile=told, now=self.now)
        return Someone(self, user_id)

    def look_up(self, user_id: str) -> Profile | None:
        """Answer as Slack's ``users.info``; None for someone it does not know."""
        self.asked.append(user_id)
        return self.profiles.get(user_id)

    def pass_time(self, to: datetime | timedelta) -> None:
        """Move the clock, stopping at everything due on the way, and deliver it."""
        target = self.now + to if isinstance(to, timedelta) else to.astimezone(UTC)
        self.deliver()
        while (due := self._next_due()) is not None and due <= target:
            self.now = max(due, self.now)
            self.deliver()
        self.now = target

    def _next_due(self) -> datetime | None:
        with self.database.reading() as tx:
            return outbox.next_due(tx)

    def deliver(self) -> None:
        """Do and say everything that is due now, as delivery would."""
        while rows := self._claim():
            for row in rows:
                self._serve(row)

    def _claim(self) -> list[outbox.Row]:
        with self.database.writing() as tx:
            return outbox.claim(tx, self.now, limit=10)

    def _serve(self, row: outbox.Row) -> None:
        if row.due.kind is Kind.CLEAR_FILE:
            assert self.database.overwrite()
        with self.database.writing() as tx:
            match row.due.kind:
                case Kind.TURN if row.due.agreement_id is not None:
                    clock.turn(tx, row.due.agreement_id, self.now)
                    outbox.done(tx, row.id)
                case Kind.RETENTION:
                    again = clock.retention(tx, row, self.now)
                    if again is None:
                        outbox.done(tx, row.id)
                    else:
                        outbox.later(tx, row.id, again)
                case Kind.LOOKUP:
                    outbox.done(tx, row.id)
                case Kind.HOME if row.due.recipient is not None:
                    assert row.user_id is not None
                    home, fades_at = messages.draw_home(tx, row.due.recipient, self.deps, self.now)
                    assert check_view(home.to_dict()) == []
                    if row.user_id not in self.homes or words(self.homes[row.user_id]) != words(home):
                        self.seen.append(Seen(row.user_id, self.now, "Home", words(home)))
                    self.homes[row.user_id] = home
                    outbox.done(tx, row.id)
                    if fades_at is not None:
                        outbox.add(tx, Due(Kind.HOME, row.due.subject, fades_at, recipient=row.due.recipient))
                case Kind.REDRAW:
                    self._redraw(tx, row)
                case _:
                    self._send(tx, row)

    def _redraw(self, tx: Tx, row: outbox.Row) -> None:
        sent = outbox.row(tx, row.due.subject)
        assert sent is not None
        drawn = messages.draw(tx, sent, self.deps, self.now)
        if isinstance(drawn, Message):
            self._checked(drawn)
            assert row.user_id is not None
            shown = self.inbox[row.user_id]
            place = next(i for i, one in enumerate(shown) if one.row_id == sent.id)
            if digest(shown[place].message) != digest(drawn):
                self.seen.append(Seen(row.user_id, self.now, f"{sent.due.kind} again", read_aloud(drawn)))
            shown[place] = replace(shown[place], message=drawn)
            outbox.redrawn(tx, sent.id, live=may_change(drawn))
            self._fade(tx, sent, drawn)
        outbox.done(tx, row.id)

    def _send(self, tx: Tx, row: outbox.Row) -> None:
        drawn = messages.draw(tx, row, self.deps, self.now)
        match drawn:
            case messages.Later(at):
                outbox.later(tx, row.id, at)
            case messages.Drop():
                outbox.dropped(tx, row.id)
            case Message():
                assert row.user_id is not None
                self._checked(drawn)
                self.posts += 1
                self.seen.append(Seen(row.user_id, self.now, row.due.kind, read_aloud(drawn)))
                told = Delivered(row.due.kind, row.due.subject, self.now, drawn, row.id)
                self.inbox.setdefault(row.user_id, []).append(told)
                outbox.sent(
                    tx,
                    row.id,
                    channel=f"D{row.user_id}",
                    # Slack does not say where it puts a file.
                    ts=None if drawn.file else f"{self.posts}.000",
                    live=may_change(drawn),
                    now=self.now,
                )
                self._fade(tx, row, drawn)
                if drawn.introduces and row.due.recipient is not None:
                    outbox.introduces(tx, row.id)
                    people.greeted(tx, row.due.recipient)

    @staticmethod
    def _checked(drawn: Message) -> None:
        """Slack would take it, and its top-level text can be read alone."""
        blocks = as_json(drawn.blocks)
        assert blocks == [block.to_dict() for block in drawn.blocks]
        assert check_blocks(blocks, "message") == []
        assert drawn.text
        if drawn.file is not None:
            Stage._checked(drawn.file.instead)

    def _fade(self, tx: Tx, row: outbox.Row, drawn: Message) -> None:
        if drawn.fades_at is not None and drawn.fades_at > self.now:
            outbox.add(tx, Due(Kind.REDRAW, row.id, drawn.fades_at, row.due.agreement_id, row.due.recipient))


@dataclass(frozen=True)
class Someone:
    """One person in front of Slack."""

    stage: Stage
    user_id: str

    @property
    def person(self) -> Person:
        with self.stage.database.reading() as tx:
            known = people.by_account(tx, TEAM, self.user_id)
        assert known is not None
        return known

    @property
    def messages(self) -> list[Delivered]:
        """What the bot has sent, as it reads now; whatever is due is delivered first."""
        self.stage.deliver()
        return list(self.stage.inbox.get(self.user_id, []))

    def newest(self, kind: Kind) -> Delivered:
        """Return the newest message of a kind."""
        return next(one for one in reversed(self.messages) if one.kind is kind)

    def gesture(self, place: Place, value: str = "", *, view: Mapping[str, Any] | None = None) -> Gesture:
        return Gesture(
            place=place,
            person=self.person,
            deps=self.stage.deps,
            now=self.stage.now,
            body={"team": {"id": TEAM}, "user": {"id": self.user_id, "team_id": TEAM}},
            value=value,
            view=view or {},
            look_up=self.stage.look_up,
        )

    def does(
        self, handler: Handler, value: str = "", *, place: Place = Place.MESSAGE, view: View | None = None
    ) -> Answer:
        """Click a button that leads to ``handler``; in a message unless said otherwise."""
        shown = None if view is None else payload_of(view, {})
        return handler(self.gesture(place, value, view=shown))

    def types(self, handler: Handler, rest: str = "") -> Answer:
        """Give the command whose word leads to ``handler``, with what follows the word."""
        return handler(self.gesture(Place.COMMAND, rest))

    def submits(self, handler: Handler, form: Answer | View, **values: Any) -> Answer:
        """Fill a modal in and submit it: texts, option values, user ids and datetimes by field; None empties one."""
        view = form if isinstance(form, View) else shown(form)
        return handler(self.gesture(Place.SUBMISSION, view=payload_of(view, values)))


@dataclass
class Pair:
    """Tom in London, the mentor, and Anna in New York, the mentee."""

    stage: Stage
    mentor: Someone
    mentee: Someone
    stranger: Someone
    agreement_id: AgreementId | None = None

    @property
    def agreement(self) -> Agreement:
        """The pair's agreement as it is now."""
        assert self.agreement_id is not None
        with self.stage.database.writing() as tx:
            return agreements.current(
                tx, self.agreement_id, seen_by=self.mentor.person.id, now=self.stage.now
            )

    def propose(self, *, by: Role = Role.MENTOR, terms: Terms | None = None) -> Agreement:
        """One of the two proposes; what is due is delivered."""
        self.agreement_id = AgreementId(new_id())
        proposer, other = (self.mentor, self.mentee) if by is Role.MENTOR else (self.mentee, self.mentor)
        with self.stage.database.writing() as tx:
            made = proposals.propose(
                self.agreement_id,
                proposer=proposer.person,
                other=other.person,
                role=by,
                terms=terms or Terms(),
                purpose=Secret(PURPOSE) if by is Role.MENTEE else None,
                record=agreements.record(tx, proposer.person.id, other.person.id, self.stage.now),
                now=self.stage.now,
            )
            agreements.save(tx, made, self.stage.now)
        self.stage.deliver()
        return self.agreement

    def sign(self, terms: Terms | None = None) -> Agreement:
        """Propose if nothing is proposed, and let both sign; what is due is delivered."""
        if self.agreement_id is None:
            self.propose(terms=terms)
        assert self.agreement_id is not None
        for one in (self.mentee, self.mentor):
            with self.stage.database.writing() as tx:
                open_ = agreements.current(tx, self.agreement_id, seen_by=one.person.id, now=self.stage.now)
                signed = proposals.sign(
                    open_,
                    by=one.person.id,
                    version=open_.newest.number,
                    purpose=Secret(PURPOSE),
                    first_session=SessionId(new_id()),
                    now=self.stage.now,
                )
                agreements.save(tx, signed, self.stage.now)
        self.stage.deliver()
        return self.agreement


# --- what a view shows, and what Slack sends back of it


def shown(answer: Answer) -> View:
    """Return the modal of an answer that shows one; Slack would take it."""
    assert isinstance(answer, Show), answer
    view = as_json(answer.view)
    assert view == answer.view.to_dict()
    assert check_view(view) == []
    return answer.view


def told(answer: Answer) -> str:
    """Return the sentence of an answer that tells one."""
    assert isinstance(answer, Tell), answer
    return answer.sentence


def payload_of(view: View, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the view as Slack sends it back, with its inputs' initial values and then ``values`` entered."""
    drawn = as_json(view)
    state = {}
    for block in drawn["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            state[name] = {name: _entered(element, values[name] if name in values else _initial(element))}
    unknown = set(values) - set(state)
    assert not unknown, f"no such inputs: {unknown}"
    return {"id": "V1", "root_view_id": "V1", "hash": "h", **drawn, "state": {"values": state}}


def _initial(element: Mapping[str, Any]) -> Any:
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    if "initial_date_time" in element:
        return datetime.fromtimestamp(element["initial_date_time"], UTC)
    for key in ("initial_value", "initial_user", "initial_time", "initial_date"):
        if key in element:
            return element[key]
    return None


PICKED = {"users_select": "selected_user", "timepicker": "selected_time", "datepicker": "selected_date"}


def _entered(element: Mapping[str, Any], value: Any) -> dict[str, Any]:
    match element["type"]:
        case "radio_buttons" | "static_select":
            chosen = next((o for o in element["options"] if o["value"] == value), None)
            assert chosen is not None or value is None, f"no such option: {value}"
            return {"type": element["type"], "selected_option": chosen}
        case "checkboxes":
            ticked = value or []
            assert {o["value"] for o in element["options"]} >= set(ticked), f"no such options: {value}"
            options = [o for o in element["options"] if o["value"] in ticked]
            return {"type": element["type"], "selected_options": options}
        case "datetimepicker":
            seconds = int(value.timestamp()) if value is not None else None
            return {"type": element["type"], "selected_date_time": seconds}
        case kind:
            return {"type": kind, PICKED.get(kind, "value"): value}


def buttons(drawn: Any) -> dict[str, str]:
    """Return labels and values of every button in blocks or a view."""
    found: dict[str, str] = {}
    if isinstance(drawn, View):
        drawn = as_json(drawn)
    if isinstance(drawn, dict):
        if drawn.get("type") == "button":
            found[drawn["text"]["text"]] = drawn["value"]
        for inner in drawn.values():
            found |= buttons(inner)
    elif isinstance(drawn, list):
        for inner in drawn:
            found |= buttons(inner)
    return found


def read_aloud(message: Message) -> str:
    """Return all that a message says, to notifications and on the screen."""
    return f"{message.text} | {words(as_json(message.blocks))}"


def words(drawn: Any) -> str:
    """Return everything that can be read in blocks or a view, in order, with spaces between."""
    if isinstance(drawn, View):
        drawn = as_json(drawn)
    if isinstance(drawn, list):
        return " ".join(filter(None, map(words, drawn)))
    if not isinstance(drawn, dict):
        return ""
    order = (
        "title",
        "label",
        "text",
        "fields",
        "elements",
        "element",
        "accessory",
        "options",
        "hint",
        "blocks",
    )
    own = [drawn[key] for key in ("initial_value",) if isinstance(drawn.get(key), str)]
    parts = [
        drawn[key] if isinstance(drawn[key], str) else words(drawn[key]) for key in order if key in drawn
    ]
    tail = [words(drawn[key]) for key in ("submit", "close") if key in drawn]
    return " ".join(part.strip() for part in [*parts, *own, *tail] if part and part.strip())
