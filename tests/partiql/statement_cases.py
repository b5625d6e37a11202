"""Statements with their trees, statements that mean the same, and statements that are refused."""

from __future__ import annotations

from emulator.ion.values import Struct, Symbol
from emulator.partiql.ast import (
    BagConstructor,
    Binary,
    Call,
    CreateIndex,
    CreateTable,
    DropIndex,
    DropTable,
    EachField,
    Exec,
    Field,
    Identifier,
    Insert,
    InsertInto,
    ListConstructor,
    Literal,
    Modify,
    Parameter,
    Path,
    Projection,
    Remove,
    Select,
    SelectList,
    SelectValue,
    SetFields,
    SetItem,
    Source,
    Star,
    Statement,
    StructConstructor,
    Subscript,
    UndropTable,
)

A, B, T = (Identifier(name) for name in "abt")
ONE = Literal(1)
EVERYTHING = SelectList((Star(),))
FROM_T = (Source(T),)
IS_ONE = Binary("=", A, ONE)


def path(*names: str) -> Path:
    return Path(Identifier(names[0]), tuple(map(Field, names[1:])))


QUERIES: dict[str, Statement] = {
    "SELECT * FROM t": Select(EVERYTHING, FROM_T),
    "SELECT VALUE a FROM t": Select(SelectValue(A), FROM_T),
    "SELECT a, b AS c, a.b d FROM t": Select(
        SelectList((Projection(A), Projection(B, "c"), Projection(path("a", "b"), "d"))), FROM_T
    ),
    "SELECT a.*, a.b.* FROM t": Select(SelectList((Star(A), Star(path("a", "b")))), FROM_T),
    "SELECT (a.*) FROM t": Select(SelectList((Projection(Path(A, (EachField(),))),)), FROM_T),
    'SELECT a AS "Year" FROM t': Select(SelectList((Projection(A, "Year"),)), FROM_T),
    "SELECT * FROM t WHERE a = 1": Select(EVERYTHING, FROM_T, IS_ONE),
    "SELECT * FROM t AS a AT b BY c": Select(EVERYTHING, (Source(T, "a", "b", "c"),)),
    "SELECT * FROM t, a b": Select(EVERYTHING, (Source(T), Source(A, "b"))),
    "SELECT * FROM t, @t.a AS b": Select(
        EVERYTHING, (Source(T), Source(Path(Identifier("t", lexical=True), (Field("a"),)), "b"))
    ),
    "SELECT * FROM t JOIN a ON b": Select(EVERYTHING, (Source(T), Source(A)), B),
    "SELECT * FROM t JOIN a ON b JOIN b ON a WHERE a = 1": Select(
        EVERYTHING, (Source(T), Source(A), Source(B)), Binary("AND", Binary("AND", B, A), IS_ONE)
    ),
    "SELECT * FROM information_schema.user_tables": Select(
        EVERYTHING, (Source(path("information_schema", "user_tables")),)
    ),
    "SELECT * FROM history(t, ?) AS h": Select(EVERYTHING, (Source(Call("history", (T, Parameter(0))), "h"),)),
    "SELECT * FROM << 1 >>": Select(EVERYTHING, (Source(BagConstructor((ONE,))),)),
    "SELECT * FROM [1] AS a": Select(EVERYTHING, (Source(ListConstructor((ONE,)), "a"),)),
    "SELECT * FROM (SELECT * FROM t) AS a": Select(EVERYTHING, (Source(Select(EVERYTHING, FROM_T), "a"),)),
}

