"""What a shell says and does, without the terminal: statements and commands in, results and sentences out.

A statement outside a transaction has one of its own, which is committed at once and tried again after a conflict. In a
transaction that somebody started, results are shown as they come, and a conflict is told at the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from textwrap import wrap

from emulator import limits
from emulator.client.driver import Call, Committed, Driver, Result, run
from emulator.client.session import Costs, Session, leaves_open
from emulator.client.transport import ServerError, Transport, ask
from emulator.clock import Clock
from emulator.errors import BadRequestException
from emulator.frozen import frozen
from emulator.shell.commands import COMMANDS, Order, order
from emulator.shell.formats import FORMATS
from emulator.shell.output import Output
from emulator.shell.seen import Seen
from emulator.shell.statements import Statement, split
from emulator.shell.words import cost, cost_of_commit, pointed_at, says_what_became, told

_TABLES = "SELECT name, status, indexes FROM information_schema.user_tables"
_DEFINING = ("CREATE", "DROP", "UNDROP")
_LOST = "The transaction is gone, and nothing of it was kept."


class Quit(Exception):
    """Somebody wants to leave."""


@frozen
class Place:
    """Where a conversation takes place: the server's URL, a way to each of its ledgers, how long transactions live."""

    url: str
    driver: Callable[[str], Driver]
    lifetime_ms: int


@frozen
class Started:
    """A transaction that somebody started."""

    session: Session
    ends_at_ms: int


