"""A strict Slack workspace on this machine, for one app: to try it with no account, and to test it."""