CHANGES: dict[str, Statement] = {
    "INSERT INTO t VALUE {'a': 1}": Insert(T, StructConstructor(((Literal("a"), ONE),))),
    "INSERT INTO t ?": Insert(T, Parameter(0)),
    'INSERT INTO "t" << ?, ? >>': Insert(Identifier("t", quoted=True), BagConstructor((Parameter(0), Parameter(1)))),
    "INSERT INTO t `{'a':1}`": Insert(T, Literal(Struct([("a", 1)]))),
    "UPDATE t SET a = 1": Modify(FROM_T, None, SetFields((SetItem(A, ONE),))),
    "UPDATE t AS a BY b SET a.b = ?, a = ? WHERE b = ?": Modify(
        (Source(T, "a", by="b"),),
        Binary("=", B, Parameter(2)),
        SetFields((SetItem(path("a", "b"), Parameter(0)), SetItem(A, Parameter(1)))),
    ),
    "UPDATE t INSERT INTO a.b VALUE ? AT ? WHERE a = 1": Modify(
        FROM_T, IS_ONE, InsertInto(path("a", "b"), Parameter(0), Parameter(1))
    ),
    "UPDATE t REMOVE a[1]": Modify(FROM_T, None, Remove(Path(A, (Subscript(ONE),)))),
    "DELETE FROM t": Modify(FROM_T, None, Remove(T)),
    'DELETE FROM "t" WHERE a = 1': Modify(
        (Source(Identifier("t", quoted=True)),), IS_ONE, Remove(Identifier("t", quoted=True))
    ),
    "DELETE FROM t AS a BY b WHERE b = ?": Modify((Source(T, "a", by="b"),), Binary("=", B, Parameter(0)), Remove(A)),
    "FROM t WHERE a = 1 REMOVE a": Modify(FROM_T, IS_ONE, Remove(A)),
    "FROM t AS a, a.b AS b SET b = 1": Modify(
        (Source(T, "a"), Source(path("a", "b"), "b")), None, SetFields((SetItem(B, ONE),))
    ),
    "FROM t INSERT INTO a VALUE 1 AT 'x'": Modify(FROM_T, None, InsertInto(A, ONE, Literal("x"))),
}

DEFINITIONS: dict[str, Statement] = {
    "CREATE TABLE t": CreateTable(T),
    'CREATE TABLE "Order"': CreateTable(Identifier("Order", quoted=True)),
    "CREATE TABLE t WITH (aws_tags = `{'k': 'v'}`)": CreateTable(T, Struct([("k", Symbol("v"))])),
    "CREATE INDEX ON t (a)": CreateIndex(T, A),
    'CREATE INDEX ON t ("Year")': CreateIndex(T, Identifier("Year", quoted=True)),
    'DROP INDEX "1x" ON t WITH (purge = true)': DropIndex(Identifier("1x", quoted=True), T, True),
    "DROP INDEX a ON t WITH (Purge = FALSE)": DropIndex(A, T, False),
    "DROP INDEX a ON t": DropIndex(A, T, False),
    "DROP TABLE t": DropTable(T),
    'undrop table "1x"': UndropTable(Identifier("1x", quoted=True)),
    "EXEC Redact_Revision ?, 'a', 'b'": Exec("redact_revision", (Parameter(0), Literal("a"), Literal("b"))),
    "EXEC nothing": Exec("nothing", ()),
}

STATEMENTS = QUERIES | CHANGES | DEFINITIONS

