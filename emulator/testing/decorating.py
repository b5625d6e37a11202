"""A context around functions of every kind, and around each test of a class."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import wraps
from typing import Any
from weakref import WeakSet

Context = AbstractContextManager[Any]
"""One that can be entered any number of times."""

_SET_UP, _TEAR_DOWN = "setup_method", "teardown_method"
_BEGUN = "_qldb_begun"
"""What a test has that is in such a context: its end, and None while that is somebody else's affair."""
_ours: WeakSet[Callable[..., Any]] = WeakSet()
"""Set-ups and tear-downs that we gave to classes."""


def around(target: Any, context: Context) -> Any:
    """A function with the context around its body, or a class with one of its own around each of its tests.

    TypeError for a fixture that is one already.
    """
    if inspect.isclass(target):
        return _around_class(target, context)
    if type(target).__module__.startswith("_pytest.") or hasattr(target, "_pytestfixturefunction"):
        raise TypeError("mock_qldb goes below @pytest.fixture, around the function itself")
    for is_such, manner in _MANNERS:
        if is_such(target):
            return manner(target, context)
    return _around_function(target, context)


def _around_function(function: Callable[..., Any], context: Context) -> Callable[..., Any]:
    @wraps(function)
    def inside(*arguments: Any, **named: Any) -> Any:
        with context:
            return function(*arguments, **named)

    return inside


def _around_coroutine(function: Callable[..., Any], context: Context) -> Callable[..., Any]:
    @wraps(function)
    async def inside(*arguments: Any, **named: Any) -> Any:
        with context:
            return await function(*arguments, **named)

    return inside


def _around_generator(function: Callable[..., Any], context: Context) -> Callable[..., Any]:
    """A fixture with a `yield`, say."""

    @wraps(function)
    def inside(*arguments: Any, **named: Any) -> Any:
        with context:
            return (yield from function(*arguments, **named))

    return inside


def _around_async_generator(function: Callable[..., Any], context: Context) -> Callable[..., Any]:
    """What is sent to it, thrown into it, or closed, is so for the function: `yield from`, which these cannot have."""

    @wraps(function)
    async def inside(*arguments: Any, **named: Any) -> Any:
        with context:
            values = function(*arguments, **named)
            step = values.__anext__()
            while True:
                try:
                    value = await step
                except StopAsyncIteration:
                    return
                try:
                    sent = yield value
                except GeneratorExit:
                    await values.aclose()
                    raise
                except BaseException as error:
                    step = values.athrow(error)
                else:
                    step = values.asend(sent)

    return inside


_MANNERS: tuple[tuple[Callable[[Any], bool], Callable[[Any, Context], Any]], ...] = (
    (inspect.iscoroutinefunction, _around_coroutine),
    (inspect.isasyncgenfunction, _around_async_generator),
    (inspect.isgeneratorfunction, _around_generator),
)
"""Functions whose body does not run when they are called."""


def _around_class(target: type, context: Context) -> type:
    """From before the set-up of each test until after its tear-down. Subclasses have it, too; where they are decorated
    themselves, theirs counts."""
    if issubclass(target, unittest.TestCase) or hasattr(target, "setUp"):
        _around_run(target, context)
    else:
        _around_set_up(target, context)
        _around_classes_inside(target, context)
        _follow_subclasses(target, context)
    return target


def _around_run(target: Any, context: Context) -> None:
    """The way of unittest, whose tests have all that is theirs in `run`."""
    run = target.__dict__.get("run")

    def inside(test: Any, result: Any = None) -> Any:
        going_on = super(target, test).run if run is None else run.__get__(test)
        if _BEGUN in vars(test):
            return going_on(result)
        vars(test)[_BEGUN] = None
        try:
            with context:
                return going_on(result)
        finally:
            del vars(test)[_BEGUN]

    inside.__name__, inside.__qualname__ = "run", f"{target.__qualname__}.run"
    target.run = inside


def _around_set_up(target: Any, context: Context) -> None:
    """The way of pytest, which calls neither a test nor its tear-down when the set-up fails, and may run one again."""
    set_up, tear_down = (inspect.getattr_static(target, name, None) for name in (_SET_UP, _TEAR_DOWN))

    def setup_method(test: Any, method: Any = None) -> None:
        if _BEGUN in vars(test):
            _call(set_up, test, method)
            return
        with ExitStack() as begun:
            begun.enter_context(context)
            vars(test)[_BEGUN] = None
            begun.callback(vars(test).pop, _BEGUN)
            _call(set_up, test, method)
            vars(test)[_BEGUN] = begun.pop_all()

    def teardown_method(test: Any, method: Any = None) -> None:
        begun = vars(test).get(_BEGUN)
        if begun is None:
            _call(tear_down, test, method)
            return
        vars(test)[_BEGUN] = None
        with begun:
            _call(tear_down, test, method)

    for name, function in ((_SET_UP, setup_method), (_TEAR_DOWN, teardown_method)):
        function.__qualname__ = f"{target.__qualname__}.{name}"
        _ours.add(function)
        setattr(target, name, function)


def _around_classes_inside(target: type, context: Context) -> None:
    """pytest calls the set-up of a class for the tests of those inside as well, so they have to have it; one that is
    decorated itself has."""
    for member in list(vars(target).values()):
        is_inside = inspect.isclass(member) and member.__qualname__ == f"{target.__qualname__}.{member.__name__}"
        if is_inside and vars(member).get(_SET_UP) not in _ours:
            _around_class(member, context)


def _follow_subclasses(target: Any, context: Context) -> None:
    """A set-up or tear-down of a subclass, or of another of its bases, may know nothing of ours."""
    own = vars(target).get("__init_subclass__")

    def __init_subclass__(cls: type[Any], /, **named: Any) -> None:  # noqa: N807 - it is that one
        if own is None:
            super(target, cls).__init_subclass__(**named)
        else:
            own.__get__(None, cls)(**named)
        if any(inspect.getattr_static(cls, name) not in _ours for name in (_SET_UP, _TEAR_DOWN)):
            _around_set_up(cls, context)
        _around_classes_inside(cls, context)

    target.__init_subclass__ = classmethod(__init_subclass__)


def _call(function: Any, test: Any, method: Any) -> None:
    """As pytest does: whatever kind of method it is, with the one that is tested where that is wanted."""
    if function is not None:
        bound = function.__get__(test, type(test))
        bound(*((method,) if inspect.signature(bound).parameters else ()))
