"""Seed files: what they say, and what is told of those that are wrong."""

from pathlib import Path

import pytest

from emulator.ion.binary import encode
from emulator.ion.codec import read_text
from emulator.seeding.files import read_seed, sample
from emulator.seeding.seed import Documents, Reference, SeedError, Statement

TEXTS = {
    ".ion": '{ledger: "cars", tables: {Car: [{make: "Tesla"}]}, indexes: {Car: ["make"]}}',
    ".json": '{"ledger": "cars", "tables": {"Car": [{"make": "Tesla"}]}, "indexes": {"Car": ["make"]}}',
}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("ending", TEXTS)
def test_documents_come_after_tables_and_indexes(tmp_path: Path, ending: str) -> None:
    """In Ion and in JSON, whatever the order of the members is."""
    seed = read_seed(written(tmp_path, f"cars{ending}", TEXTS[ending]))

    assert seed.ledger == "cars"
    assert [step.text for step in seed.steps if isinstance(step, Statement)] == [
        'CREATE TABLE "Car"',
        'CREATE INDEX ON "Car" ("make")',
    ]
    assert isinstance(seed.steps[-1], Documents)
    assert len(seed.steps[-1].documents) == 1


def test_ion_may_be_binary(tmp_path: Path) -> None:
    """The same value as bytes is the same seed."""
    text, binary = TEXTS[".ion"], encode(read_text(TEXTS[".ion"]))

    seeds = [read_seed(written(tmp_path, "cars.ion", content)) for content in (text, binary)]

    assert seeds[0] == seeds[1]


def test_numbers_of_json_are_exact(tmp_path: Path) -> None:
    """Fractions are decimals, and null is null."""
    seed = read_seed(written(tmp_path, "a.json", '{"tables": {"T": [{"n": 0.10, "none": null}]}}'))

    step = seed.steps[-1]
    assert isinstance(step, Documents)
    assert step.documents[0] == read_text("{n: 0.10, none: null}")


def test_documents_may_be_deep(tmp_path: Path) -> None:
    """A file has as many levels in JSON as in Ion."""
    for name in ("a.json", "a.ion"):
        step = read_seed(written(tmp_path, name, _nested(253))).steps[-1]

        assert isinstance(step, Documents)
        assert step.documents == [read_text(f"{{a: {'[' * 252}{']' * 252}}}")]


@pytest.mark.parametrize(("name", "text"), [("a.sql", "CREATE TABLE T"), *((f"a{it}", TEXTS[it]) for it in TEXTS)])
def test_byte_order_marks_mean_nothing(tmp_path: Path, name: str, text: str) -> None:
    """Nor do they move the place of what is wrong."""
    path = written(tmp_path, name, text)
    plain = read_seed(path)

    assert read_seed(written(tmp_path, name, b"\xef\xbb\xbf" + text.encode())) == plain
    with pytest.raises(SeedError, match=r"not UTF-8: .* at byte 4"):
        read_seed(written(tmp_path, name, b"\xef\xbb\xbf \xff"))


def test_statements_end_with_semicolons(tmp_path: Path) -> None:
    """Not with those in strings, comments and Ion literals; each knows where it begins."""
    text = "CREATE TABLE T; -- one; two\n\nINSERT INTO T << {'a': 'x;y'}, `{b: \";\"}` >>\n;; /* ; */"

    seed = read_seed(written(tmp_path, "a.sql", text))

    assert [step.text for step in seed.steps if isinstance(step, Statement)] == [
        "CREATE TABLE T",
        "INSERT INTO T << {'a': 'x;y'}, `{b: \";\"}` >>",
    ]
    assert [step.begins for step in seed.steps if isinstance(step, Statement)] == [(1, 1), (3, 1)]


def test_ids_are_referred_to(tmp_path: Path) -> None:
    """A document of a table that comes before, by its fields."""
    text = "{tables: {P: [{n: 1}, {n: 2}], C: [{by: document_id::{P: {n: 2}}}]}}"

    step = read_seed(written(tmp_path, "a.ion", text)).steps[-1]

    assert isinstance(step, Documents)
    assert dict(step.documents[0].fields())["by"] == Reference("P", 1)  # type: ignore[union-attr]


def _nested(depth: int) -> str:
    return f'{{"tables": {{"T": [{{"a": {"[" * (depth - 1)}{"]" * (depth - 1)}}}]}}}}'


