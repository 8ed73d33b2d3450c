"""About the bot and oneself: help, settings, export, being forgotten; and gestures that find someone not known from today."""

from datetime import timedelta

from sqlalchemy import select, update

from benchmarks.journey import SESSION, Journey, moment
from handlers.ids import Action
from handlers.introduction import marked
from storage.tables import RowState, due_rows


def looked_up(pair: Journey) -> None:
    """What the words open, opened by buttons; a word that is none; and a window that is closed."""
    pair.meet()
    pair.begin()
    agreement = pair.agreement.id
    pair.press("the card, by a button", pair.anna, Action.CARD, "card")
    pair.press("agreement, by a button", pair.anna, Action.AGREEMENT, agreement)
    pair.press("help, by a button", pair.anna, Action.HELP, "help")
    pair.press("privacy, by a button", pair.anna, Action.PRIVACY, "privacy")
    pair.command("a word that is none", pair.anna, "sesion")
    pair.close("close a window", pair.anna)


def days_apart(pair: Journey) -> None:
    """Someone whom nobody knows; and the first of a day, which finds a profile that is to be looked up anew."""
    pair.meet()
    pair.begin()
    pair.command("a newcomer's first", f"UN{pair.name}x{pair.pairs}", "help")
    pair.now += timedelta(days=1)
    pair.command("the first of a day, reading", pair.anna, "agreement")
    pair.press("the first of a day", pair.tom, Action.PLAN, pair.agreement.id)
    pair.submit("plan, known from yesterday", pair.tom, **moment(pair.now + SESSION))


def in_doubt(pair: Journey) -> None:
    """A click on a message of which it isn't known yet that it arrived."""
    pair.meet()
    pair.invite()
    hers = select(due_rows.c.id).where(due_rows.c.recipient == pair.person).order_by(due_rows.c.number)
    with pair.database.writing() as tx:
        row = tx.connection.execute(hers).scalars().first()
        tx.connection.execute(update(due_rows).where(due_rows.c.id == row).values(state=RowState.SENDING))
    pair.press(
        "click before it is known to have come",
        pair.anna,
        Action.READ,
        pair.agreement.id,
        block=marked(str(row), 0),
    )


def kept_and_forgotten(pair: Journey) -> None:
    """Settings, an export, and the end of it all."""
    pair.meet()
    pair.begin()
    session = pair.first_session()
    pair.rate(session)
    pair.command("settings", pair.anna, "settings")
    pair.press_inside("more settings", pair.anna, Action.SETTINGS_MORE)
    pair.submit("save settings", pair.anna, reminders="off", hours_end="18:00", retention="180")
    pair.press("settings, by a button", pair.anna, Action.SETTINGS, "settings")
    pair.command("export", pair.anna, "export")
    pair.submit("make an export", pair.anna)
    pair.press("forget, by a button", pair.anna, Action.FORGET, "forget")
    pair.command("forget", pair.anna, "forget")
    pair.submit("confirm forgetting", pair.anna)
    pair.submit("forget for good", pair.anna, word="forget")
