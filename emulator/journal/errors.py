"""What can go wrong with a journal. Each message is one sentence that names the journal and the cause."""


class JournalError(Exception):
    """The journal cannot be opened, read or written."""


class AppendConflict(JournalError):
    """Somebody else appended first; nothing was written."""

    def __init__(self, expected_sequence_no: int, next_sequence_no: int) -> None:
        super().__init__(f"The journal continues with block {next_sequence_no}, not with block {expected_sequence_no}.")
        self.expected_sequence_no = expected_sequence_no
        self.next_sequence_no = next_sequence_no
