"""unittest's way to what the fixtures of pytest give."""

from __future__ import annotations

import unittest
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from emulator.testing.stage import Plan, in_process


class QldbTestCase(unittest.TestCase):
    """A fresh ledger for each test, in the process: `qldb`, `qldb_ledger`, and clients and driver when asked for.

    `qldb_options` are what the marker of the pytest plugin takes. It may stand before other base classes.
    """

    qldb_options: ClassVar[Mapping[str, Any]] = {}

    def setUp(self) -> None:
        plan = Plan.of(self.qldb_options)
        self._stage = self.enterContext(in_process(plan, begun=plan.ledger is not None))
        if self._stage.has_ledger:
            self.qldb_ledger = self._stage.make_ledger()
        self.qldb = self._stage.handle
        super().setUp()

    @cached_property
    def qldb_client(self) -> Any:
        """A boto3 client of the control plane."""
        return self._stage.client("qldb")

    @cached_property
    def qldb_session_client(self) -> Any:
        """A boto3 client of the session service."""
        return self._stage.client("qldb-session")

    @cached_property
    def qldb_driver(self) -> Any:
        """pyqldb's driver on the ledger. ImportError, in one sentence, where there is no pyqldb."""
        return self.enterContext(self._stage.driver(self.qldb_ledger))
