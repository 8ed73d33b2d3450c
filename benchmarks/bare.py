"""The smallest bot that Bolt's own page shows, over Socket Mode: what ``benchmarks/start.py`` starts beside ours."""

import os

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient


def main() -> None:
    """Answer the one command with nothing, for ever."""
    address, name = os.environ["SLACK_API_URL"], os.environ["SLACK_APP_TOKEN"]
    app = App(client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=address))

    @app.command("/mentor")
    def answer(ack: Ack) -> None:
        ack("Hello")

    SocketModeHandler(app, name, web_client=WebClient(name, base_url=address)).start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