SAME = [
    ("select * from t where a = 1", "SELECT * FROM t WHERE a = 1"),
    ("  SELECT\n*\tFROM\r\nt ; ", "SELECT * FROM t"),
    ("SELECT * -- all ' of it\nFROM t", "SELECT * FROM t"),
    ("/* a /* nested ' */ one */ SELECT * FROM/**/t -- end", "SELECT * FROM t"),
    ("SELECT * FROM t a", "SELECT * FROM t AS a"),
    ("SELECT * FROM t a AT b BY c", "SELECT * FROM t AS a AT b BY c"),
    ("SELECT * FROM t INNER CROSS JOIN a", "SELECT * FROM t, a"),
    ("SELECT * FROM (t JOIN a ON b), c", "SELECT * FROM t, a, c WHERE b"),
    ("SELECT * FROM t JOIN (a JOIN (b JOIN c ON d) ON a) ON c", "SELECT * FROM t, a, b, c WHERE d AND a AND c"),
    ("SELECT * FROM (((t CROSS JOIN a)))", "SELECT * FROM t, a"),
    (
        "SELECT * FROM ((SELECT * FROM t JOIN a ON b) AS a JOIN c ON d)",
        "SELECT * FROM (SELECT * FROM t, a WHERE b) a, c WHERE d",
    ),
    ("SELECT * FROM (t)", "SELECT * FROM t"),
    ("SELECT * FROM t INNER JOIN a ON b", "SELECT * FROM t, a WHERE b"),
    ("SELECT * FROM t CROSS JOIN a", "SELECT * FROM t, a"),
    ("SELECT * FROM t JOIN a ON a OR b WHERE b", "SELECT * FROM t, a WHERE (a OR b) AND b"),
    ("UPDATE t SET a = 1 WHERE b", "FROM t WHERE b SET a = 1"),
    ("DELETE FROM t AS a WHERE b", "FROM t AS a WHERE b REMOVE a"),
    ("DELETE FROM information_schema.user_tables", "FROM information_schema.user_tables REMOVE user_tables"),
    ("INSERT INTO t VALUE ?", "INSERT INTO t ?"),
    ("SELECT VALUE a FROM t WHERE a NOT IN(1)AND b", "SELECT VALUE a FROM t WHERE (a NOT IN (1)) AND b"),
]

UNSUPPORTED = {
    "SELECT * FROM t LIMIT 1": "line 1, column 17: unexpected token found, KEYWORD : limit",
    "SELECT * FROM t\nORDER BY a": "line 2, column 1: unexpected token found, KEYWORD : order",
    "SELECT a FROM t GROUP BY a": "KEYWORD : group",
    "SELECT a FROM t HAVING a": "KEYWORD : having",
    "SELECT DISTINCT a FROM t": "KEYWORD : distinct",
    "SELECT ALL a FROM t": "KEYWORD : all",
    "SELECT COUNT(DISTINCT a) FROM t": "KEYWORD : distinct",
    "SELECT a FROM t LET a AS b": "KEYWORD : let",
    "PIVOT a AT b FROM t": "KEYWORD : pivot",
    "SELECT * FROM UNPIVOT t": "KEYWORD : unpivot",
    "SELECT * FROM t LEFT JOIN a ON b": "KEYWORD : left",
    "SELECT * FROM t RIGHT JOIN a ON b": "KEYWORD : right",
    "SELECT * FROM t FULL OUTER JOIN a ON b": "KEYWORD : full",
    "SELECT * FROM t NATURAL JOIN a": "KEYWORD : natural",
    "SELECT * FROM t UNION SELECT * FROM t": "KEYWORD : union",
    "SELECT * FROM t EXCEPT SELECT * FROM t": "KEYWORD : except",
    "SELECT * FROM t INTERSECT SELECT * FROM t": "KEYWORD : intersect",
    "WITH a AS (SELECT * FROM t) SELECT * FROM a": "KEYWORD : with",
    "SELECT SUM(a) OVER (b) FROM t": "LEFT_PAREN",
    "INSERT INTO t VALUE ? RETURNING *": "IDENTIFIER : RETURNING",
    "INSERT INTO t VALUE ? ON CONFLICT WHERE a DO NOTHING": "KEYWORD : on",
    "INSERT INTO t (a, b) VALUES (1, 2)": "KEYWORD : values",
    "DELETE FROM t RETURNING ALL OLD *": "KEYWORD : all",
    "MERGE INTO t": "IDENTIFIER : MERGE",
    "REPLACE INTO t ?": "IDENTIFIER : REPLACE",
    "UPSERT INTO t ?": "IDENTIFIER : UPSERT",
    "ALTER TABLE t": "KEYWORD : alter",
    "TRUNCATE TABLE t": "IDENTIFIER : TRUNCATE",
    "CREATE VIEW t": "KEYWORD : view",
    "CREATE UNIQUE INDEX ON t (a)": "KEYWORD : unique",
    "GRANT a": "KEYWORD : grant",
    "START TRANSACTION": "IDENTIFIER : START",
    "COMMIT": "KEYWORD : commit",
    "VALUES (1)": "KEYWORD : values",
    "SELECT DATE '2020-01-01' FROM t": "KEYWORD : date",
    "SELECT TIME '10:00' FROM t": "KEYWORD : time",
    "SELECT TIMESTAMP '2020-01-01' FROM t": "KEYWORD : timestamp",
    "UPDATE t SET a = 1 SET b = 2": "KEYWORD : set",
    "UPDATE t, a SET b = 2": "COMMA",
}

