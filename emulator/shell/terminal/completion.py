"""Proposals, as the terminal's menu has them."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from emulator.shell.proposals import proposals, word_before
from emulator.shell.seen import Seen


class WordCompleter(Completer):
    """Completes the word before the cursor; while somebody types, only once there is a word."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        text = document.text_before_cursor
        word = word_before(text)
        if not word and not complete_event.completion_requested:
            return
        for proposal in proposals(text, self._seen):
            yield Completion(proposal.text, -len(word), display_meta=proposal.kind)
