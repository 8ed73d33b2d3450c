"""The rules of mentoring, pure: no Slack, no database, no clock of their own."""
