"""What goes wrong with Ion."""


class IonError(ValueError):
    """The bytes or the text are not Ion, or not the Ion that was wanted; the message says why in a few words."""


class IonTooLargeError(IonError):
    """A value would take more bytes than any has to: parts of it may be there many times, and are each written."""
