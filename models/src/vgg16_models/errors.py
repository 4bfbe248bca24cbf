"""The errors that are reported to the user in one line."""


class ModelsError(Exception):
    """An error that the user can act on; its message is one line."""


class UndecodableError(ModelsError):
    """The bytes are not an image that can be decoded."""