class Conversation:
    """One person at a terminal, with one ledger at a time."""

    def __init__(self, place: Place, ledger_name: str, clock: Clock, out: Output) -> None:
        self.ledger_name = ledger_name
        self.seen = Seen()
        self.format = "table"
        self._place = place
        self._clock = clock
        self._out = out
        self._driver = place.driver(ledger_name)
        self._started: Started | None = None

    @property
    def seconds_left(self) -> int | None:
        """How long the open transaction may still be committed; None where none is open."""
        if self._started is None:
            return None
        return max(0, -((self._clock.now_ms() - self._started.ends_at_ms) // 1000))

    def begin(self) -> None:
        """Make sure of the ledger, and say hello; ServerError or OSError where that is not possible."""
        self._list_tables()
        tables = ", ".join(self.seen.tables[:8]) + (", …" if len(self.seen.tables) > 8 else "")
        self._say(f"Ledger {self.ledger_name} at {self._place.url}. Tables: {tables or 'none yet'}.")
        self._say("A statement ends with a semicolon or an empty line. Type help for more, quit to leave.")

    def take(self, text: str) -> None:
        """Do what somebody typed. Quit when that is to leave."""
        given = order(text)
        try:
            if given is not None:
                _ACTS[given.name](self, given)
            else:
                self._run_all(text)
        except (ServerError, OSError) as error:
            self._say(told(error, self._place.url))
        except KeyboardInterrupt:
            self._driver.forget()
            self._say("Stopped." + (f" {_LOST}" if self._end_started() else ""))

    def leave(self) -> None:
        """End what is open."""
        if self._started is not None:
            self._say(_LOST)
        self._driver.end()

    # Statements

    def _run_all(self, text: str) -> None:
        """Each statement and command of a text, to the first that is refused."""
        try:
            statements = split(text)
        except BadRequestException as error:
            self._refuse(error.message, text)
            return
        for statement in statements:
            given = order(statement.text)
            if given is not None:
                _ACTS[given.name](self, given)
            elif not self._run(statement):
                return

    def _run(self, statement: Statement) -> bool:
        """Whether it succeeded."""
        if statement.placeholders:
            self._say("A question mark takes a parameter, and there are none here: write the value itself.")
            return False
        started_ms = self._clock.now_ms()
        try:
            if self._started is None:
                self._run_alone(statement, started_ms)
            else:
                self._show(run(self._started.session, Call(statement.text)), Costs(), started_ms)
        except (ServerError, OSError) as error:
            self._explain(error, statement.text)
            return False
        self.seen.note_statement(statement.text)
        return True

    def _run_alone(self, statement: Statement, started_ms: int) -> None:
        committed: Committed = self._driver.transact([Call(statement.text)])
        self._show(committed.results[0], committed.costs, started_ms, committed.attempts)
        if statement.text.upper().startswith(_DEFINING):
            self._list_tables()

    def _show(self, result: Result, commit: Costs, started_ms: int, attempts: int = 1) -> None:
        took_ms = self._clock.now_ms() - started_ms
        with suppress(KeyboardInterrupt):  # enough was seen; what was done stays done
            self._out.write(FORMATS[self.format](result.rows, self._out.width))
        self.seen.note_rows(result.rows)
        again = f", at attempt {attempts}" if attempts > 1 else ""
        self._say(f"({cost(len(result.rows), result.costs + commit)}, {took_ms} ms in all{again})")
        result.rows.close()

    def _explain(self, error: ServerError | OSError, text: str) -> None:
        """What went wrong with a statement, and what that means for the transaction somebody started."""
        self._refuse(told(error, self._place.url), text)
        if self._started is None:
            return
        if leaves_open(error):
            self._say("The transaction is still open, without this statement.")
            return
        self._end_started()
        self._driver.give_up(error)
        if not says_what_became(error):
            self._say(_LOST)

    # Commands

    def _start(self, given: Order) -> None:
        if self._started is not None:
            self._say("There is a transaction already: commit it or abort it.")
            return
        now_ms = self._clock.now_ms()
        self._started = Started(self._driver.start(), now_ms + self._place.lifetime_ms)

    def _commit(self, given: Order) -> None:
        started = self._open()
        if started is None:
            return
        transaction_id = started.session.transaction_id
        self._end_started()
        try:
            costs = started.session.commit()
        except (ServerError, OSError) as error:
            self._driver.give_up(error)
            raise
        self._say(f"Committed as transaction {transaction_id} ({cost_of_commit(costs)}).")
        self._list_tables()

    def _abort(self, given: Order) -> None:
        started = self._open()
        if started is None:
            return
        self._end_started()
        with suppress(ServerError):  # it is gone, then, as it should be
            started.session.abort()
        self._say("Aborted. Nothing of it was kept.")

    def _show_tables(self, given: Order) -> None:
        self._run_all(_TABLES)

    def _set_format(self, given: Order) -> None:
        if given.argument in FORMATS:
            self.format = given.argument
        else:
            self._say(f"The format is {self.format}; there are {', '.join(FORMATS)}.")

    def _use(self, given: Order) -> None:
        if self._started is not None or not given.argument:
            self._say("Commit or abort first." if self._started else "Name a ledger: use LEDGER")
            return
        before = self._driver, self.ledger_name
        self._driver, self.ledger_name = self._place.driver(given.argument), given.argument
        try:
            self.begin()
        except (ServerError, OSError):
            self._driver, self.ledger_name = before
            raise
        before[0].end()

    def _help(self, given: Order) -> None:
        self._say("Statements end with a semicolon or an empty line. Besides, there are:")
        for name, command in COMMANDS.items():
            does = command.does.format(lifetime=f"{self._place.lifetime_ms // 1000} s")
            self._say(f"  {f'{name} {command.argument}':<18} {does}")
        self._say(
            "Tab completes, Ctrl-R searches what was typed before, Ctrl-C stops a statement, Alt-Enter is a new line."
        )

    def _quit(self, given: Order) -> None:
        self.leave()
        raise Quit

    # Parts

    def _open(self) -> Started | None:
        if self._started is None:
            self._say("No transaction is open: start transaction begins one.")
        return self._started

    def _end_started(self) -> bool:
        """Have no transaction any more; whether there was one."""
        was_open, self._started = self._started is not None, None
        return was_open

    def _list_tables(self) -> None:
        committed = self._driver.transact([Call(f"{_TABLES} WHERE status = 'ACTIVE'")])
        self.seen.note_tables(committed.results[0].rows)
        committed.close()

    def _refuse(self, message: str, text: str) -> None:
        self._say(message)
        for line in pointed_at(message, text):
            self._out.write([f"    {line}"])

    def _say(self, sentence: str) -> None:
        self._out.write(wrap(sentence, self._out.width or len(sentence) + 1, break_on_hyphens=False))


_ACTS: dict[str, Callable[[Conversation, Order], None]] = {
    "start transaction": Conversation._start,
    "commit": Conversation._commit,
    "abort": Conversation._abort,
    "show tables": Conversation._show_tables,
    "format": Conversation._set_format,
    "use": Conversation._use,
    "help": Conversation._help,
    "quit": Conversation._quit,
}
"""What each of COMMANDS does."""


def lifetime_ms(transport: Transport) -> int:
    """How long transactions of a server may be open; what the service had where it does not say."""
    try:
        told_ms = ask(transport, "GET", "/_qldb/info")["transaction_lifetime_ms"]
        return int(told_ms)
    except (ServerError, KeyError, TypeError, ValueError):
        return limits.TRANSACTION_LIFETIME_MS
