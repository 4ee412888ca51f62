"""One module a command (or a few that belong together); each maps errors to one clear line."""
