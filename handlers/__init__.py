"""Slack's surface: what happens when someone does something."""
