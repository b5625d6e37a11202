"""`mock_qldb` around functions that are no plain ones, and around classes."""

import asyncio
import os
import unittest
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any, ClassVar, Generic, TypeVar

import boto3
import pytest
from moto import mock_aws

from emulator.testing import interception, mock_qldb
from tests.testing.bare import bare_environment, create, names  # noqa: F401 - the fixture is for all here


@mock_qldb
class TestAroundAClass:
    """Every test of it has an emulator of its own."""

    @pytest.mark.parametrize("name", ["first", "second"])
    def test_each_starts_anew(self, name: str) -> None:
        """Nothing of the other test is there."""
        assert names() == []
        create(name)


@mock_qldb
class TestAroundATestCase(unittest.TestCase):
    """unittest's classes, set-up included."""

    def setUp(self) -> None:
        create("made-before")

    def test_set_up_is_inside(self) -> None:
        """What the set-up made is there."""
        assert names() == ["made-before"]
        create("second")

    def test_each_starts_anew(self) -> None:
        """And nothing else."""
        assert names() == ["made-before"]


@mock_qldb
class TestAroundAClassWithSetUp:
    """pytest's set-up and tear-down are inside, too."""

    def setup_method(self, method: Callable[..., None]) -> None:
        create(method.__name__.replace("_", "-")[:20])

    def teardown_method(self) -> None:
        assert len(names()) == 1

    def test_first(self) -> None:
        """What the set-up made for it is there."""
        assert names() == ["test-first"]


@mock_qldb
class TestAroundEveryKindOfTest:
    """Methods of the class, methods of none, and classes inside."""

    @staticmethod
    def test_static() -> None:
        """It stays one."""
        create()

    @classmethod
    def test_of_the_class(cls) -> None:
        """And so does this."""
        assert cls is TestAroundEveryKindOfTest
        create()

    class TestInside:
        """A class in the class."""

        def test_it(self) -> None:
            """It has an emulator as well."""
            create()


class Parent:
    """A set-up for others."""

    def setup_method(self) -> None:
        create("of-the-parent")


@mock_qldb
class TestAroundAClassWithAParent(Parent):
    """Its own set-up calls the parent's."""

    def setup_method(self) -> None:
        super().setup_method()
        create("of-the-child")

    def test_both(self) -> None:
        """Both are there."""
        assert names() == ["of-the-child", "of-the-parent"]


class TestWhoseParentIsDecorated(TestAroundAClassWithAParent):
    """It has what its parent has, and a tear-down that knows nothing of the parent's."""

    def setup_method(self) -> None:
        super().setup_method()
        create("of-the-grandchild")

    def teardown_method(self) -> None:
        assert len(names()) == 3

    def test_both(self) -> None:
        """All are there, for each test anew."""
        assert names() == ["of-the-child", "of-the-grandchild", "of-the-parent"]

    test_again = test_both


@mock_qldb(region="eu-west-3")
class TestDecoratedLikeItsParent(TestAroundAClassWithAParent):
    """One emulator is enough: its own."""

    def test_both(self) -> None:
        """It is in the Region of this class."""
        assert boto3.client("qldb").meta.region_name == "eu-west-3"
        assert names() == ["of-the-child", "of-the-parent"]


@mock_qldb
class TestAroundAClassWithoutSetUp:
    """Fixtures of its tests are inside; set-up may be any kind of method."""

    @pytest.fixture(autouse=True)
    def _first(self) -> None:
        create("first")

    @pytest.fixture
    def second(self) -> str:
        create("second")
        return "second"

    def test_fixtures_are_inside(self, second: str) -> None:
        """Those that come by themselves, and those that are asked for."""
        assert names() == ["first", second]


@mock_qldb
class TestAroundAClassWhoseSetUpIsTheClasses:
    """pytest takes these, too."""

    @classmethod
    def setup_method(cls) -> None:
        create(cls.__name__[4:10])

    @staticmethod
    def teardown_method(method: Callable[..., None]) -> None:
        assert method.__name__ == "test_it"
        assert len(names()) == 1

    def test_it(self) -> None:
        """Made by the class."""
        assert names() == ["Around"]


class SetsUp:
    """A set-up that knows of no other."""

    def setup_method(self) -> None:
        self.ledger = create("of-the-other-parent")


class TearsDown:
    """A tear-down that does not."""

    def teardown_method(self) -> None:
        assert names()


class TestWithAnotherParentThatSetsUp(SetsUp, TestAroundAClassWithAParent):
    """Which comes before the one that is decorated."""

    def test_both(self) -> None:
        """It is inside all the same."""
        assert names() == ["of-the-other-parent"]


class TestWithAnotherParentThatTearsDown(TearsDown, TestAroundAClassWithAParent):
    """The same of the tear-down."""


class TestWithAClassInside(TestAroundAClassWithoutSetUp):
    """pytest calls its set-up for those inside, too."""

    class TestInside:
        def test_it(self) -> None:
            """Its emulator is there, and what fixtures of the outer class made."""
            assert names() == ["first"]


@mock_qldb(region="eu-west-1")
class TestWithADecoratedClassInside:
    """Of two decorators the nearer one counts."""

    @mock_qldb(region="eu-west-3")
    class TestInside:
        def test_it(self) -> None:
            """Its emulator is its own."""
            assert boto3.client("qldb").meta.region_name == "eu-west-3"
            assert names() == []

    def test_it(self) -> None:
        """And the outer one's is the outer one's."""
        assert boto3.client("qldb").meta.region_name == "eu-west-1"


