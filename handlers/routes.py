"""The whole route table on one page: which word, button and form leads to whom, and how a payload becomes a gesture."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from http.client import HTTPException
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers import (
    agreement,
    calendar,
    closing,
    course,
    decisions,
    declining,
    early_end,
    errors,
    export,
    feedback,
    forgetting,
    home,
    impact,
    notes,
    recap,
    rhythm,
    sessions,
    settings,
    start,
    talks,
    terms,
)
from handlers.answers import give, place_of
from handlers.deps import Deps
from handlers.gestures import Answer, Gesture, Handler, LookUp, Place, Show, Tell
from handlers.ids import Action, Form
from handlers.introduction import introduce
from handlers.profiles import profile_of
from handlers.views import about
from handlers.views.agreement import greeting
from mentoring.people import Profile
from mentoring.refusal import NotFound, Refused


def open_word(gesture: Gesture) -> Answer:
    """A button stands for a word, and perhaps for whom it is about: "word/agreement id"."""
    word, _, rest = gesture.value.partition("/")
    if word not in COMMANDS:
        raise NotFound
    course.led_to(COMMANDS[word])
    return COMMANDS[word](replace(gesture, value=rest))


COMMANDS: dict[str, Handler] = {
    "": home.show_card,
    "start": start.start,
    "session": sessions.show_session,
    "notes": notes.open_notes,
    "recap": recap.open_recap,
    "feedback": feedback.show_feedback,
    "decisions": decisions.open_decisions,
    "agreement": agreement.show_agreement,
    "pause": rhythm.ask_pause,
    "resume": rhythm.resume,
    "end": closing.ask_end,
    "privacy": home.privacy,
    "settings": settings.settings,
    "export": export.open_export,
    "forget": forgetting.ask_forget,
    "help": home.help_,
}

ACTIONS: dict[str, Handler] = {
    Action.START: start.start,
    Action.START_ROLE: start.toggle_role,
    Action.START_TERMS: start.open_terms,
    Action.READ: agreement.read_version,
    Action.DECLINE: declining.ask_decline,
    Action.REPLY: declining.read_reply,
    Action.NO_INVITATIONS: agreement.no_invitations,
    Action.WITHDRAW: agreement.withdraw,
    Action.SUGGEST: terms.open_suggest,
    Action.SUGGEST_TERMS: terms.more_terms,
    Action.WITHDRAW_CHANGE: terms.withdraw_change,
    Action.DECLINE_CHANGE: declining.ask_decline_change,
    Action.PLAN_TALK: talks.open_plan_talk,
    Action.TALK: talks.show_talk,
    Action.GUIDE: talks.open_guide,
    Action.AGREEMENT: agreement.show_agreement,
    Action.CARD: home.show_card,
    Action.PICK: open_word,
    Action.END: closing.ask_end,
    Action.UNDO_CLOSE: closing.undo_close,
    Action.LOOK_BACK: closing.look_back,
    Action.THANKS: closing.show_thanks,
    Action.PAUSE: rhythm.ask_pause,
    Action.RESUME: rhythm.resume,
    Action.CARRY_ON: early_end.carry_on,
    Action.SESSION: sessions.show_session,
    Action.PLAN: sessions.open_plan,
    Action.MOVE: sessions.open_move,
    Action.CANCEL: sessions.ask_cancel,
    Action.LOG: sessions.open_log,
    Action.NOT_HELD: sessions.not_held,
    Action.DOESNT_SUIT: sessions.doesnt_suit,
    Action.UNDO_CANCEL: sessions.undo_cancel,
    Action.RATE: feedback.rate,
    Action.FEEDBACK: feedback.show_feedback,
    Action.WORDS: feedback.open_words,
    Action.CHANGE_RATING: feedback.open_change,
    Action.SKIP: feedback.skip,
    Action.UNDO_SKIP: feedback.undo_skip,
    Action.NOTES: notes.open_notes,
    Action.NOTES_SESSION: notes.choose_session,
    Action.RECAP: recap.open_recap,
    Action.RECAP_SEARCH: recap.search_recap,
    Action.RECAP_EARLIER: recap.earlier,
    Action.RECAP_NEWEST: recap.search_recap,
    Action.DECISIONS: decisions.open_decisions,
    Action.DECISIONS_PAGE: decisions.turn_page,
    Action.DECISION: decisions.open_decision,
    Action.IMPACT: impact.open_impact,
    Action.IMPACTS: impact.open_impacts,
    Action.IMPACTS_EARLIER: impact.earlier,
    Action.SESSION_GUIDE: sessions.open_guide,
    Action.CALENDAR: calendar.open_calendar,
    Action.CALENDAR_LINK: calendar.follow_link,
    Action.CALENDAR_FILE: calendar.send_file,
    Action.HELP: home.help_,
    Action.PRIVACY: home.privacy,
    Action.SETTINGS: settings.settings,
    Action.SETTINGS_MORE: settings.more_settings,
    Action.FORGET: forgetting.ask_forget,
    Action.OPEN_WORD: open_word,
}

SUBMISSIONS: dict[str, Handler] = {
    Form.START: start.propose,
    Form.READ: agreement.sign_agreement,
    Form.DECLINE: declining.decline,
    Form.SUGGEST: terms.suggest,
    Form.END: closing.end,
    Form.LOOK_BACK: closing.keep_words,
    Form.PAUSE: rhythm.pause,
    Form.PLAN: sessions.plan,
    Form.MOVE: sessions.move,
    Form.CANCEL: sessions.cancel,
    Form.LOG: sessions.log,
    Form.RATING: feedback.change_rating,
    Form.WORDS: feedback.add_words,
    Form.NOTES: notes.write_note,
    Form.RECAP: recap.search_recap,
    Form.DECISION: decisions.write_decision,
    Form.IMPACT: impact.write_impact,
    Form.SETTINGS: settings.save_settings,
    Form.EXPORT: export.make_export,
    Form.FORGET: forgetting.confirm_forget,
    Form.FORGET_FOR_GOOD: forgetting.forget,
}

ANY = re.compile("")
_PLACE_IN_ROW = re.compile(r"_\d+$")
NO_ANSWER = "Slack doesn't tell me just now who that is. Please send it once more in a moment."

Listener = Callable[..., BoltResponse]


def register(app: App, deps: Deps) -> None:
    """Let the app listen: one listener each for the command, buttons, submissions, closings and the two events."""
    app.middleware(introduce(deps))
    app.error(errors.apologise)
    app.command(ANY)(_listener(deps, _command))
    app.action(ANY)(_listener(deps, _action))
    app.view(ANY)(_listener(deps, _submission))
    app.view_closed(ANY)(_nothing)
    app.event("app_home_opened")(_event(deps, home.open_home))
    app.event("message")(_event(deps, home.say_word))


def _listener(deps: Deps, route: Callable[[Mapping[str, Any], Deps], tuple[Handler, str]]) -> Listener:
    def listen(body: dict[str, Any], client: WebClient, context: BoltContext) -> BoltResponse:
        place = place_of(body) or Place.MESSAGE
        try:
            handler, value = route(body, deps)
            course.led_to(handler)
            gesture = _gesture(body, place, value, deps=deps, client=client, context=context)
            answer = _introducing(handler(gesture), gesture)
        except Refused as refused:
            return errors.refusal(refused, place, body, client, deps.command)
        return give(answer, place, body, client)

    return listen


def _event(deps: Deps, handler: Handler) -> Listener:
    def listen(body: dict[str, Any], client: WebClient, context: BoltContext) -> BoltResponse:
        course.led_to(handler)
        event = body["event"]
        if event["type"] != "app_home_opened" or event.get("tab") == "home":
            said = event.get("text") or ""
            handler(_gesture(body, Place.MESSAGE, said, deps=deps, client=client, context=context))
        return BoltResponse(status=200, body="")

    return listen


def _introducing(answer: Answer, gesture: Gesture) -> Answer:
    """Return the answer to a command, with what this is and who will see what for whoever hasn't been told yet."""
    if gesture.person.greeted or gesture.place is not Place.COMMAND:
        return answer
    lines = greeting(gesture.deps.operator, gesture.deps.command)
    match answer:
        case Tell(sentence):
            return Tell("\n".join((sentence, *lines)))
        case Show(view, push):
            return Show(about.introduced(view, lines), push)
        case _:
            return answer


