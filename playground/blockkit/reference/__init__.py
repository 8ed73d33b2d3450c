"""Slack's Block Kit reference as data.

Every object names the page of docs.slack.dev that its fields and limits are from (read in the state of
September 2026); a field whose limit is from elsewhere names that beside it. Where sources disagree, a comment
says so and the stricter one stands. Three more sources are quoted:

- ``slack_sdk``: the models of Slack's SDK for Python, 3.47.
- ``@slack/types``: the types of Slack's SDK for Node, packages/types/src/block-kit.
- ``blocks.validate``: answers of Slack's own checker, as github.com/nicklambourne/slackblocks recorded them
  (spec/CHANGELOG.md, 1,251 probes on 2026-09-26). Lengths count code points there too.

Only text objects, table cells and a few more have a documented minimum of one character. For other texts that a
person would read none was found; an empty one is refused there too.
"""
