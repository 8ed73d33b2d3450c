"""Everything that the bot can draw, of people who don't exist: what ``mentor doctor`` has Slack look at."""
