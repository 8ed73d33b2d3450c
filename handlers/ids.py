"""Every action and callback id. Ids of things travel in ``value``, ``block_id`` and ``private_metadata``, as claims."""

from enum import StrEnum


class Action(StrEnum):
    """``action_id`` of buttons and selects that do something at once. Inputs that are only read carry their field's name."""

    # the beginning
    START = "start"
    START_ROLE = "role"  # the start form's own input
    START_TERMS = "start_terms"
    READ = "read"
    DECLINE = "decline"
    REPLY = "reply"
    NO_INVITATIONS = "no_invitations"
    WITHDRAW = "withdraw"
    # terms talked over
    SUGGEST = "suggest"
    SUGGEST_TERMS = "suggest_terms"
    WITHDRAW_CHANGE = "withdraw_change"
    DECLINE_CHANGE = "decline_change"
    # a first talk
    PLAN_TALK = "plan_talk"
    TALK = "talk"
    GUIDE = "guide"
    # the agreement
    AGREEMENT = "agreement"
    CARD = "card"
    PICK = "pick"
    END = "end"
    UNDO_CLOSE = "undo_close"
    LOOK_BACK = "look_back"
    THANKS = "thanks"
    # the rhythm
    PAUSE = "pause"
    RESUME = "resume"
    CARRY_ON = "carry_on"
    # sessions
    SESSION = "session"
    PLAN = "plan"
    MOVE = "move"
    CANCEL = "cancel"
    LOG = "log"
    NOT_HELD = "not_held"
    DOESNT_SUIT = "doesnt_suit"
    UNDO_CANCEL = "undo_cancel"
    # ratings; RATE is followed by the score, because action ids differ within a block
    RATE = "rate"
    FEEDBACK = "feedback"
    WORDS = "words"
    CHANGE_RATING = "change_rating"
    SKIP = "skip"
    UNDO_SKIP = "undo_skip"
    # notes and recap
    NOTES = "notes"
    NOTES_SESSION = "notes_session"
    RECAP = "recap"
    RECAP_SEARCH = "recap_search"
    RECAP_EARLIER = "recap_earlier"
    RECAP_NEWEST = "recap_newest"
    # between sessions
    DECISIONS = "decisions"
    DECISIONS_PAGE = "decisions_page"
    DECISION = "decision"
    IMPACT = "impact"
    IMPACTS = "impacts"
    IMPACTS_EARLIER = "impacts_earlier"
    SESSION_GUIDE = "session_guide"
    # the calendar
    CALENDAR = "calendar"
    CALENDAR_LINK = "calendar_link"  # Slack follows the link itself, and tells of the click all the same
    CALENDAR_FILE = "calendar_file"
    # about the bot
    HELP = "help"
    PRIVACY = "privacy"
    SETTINGS = "settings"
    SETTINGS_MORE = "settings_more"
    FORGET = "forget"
    OPEN_WORD = "open_word"


class Form(StrEnum):
    """``callback_id`` of modals."""

    START = "start_form"
    READ = "read_form"
    DECLINE = "decline_form"
    SUGGEST = "suggest_form"
    AGREEMENT = "agreement_view"
    CARD = "card_view"
    PICK = "pick_view"
    END = "end_form"
    LOOK_BACK = "look_back_form"
    PAUSE = "pause_form"
    SESSION = "session_view"
    PLAN = "plan_form"
    MOVE = "move_form"
    CANCEL = "cancel_form"
    LOG = "log_form"
    RATING = "rating_form"
    WORDS = "words_form"
    FEEDBACK = "feedback_view"
    NOTES = "notes_form"
    RECAP = "recap_view"
    DECISIONS = "decisions_view"
    DECISION = "decision_form"
    IMPACTS = "impacts_view"
    IMPACT = "impact_form"
    CALENDAR = "calendar_view"
    SETTINGS = "settings_form"
    FORGET = "forget_form"
    FORGET_FOR_GOOD = "forget_for_good_form"
    EXPORT = "export_form"
    NOTICE = "notice_view"