class Registering:
    """A base that wants to know its subclasses, and what they say."""

    known: ClassVar[dict[str, str | None]] = {}

    def __init_subclass__(cls, tag: str | None = None, **named: Any) -> None:
        super().__init_subclass__(**named)
        Registering.known[cls.__name__] = tag


T = TypeVar("T")


def test_subclasses_begin_as_they_would() -> None:
    """Whatever other bases do with them: all are asked, with what they want."""

    @mock_qldb
    class Decorated:
        pass

    @mock_qldb
    class DecoratedRegistering(Registering):
        pass

    class _One(Decorated, Registering):
        pass

    class _Two(Decorated, Registering, tag="two"):
        pass

    class _Three(DecoratedRegistering, tag="three"):
        pass

    class Four(Decorated, Generic[T]):
        pass

    assert Registering.known == {"DecoratedRegistering": None, "_One": None, "_Two": "two", "_Three": "three"}
    assert Four[int].__name__ == "Four"


def test_that_is_run_again_begins_anew() -> None:
    """On the same object, as plugins do that run failed tests again; also when its set-up has failed."""

    @mock_qldb
    class Tests:
        fails = False

        def setup_method(self) -> None:
            create()
            if self.fails:
                raise LookupError

    tests: Any = Tests()
    for fails in (False, True, False):
        tests.fails = fails
        with pytest.raises(LookupError) if fails else nullcontext():
            tests.setup_method(None)
            assert names() == ["l"]
            tests.teardown_method(None)
        assert not interception._in_charge


@mock_aws
@mock_qldb
class TestBelowTheMockOfMoto:
    """What the set-up makes is there in the test, and gone in the next."""

    def setup_method(self) -> None:
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="journal-exports")
        create()

    def test_bucket(self) -> None:
        """Of moto, and a ledger of ours."""
        s3 = boto3.client("s3", region_name="us-east-1")
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["journal-exports"]
        assert len(names()) == 1
        s3.create_bucket(Bucket="another")

    test_again = test_bucket


@mock_qldb
class Mixin:
    """For cases of unittest."""

    def setUp(self) -> None:
        create("of-the-mixin")


class TestAroundAMixin(Mixin, unittest.TestCase):
    """It is around the set-up of who takes it."""

    def test_it(self) -> None:
        """A ledger of the mixin's."""
        assert names() == ["of-the-mixin"]


class TestAroundATestCaseOfAnother(TestAroundATestCase):
    """A set-up that knows nothing of its parent's is inside, too."""

    def setUp(self) -> None:
        create("made-before")
        self.addCleanup(lambda: names()[0])


@mock_qldb(region="eu-west-3")
class TestAroundACaseAndItsParent(TestAroundATestCase):
    """One emulator is enough: its own."""

    def setUp(self) -> None:
        assert boto3.client("qldb").meta.region_name == "eu-west-3"
        super().setUp()


@mock_qldb
class TestAroundAnAsyncCase(unittest.IsolatedAsyncioTestCase):
    """Its set-up may be a coroutine."""

    async def asyncSetUp(self) -> None:
        create("made-before")

    async def test_it(self) -> None:
        """What was made is there."""
        assert names() == ["made-before"]


def test_not_around_what_is_a_fixture_already() -> None:
    """The order is told."""
    with pytest.raises(TypeError, match=r"goes below @pytest\.fixture"):
        mock_qldb(made)


@pytest.fixture
@mock_qldb
def made() -> Iterator[str]:
    """A fixture of somebody's own."""
    create("made")
    yield "made"
    assert names() == ["made"]


def test_around_a_fixture(made: str) -> None:
    """From the beginning of the fixture to its end, with the test between."""
    assert names() == [made]


@mock_qldb
async def around_an_async_generator() -> AsyncIterator[list[str]]:
    create()
    yield names()


def test_around_an_async_generator() -> None:
    """An asynchronous fixture is one."""

    async def first() -> list[str]:
        async for each in around_an_async_generator():
            return each
        return []

    assert asyncio.run(first()) == ["l"]


@asynccontextmanager
@mock_qldb
async def rolling_back(seen: list[object]) -> AsyncIterator[str]:
    create("made")
    try:
        yield "made"
    except LookupError as error:
        seen.append(error.args[0])
    finally:
        seen.append(names())


@mock_qldb
async def echoing() -> AsyncGenerator[str, str]:
    said = yield "first"
    try:
        yield said + names()[0] if names() else said
    finally:
        create("closed")
        said_at_the_end.append(names())


said_at_the_end: list[list[str]] = []


def test_around_an_async_context() -> None:
    """What is thrown into it, sent to it and closed reaches the function."""

    async def conversation() -> list[object]:
        seen: list[object] = []
        async with rolling_back(seen):
            raise LookupError("missed")
        talk = echoing()
        seen += [await talk.__anext__(), await talk.asend("second")]
        await talk.aclose()
        return seen

    assert asyncio.run(conversation()) == ["missed", ["made"], "first", "second"]
    assert said_at_the_end == [["closed"]]


def test_set_up_that_fails_leaves_nothing() -> None:
    """pytest calls no tear-down then, and still the emulator is gone."""

    @mock_qldb
    class Tests:
        def setup_method(self) -> None:
            raise LookupError

    with pytest.raises(LookupError):
        Tests().setup_method(None)  # type: ignore[call-arg]
    assert "AWS_DATA_PATH" not in os.environ