UNREADABLE = {
    "SELECT ^": "Lexer Error: at line 1, column 8: invalid character at, ^",
    "SELECT é FROM t": "invalid character at, é",
    "SELECT 'a'' FROM t": "line 1, column 8: string without its closing quote",
    'SELECT "a FROM t': "quoted identifier without its closing quote",
    'SELECT `"a` FROM t': "Ion literal without its closing backtick",
    "SELECT `{a: }` FROM t": "invalid Ion literal, the text is not Ion",
    "SELECT `1 2` FROM t": "invalid Ion literal, there are several values",
    "SELECT `` FROM t": "invalid Ion literal, there is no value",
    "SELECT /* /* */ a": "comment without its closing */",
    "SELECT 12ab FROM t": "malformed number, 12ab",
    "SELECT 1e FROM t": "malformed number, 1e",
    "SELECT 1e9999999999999999999 FROM t": "number out of range, 1e9999999999999999999",
}

MALFORMED = {
    "": "Parser Error: at line 1, column 1: unexpected token found, EOF; expected a statement",
    ";": "SEMICOLON",
    "1 + 1": "LITERAL : 1",
    "SELECT": "expected an expression",
    "SELECT FROM t": "found empty SELECT list",
    "SELECT a": "missing FROM after SELECT list",
    "SELECT *, a FROM t": "Other expressions may not be present",
    "SELECT a, * FROM t": "Other expressions may not be present",
    "SELECT * AS a FROM t": "missing FROM",
    "SELECT a.* AS b FROM t": "missing FROM",
    "SELECT a, FROM t": "KEYWORD : from",
    "SELECT * FROM": "EOF",
    "SELECT * FROM t;;": "SEMICOLON",
    "SELECT * FROM t AS a AS b": "KEYWORD : as",
    "SELECT * FROM t a b": "IDENTIFIER : b",
    "SELECT * FROM t BY a BY b": "KEYWORD : by",
    "SELECT * FROM t AT a AS b": "KEYWORD : as",
    "SELECT * FROM t BY a AT b": "KEYWORD : at",
    "SELECT * FROM t CROSS INNER JOIN a": "expected JOIN",
    "SELECT * FROM (t JOIN a ON b": "expected )",
    "SELECT * FROM (t JOIN a)": "expected ON",
    "SELECT * FROM t JOIN a": "expected ON",
    "SELECT * FROM t CROSS JOIN a ON b": "KEYWORD : on",
    "SELECT * FROM t INNER a": "expected JOIN",
    "SELECT year FROM t": "KEYWORD : year",
    "SELECT a.size FROM t": "KEYWORD : size",
    "SELECT a AS value FROM t": "KEYWORD : value",
    "SELECT * FROM user": "KEYWORD : user",
    "SELECT * FROM t WHERE": "EOF",
    "SELECT * FROM t WHERE a NOT b": "KEYWORD : not",
    "SELECT * FROM t WHERE a IN ()": "RIGHT_PAREN",
    "SELECT * FROM t WHERE a BETWEEN 1": "expected AND",
    "SELECT VALUE () FROM t": "RIGHT_PAREN",
    "SELECT VALUE (1,) FROM t": "RIGHT_PAREN",
    "SELECT VALUE [1,] FROM t": "RIGHT_BRACKET",
    "SELECT VALUE {'a'} FROM t": "expected :",
    "SELECT VALUE {'a': 1,} FROM t": "RIGHT_CURLY",
    "SELECT VALUE a. FROM t": "KEYWORD : from",
    "SELECT VALUE a[] FROM t": "RIGHT_BRACKET",
    "SELECT VALUE CASE a END FROM t": "expected WHEN",
    "SELECT VALUE SUM(*) FROM t": "with (*) as parameter is not supported",
    "SELECT VALUE LOWER(*) FROM t": "with (*) as parameter is not supported",
    "SELECT VALUE SUM(a, b) FROM t": "take 1 argument only",
    "SELECT VALUE SUM() FROM t": "expected an expression",
    "SELECT VALUE lower FROM t": "expected (",
    'SELECT VALUE "f"(1) FROM t': "LEFT_PAREN",
    "SELECT VALUE CAST(a AS thing) FROM t": "expected a type",
    "SELECT VALUE CAST(a AS int(1)) FROM t": "too many arguments for type int",
    "SELECT VALUE CAST(a AS decimal(1, 2, 3)) FROM t": "too many arguments for type decimal",
    "SELECT VALUE CAST(a AS decimal(1.5)) FROM t": "expected a whole number",
    "SELECT VALUE EXTRACT(week FROM a) FROM t": "IDENTIFIER : week",
    "SELECT VALUE DATE_ADD(timezone_hour, 1, a) FROM t": "KEYWORD : timezone_hour",
    "SELECT VALUE DATE_ADD(year,) FROM t": "RIGHT_PAREN",
    "SELECT VALUE DATE_ADD('year', 1, a) FROM t": "LITERAL : 'year'",
    "INSERT t VALUE ?": "expected INTO",
    "INSERT INTO ? VALUE ?": "QUESTION_MARK",
    "INSERT INTO 't' VALUE ?": "LITERAL : 't'",
    "INSERT INTO a.b VALUE ?": "DOT",
    "INSERT INTO t": "EOF",
    "UPDATE t WHERE a SET b = 1": "expected SET, INSERT INTO or REMOVE",
    "UPDATE t SET a": "expected assignment for SET",
    "UPDATE t SET a == 1": "OPERATOR : =",
    "UPDATE t SET 1 = 1": "expected a path",
    "UPDATE t SET a.* = 1": "expected a path",
    "UPDATE t SET f(a).b = 1": "expected a path",
    "UPDATE t REMOVE a, b": "COMMA",
    "UPDATE t INSERT INTO a 1": "expected VALUE",
    "FROM t WHERE a": "expected DML or SELECT operation after FROM",
    "FROM t SELECT *": "expected DML or SELECT operation after FROM",
    "DELETE t": "expected FROM",
    "DELETE FROM <<1>>": "expected the name of a table",
    "CREATE TABLE 't'": "expected the name of a table",
    "CREATE TABLE table": "KEYWORD : table",
    "CREATE TABLE t WITH (tags = `{}`)": "expected AWS_TAGS",
    "CREATE TABLE t WITH (aws_tags = {})": "expected an Ion literal",
    "CREATE INDEX i ON t (a)": "expected ON",
    "CREATE INDEX ON t (a, b)": "exactly one top-level field",
    "CREATE INDEX ON t (a.b)": "exactly one top-level field",
    "CREATE INDEX ON t ('a')": "expected the name of a field",
    "DROP INDEX a ON t WITH (purge = 1)": "expected true or false",
    "DROP a": "expected TABLE or INDEX",
    "UNDROP TABLE 'a'": "expected the id of a table",
    "EXEC": "No stored procedure provided",
    "EXEC redact_revision ?,": "expected an expression",
}

REFUSED = UNSUPPORTED | UNREADABLE | MALFORMED
