"""The suites that `make compat` runs: what each needs on the machine, how it is installed and how it is run."""

from dataclasses import dataclass

Command = tuple[str, ...]


@dataclass(frozen=True)
class Tool:
    """A program that a suite needs: what tells its version, and the oldest that will do."""

    asks: Command
    at_least: tuple[int, ...]

    @property
    def wanted(self) -> str:
        """The program and version, as people say them."""
        return f"{self.asks[0]} {'.'.join(map(str, self.at_least))} or later"


@dataclass(frozen=True)
class Suite:
    """One kind of client. Its folder has its name, and commands run there."""

    name: str
    clients: str
    run: tuple[Command, ...]
    counts: str
    """Where the output of `run` tells how many tests passed: the sum of group 1, or of matches where there is none."""
    starts_servers: bool = False
    """Its tests start servers themselves, and need none of the runner's."""
    needs: tuple[Tool, ...] = ()
    install: tuple[Command, ...] = ()


def _pytest(python: str, *paths: str, spread: str = "worksteal") -> str:
    return f"{python} -m pytest -q -n auto --dist {spread} {' '.join(paths)}"


def _made(*targets: str) -> Command:
    return ("make", "--no-print-directory", "-C", "../..", *targets)


SUITES = (
    Suite(
        name="python",
        clients="pyqldb 3.2.4, boto3 1.40.60",
        install=(_made(".venv-compat/.installed"),),
        run=(("sh", "-c", _pytest("../../.venv-compat/bin/python", ".")),),
        counts=r"(\d+) passed",
        starts_servers=True,
    ),
    Suite(
        name="python-latest",
        clients="pyqldb 3.2.4, the newest boto3",
        install=(_made(".venv-compat/.installed", ".venv-compat-latest/.installed"),),
        run=(
            (
                "sh",
                "-c",
                'AWS_DATA_PATH="$(../../.venv/bin/qldb-emulator models path)" '
                + _pytest("../../.venv-compat-latest/bin/python", "../python", "."),
            ),
        ),
        counts=r"(\d+) passed",
        starts_servers=True,
    ),
    Suite(
        name="testing",
        clients="pyqldb 3.2.4 in one environment with the emulator",
        install=(_made(".venv-compat-testing/.installed"),),
        run=(("sh", "-c", _pytest("../../.venv-compat-testing/bin/python", ".")),),
        counts=r"(\d+) passed",
        starts_servers=True,
    ),
    Suite(
        name="go",
        clients="amazon-qldb-driver-go 3.0.1, AWS SDK for Go v2",
        needs=(Tool(("go", "version"), (1, 24)),),
        install=(("go", "mod", "download"),),
        run=(
            ("go", "vet", "./..."),
            ("go", "test", "-count=1", "-v", "./..."),
            # The driver's own tests, which its makers ran against the service.
            (
                "go",
                "test",
                "-count=1",
                "-v",
                "-run",
                "Integration",
                "github.com/awslabs/amazon-qldb-driver-go/v3/qldbdriver",
            ),
        ),
        counts=r"(?m)^ *--- PASS",
    ),
    Suite(
        name="node",
        clients="amazon-qldb-driver-nodejs 3.1.0, AWS SDK for JavaScript v3",
        needs=(Tool(("node", "--version"), (20,)), Tool(("npm", "--version"), (9,))),
        install=(("npm", "ci", "--no-audit", "--no-fund"),),
        run=(("npm", "test"),),
        counts=r"(?m)^\D* pass (\d+)$",
    ),
    Suite(
        name="java",
        clients="amazon-qldb-driver-java 2.3.1, AWS SDK for Java v2",
        needs=(Tool(("java", "-version"), (17,)), Tool(("mvn", "-version"), (3, 6))),
        run=(("mvn", "-B", "-ntp", "-Dstyle.color=never", "test"),),
        # The last such line sums up those of the classes.
        counts=r"(?m)^\[INFO\] Tests run: (\d+), Failures: 0, Errors: 0, Skipped: 0$",
    ),
    Suite(
        name="qldbshell",
        clients="qldbshell 1.2.0",
        install=(_made(".venv-compat-qldbshell/.installed"),),
        run=(("../../.venv-compat-qldbshell/bin/python", "-m", "pytest", "-q", "."),),
        counts=r"(\d+) passed",
    ),
    Suite(
        name="awscli",
        clients="AWS CLI 1.46.3 through the kit",
        install=(_made(".venv-compat-awscli/.installed"),),
        run=(
            (
                "sh",
                "-c",
                'AWS_DATA_PATH="$(../../.venv/bin/qldb-emulator models path)" '
                "../../.venv-compat-awscli/bin/python -m pytest -q .",
            ),
        ),
        counts=r"(\d+) passed",
    ),
    Suite(
        name="cli",
        clients="AWS CLI 1.42.60",
        needs=(Tool(("bash", "--version"), (4,)), Tool(("jq", "--version"), (1, 5)), Tool(("date", "--version"), (8,))),
        install=(_made(".venv/.sandbox-installed", ".venv-compat-cli/.installed"),),
        # Tests of a file look at what one play has left.
        run=(("sh", "-c", _pytest("../../.venv-compat-cli/bin/python", ".", spread="loadfile")),),
        counts=r"(\d+) passed",
        starts_servers=True,
    ),
    Suite(
        name="wallet",
        clients="pyqldb 3.2.4, boto3 1.40.60, aws_kinesis_agg 1.2.3",
        install=(_made(".venv/.sandbox-installed", ".venv-compat-cli/.installed"),),
        run=(("../../.venv-compat-cli/bin/python", "-m", "pytest", "-q", "."),),
        counts=r"(\d+) passed",
        starts_servers=True,
    ),
)