WRONG = {
    "a.sql": {
        "CREATE TABLE T;\n  INSERT INTO T WHERE": "a.sql, line 2, column 17: Parser Error: unexpected",
        "CREATE TABLE T; SELECT\n* FROM": "a.sql, line 2, column 7: Parser Error: unexpected",
        "CREATE TABLE 'T": "a.sql, line 1, column 14: Lexer Error: string",
        "CREATE TABLE T;\0": r"invalid character at, \\x00",
    },
    "a.json": {
        "{\n  oops}": r"a\.json, line 2, column 3: the text is not JSON: Expecting property name",
        "[]": r"wanted a struct, got \[\]",
        "null": "wanted a struct, got null",
        '{"tables": {"T": {}}}': r"tables\.T: wanted a list",
        '{"tables": {"T": [{}, 7]}}': r"tables\.T\[1\]: wanted a document",
        '{"tabels": {}}': "tabels is no member of a seed; there are ledger, tables, indexes",
        '{"tables": {}, "indexes": {"T": ["a"]}}': r"indexes\.T: there is no such table",
        '{"tables": {"T": []}, "indexes": {"T": [1]}}': r"indexes\.T: wanted names of fields, got 1",
        '{"tables": {"T": [], "T": []}}': "T is there twice",
        '{"ledger": 1}': "wanted the name of a ledger, got 1",
        '{"tables": [{"a": 1e3}]}': r'tables: wanted a struct, got \[\{"a":1e3\}\]',
        '{"tables": {"T": [{"n": NaN}]}}': "NaN is no number",
        '{"tables": {"a\\nb": 7}}': r"tables\.a\\nb: wanted a list, got 7",
        '{"tables":\n {"T": [{"a": "\\\\ud800 \\ud83d\\ude00 \\ud800"}]}}': r"line 2, column 37: .* half .*, \\ud800",
        '{"\\udc00": 1}': r"line 1, column 3: .* half of a surrogate pair, \\udc00",
        f'{{"ledger": {"9" * 5_000}}}': "a number has at most 2500 characters, got one of 5000",
        f'{{"tables": {{"T": [{{}}, {{"n": {"9" * 2_490}}}]}}}}': r"T\[1\]: a number is too large",
        '{"tables": {"T": [{"n": 1e99999999999}]}}': r"T\[0\]: .* its exponent is out of range",
        '{"tables": {"T": [{"n": 1e99999999999999999999}]}}': r"a decimal's exponent is out of range, got 1e9999",
        **{_nested(depth): "nested too deeply; at most 256 levels" for depth in (254, 300, 900, 100_000)},
    },
    "a.ion": {
        "{tables: ": "is not Ion",
        "{} {}": "several values",
        "{tables: {C: [{by: document_id::{P: {n: 2}}}], P: [{n: 2}]}}": r"C\[0\]: .* a table that comes before, got P",
        "{tables: {P: [{n: 2}, {n: 2}], C: [{by: document_id::{P: {n: 2}}}]}}": "of one document, and 2 of P",
        "{tables: {P: [], C: [document_id::{P: 2}]}}": r"wanted a document.*, got document_id::\{P:2\}",
        "a::{tables: {}}": r"wanted a struct, got a::\{tables:\{\}\}",
        "{tables: null.struct}": r"tables: wanted a struct, got null\.struct",
        '{tables: ["x\\ny", 2007-01-01T, {{aGk=}}]}': r'got \["x\\ny",2007-01-01,\{\{aGk=\}\}\]',
        "{tables: {P: [], C: [{by: document_id::{P: 2}}]}}": r"C\[0\]: wanted document_id::",
    },
    "a.csv": {"": "a seed is a file that ends in .partiql, .sql, .ion, .10n, .json"},
}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [(name, text, told) for name, texts in WRONG.items() for text, told in texts.items()],
    ids=lambda text: text[:40],
)
def test_place_of_what_is_wrong_is_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    """One sentence, with the file and the place in it."""
    path = written(tmp_path, name, text)

    with pytest.raises(SeedError, match=told) as raised:
        read_seed(path)

    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """Missing, and not of text."""
    with pytest.raises(SeedError, match="No such file"):
        read_seed(tmp_path / "a.sql")
    with pytest.raises(SeedError, match=r"not UTF-8: .* at byte 0"):
        read_seed(written(tmp_path, "b.sql", b"\xff"))


def test_samples_are_named() -> None:
    """One that there is not, with those that there are."""
    assert sample("vehicle-registration").ledger == "vehicle-registration"
    with pytest.raises(SeedError, match="there is no sample 'bikes'; there are vehicle-registration"):
        sample("bikes")
