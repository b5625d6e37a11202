"""unittest's way to what the fixtures of pytest give."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from emulator.testing.plan import Plan, PlanError
from emulator.testing.stage import in_process


class QldbTestCase(unittest.TestCase):
    """A fresh ledger for each test, in the process: `qldb`, `qldb_ledger`, and clients and driver when asked for.

    `qldb_options` are what the marker of the pytest plugin takes. It may stand before other base classes.
    """

    qldb_options: ClassVar[Mapping[str, Any]] = {}

    def setUp(self) -> None:
        plan = Plan.of(self.qldb_options, Path(inspect.getfile(type(self))).parent, "of qldb_options")
        self._stage = self.enterContext(in_process(plan, begun=plan.ledger is not None))
        if self._stage.has_ledger:
            self._ledger = self._stage.make_ledger()
        self.qldb = self._stage.handle
        super().setUp()

    @property
    def qldb_ledger(self) -> str:
        """The name of the test's ledger. PlanError where `qldb_options` say that there is none."""
        if not self._stage.has_ledger:
            raise PlanError("qldb_ledger is the ledger of the test, and qldb_options say ledger=None: none")
        return self._ledger

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