def _nothing() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _gesture(
    body: Mapping[str, Any],
    place: Place,
    value: str,
    *,
    deps: Deps,
    client: WebClient,
    context: BoltContext,
) -> Gesture:
    return Gesture(
        place=place,
        person=context["person"],
        deps=deps,
        now=context["now"],
        body=body,
        value=value,
        view=body.get("view") or {},
        look_up=_look_up(client),
    )


def _command(body: Mapping[str, Any], deps: Deps) -> tuple[Handler, str]:
    word, *rest = (body.get("text") or "").split(maxsplit=1) or [""]
    if (handler := COMMANDS.get(word.casefold())) is not None:
        return handler, "".join(rest).strip()
    nearest = next(iter(difflib.get_close_matches(word.casefold(), about.WORDS, n=1)), None)

    def unknown_word(_gesture: Gesture) -> Answer:
        return Show(about.unknown_word(word, nearest, deps.command))

    return unknown_word, ""


def _action(body: Mapping[str, Any], _deps: Deps) -> tuple[Handler, str]:
    action = body["actions"][0]
    # Within one row action ids must differ, so some carry their place or score at their end.
    handler = ACTIONS.get(action["action_id"]) or ACTIONS.get(_PLACE_IN_ROW.sub("", action["action_id"]))
    if handler is None:
        raise NotFound
    chosen = action.get("selected_option") or {}
    value = action.get("value") or chosen.get("value") or action.get("selected_user") or ""
    return handler, str(value)


def _submission(body: Mapping[str, Any], _deps: Deps) -> tuple[Handler, str]:
    handler = SUBMISSIONS.get(body["view"]["callback_id"])
    if handler is None:
        raise NotFound
    return handler, ""


def _look_up(client: WebClient) -> LookUp:
    """Return the narrow way to ``users.info``: one call, no retries, with the client's own time-out."""

    def ask(user_id: str) -> Profile | None:
        try:
            return profile_of(client.users_info(user=user_id)["user"])
        except SlackApiError as error:
            if error.response["error"] in {"user_not_found", "user_not_visible"}:
                return None
            raise Refused(NO_ANSWER, at="who") from None
        except (SlackClientError, OSError, HTTPException):
            raise Refused(NO_ANSWER, at="who") from None

    return ask
