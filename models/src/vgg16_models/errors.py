"""The one kind of error that a person is meant to read."""


class ModelsError(Exception):
    """Something the person at the keyboard can act on; its text is one line."""
