"""The errors that a person is meant to read."""


class ModelsError(Exception):
    """Something the person at the keyboard can act on; its text is one line."""


class UndecodableError(ModelsError):
    """These bytes are no picture that can be read."""
