"""What is said of a Python environment: of real ones, in which packages are missing, too new, or not what they were."""

import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.doctor import python_checks
from emulator.doctor.circumstances import Circumstances
from tests.doctor.conftest import Around

pytestmark = pytest.mark.process

CHECKS = [
    python_checks.python,
    python_checks.boto3,
    python_checks.descriptions,
    python_checks.driver,
    python_checks.ion,
]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python of its own, with nothing installed."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")


@pytest.fixture
def with_packages(around: Around, bare: str, tmp_path: Path) -> Callable[..., Circumstances]:
    """Puts packages before the real ones of this environment: releases by their metadata, modules by their source."""

    def with_packages(modules: dict[str, str] | None = None, **releases: str) -> Circumstances:
        before = tmp_path / "packages"
        for name, version in releases.items():
            metadata = before / f"{name}-{version}.dist-info" / "METADATA"
            metadata.parent.mkdir(parents=True)
            metadata.write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '.')}\nVersion: {version}\n")
        for path, source in (modules or {}).items():
            (before / path).parent.mkdir(parents=True, exist_ok=True)
            (before / path).write_text(source)
        return around(python=bare, PYTHONPATH=f"{before}:{sysconfig.get_path('purelib')}")

    return with_packages


DRIVER = dict.fromkeys(["pyqldb/__init__.py", "pyqldb/driver/__init__.py", "pyqldb/driver/qldb_driver.py"], "")
NO_QLDB = {
    "botocore/__init__.py": "",
    "botocore/session.py": "class Session:\n    def get_available_services(self):\n        return ['s3']\n",
}


def test_environment_of_the_tests_is_well(around: Around) -> None:
    """Where all is installed as it should be, there is no problem."""
    here = around()

    assert [check(here).status for check in CHECKS] == ["ok", "ok", "ok", "note", "ok"]


@pytest.mark.parametrize("python", ["/nowhere/python", "/bin/false", "/bin/echo", "/"])
def test_what_is_no_python_is_said_once(around: Around, python: str) -> None:
    """The first check says why; the others leave it at that."""
    here = around(python=python)

    first, *others = (check(here).status for check in CHECKS)

    assert first == "problem"
    assert set(others) == {"skipped"}


def test_boto3_that_is_missing_is_installed_into_that_python(around: Around, bare: str) -> None:
    """The command names the Python that lacks it."""
    finding = python_checks.boto3(around(python=bare))

    assert (finding.status, finding.fix) == ("problem", f"{bare} -m pip install boto3")


def test_boto3_that_heeds_no_endpoint_is_too_old(with_packages: Callable[..., Circumstances]) -> None:
    """boto3 before 1.28 calls AWS, whatever AWS_ENDPOINT_URL says."""
    finding = python_checks.boto3(with_packages(boto3="1.26.165"))

    assert finding.status == "problem"
    assert "does not heed AWS_ENDPOINT_URL" in finding.says


def test_newest_boto3_needs_the_kit(with_packages: Callable[..., Circumstances]) -> None:
    """Without descriptions, the command is the one that brings them."""
    finding = python_checks.descriptions(with_packages(NO_QLDB, boto3="1.44.8", botocore="1.44.8"))

    assert (finding.status, finding.fix) == ("problem", 'eval "$(qldb-emulator env)"')
    assert "UnknownServiceError" in finding.says


def test_boto3_that_is_pinned_alone_gets_its_botocore(with_packages: Callable[..., Circumstances]) -> None:
    """pip gives the last boto3 that had QLDB a botocore that has not; both have to be pinned."""
    finding = python_checks.descriptions(with_packages(NO_QLDB, boto3="1.40.60", botocore="1.40.76"))

    assert "the two have to be pinned together" in finding.says
    assert finding.fix is not None
    assert finding.fix.endswith(" -m pip install boto3==1.40.60 botocore==1.40.60")


def test_wrong_profile_hides_nothing(around: Around) -> None:
    """botocore refuses to do anything with AWS_PROFILE wrong; what it knows is asked without."""
    assert python_checks.descriptions(around(AWS_PROFILE="nothing")).status == "ok"


def test_driver_that_cannot_be_imported_says_why(with_packages: Callable[..., Circumstances]) -> None:
    """pyqldb breaks beside a newer Ion library; installing it again brings the one it needs."""
    broken = {**DRIVER, "pyqldb/driver/qldb_driver.py": "import ionhash"}
    finding = python_checks.driver(with_packages(broken, pyqldb="3.2.4"))

    assert finding.status == "problem"
    assert "ModuleNotFoundError: No module named 'ionhash'" in finding.says
    assert finding.fix is not None and finding.fix.endswith("pip install pyqldb==3.2.4")


def test_driver_that_can_be_imported_is_well(with_packages: Callable[..., Circumstances]) -> None:
    """Its version is all there is to say."""
    assert python_checks.driver(with_packages(DRIVER, pyqldb="3.2.4")).says == "3.2.4"


WITHOUT_C = {"sitecustomize.py": "import sys\nsys.modules['amazon._ioncmodule'] = None\n"}


def test_ion_library_without_its_part_in_c_is_built_again(with_packages: Callable[..., Circumstances]) -> None:
    """The library works without it, thirty times slower, and says nothing."""
    finding = python_checks.ion(with_packages(WITHOUT_C))

    assert (finding.status, "lacks its part in C" in finding.says) == ("problem", True)
    assert finding.fix is not None and "--force-reinstall" in finding.fix


def test_old_ion_library_is_only_noted_beside_the_driver(with_packages: Callable[..., Circumstances]) -> None:
    """pyqldb takes no newer one."""
    assert python_checks.ion(with_packages(WITHOUT_C, pyqldb="3.2.4", amazon_ion="0.9.3")).status == "note"


def test_old_ion_library_alone_is_brought_up_to_date(with_packages: Callable[..., Circumstances]) -> None:
    """Where nothing holds it back, the newest is faster."""
    finding = python_checks.ion(with_packages(WITHOUT_C, amazon_ion="0.9.3"))

    assert finding.fix is not None and finding.fix.endswith("--upgrade amazon.ion")
