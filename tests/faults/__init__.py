"""What goes wrong around the bot, on both databases: nothing lost, nothing twice."""
