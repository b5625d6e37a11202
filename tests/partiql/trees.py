"""Trees that the parser could have made, and what makes two of them the same."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from emulator.ion.values import NULL, Clob, Struct, Symbol
from emulator.partiql import ast
from emulator.partiql.keywords import AGGREGATES, DATE_PARTS, EXTRACT_PARTS, TYPES
from tests.ion.strategies import decimals, ints, timestamps

BINARY_OPERATORS = ["+", "-", "*", "/", "%", "||", "=", "<>", "<", "<=", ">", ">=", "AND", "OR"]
_PLACE = re.compile(r", position=Position\(line=\d+, column=\d+\)|position=Position\(line=\d+, column=\d+\)")
_NUMBER = re.compile(r"Parameter\(index=\d+")


def shape(tree: object) -> str:
    """A tree without its places, and with the types of its values: 1, 1.0 and true are not the same."""
    return _PLACE.sub("", repr(tree))


def unnumbered(tree: object) -> str:
    """The shape of a tree whose parameters are not told apart."""
    return _NUMBER.sub("Parameter(index=", shape(tree))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
plain_names = st.sampled_from(["a", "b", "name", "_ql_committed_T", "x1", "$y"])
names = st.one_of(plain_names, texts, st.sampled_from(["Year", "select", 'a"b']))
literals = st.builds(
    ast.Literal,
    st.one_of(
        st.sampled_from([NULL, True, False, 1.5, Symbol("a'b"), Symbol("`"), b"ab", Clob(b"`"), [1, "`"], -1]),
        st.sampled_from([Struct([("a", [Struct()])]), Symbol("a"), "it's"]),
        ints,
        decimals,
        timestamps,
        texts,
    ),
)
identifiers = st.builds(ast.Identifier, plain_names, st.just(False), st.booleans()) | st.builds(
    ast.Identifier, names, st.just(True), st.booleans()
)
tables = st.builds(ast.Identifier, plain_names) | st.builds(ast.Identifier, names, st.just(True))
type_names = st.one_of(
    st.sampled_from([name.lower() for name in TYPES if name != "DOUBLE"]).map(ast.TypeName),
    st.just(ast.TypeName("double precision")),
    st.builds(ast.TypeName, st.just("decimal"), st.tuples(st.integers(0, 99), st.integers(0, 99))),
)
fields = st.builds(ast.Field, plain_names) | st.builds(ast.Field, names, st.just(True))


def _tuples(items: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(items, min_size=least, max_size=3).map(tuple)


def _paths(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    steps = st.one_of(fields, st.builds(ast.Subscript, inner), st.just(ast.EachField()), st.just(ast.EachElement()))
    return st.builds(ast.Path, inner, _tuples(steps, 1))


def _targets(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    steps = st.one_of(fields, st.builds(ast.Subscript, inner))
    return identifiers | st.builds(ast.Path, identifiers, _tuples(steps, 1))


def _word(*words: str) -> st.SearchStrategy[Any]:
    return st.sampled_from([word.lower() for word in words]).map(ast.Literal)


def _calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(ast.Call, st.sampled_from(["utcnow", "f", "size", "coalesce", "exists"]), _tuples(inner)),
        st.builds(ast.Call, st.just("extract"), st.tuples(_word(*EXTRACT_PARTS), inner)),
        st.builds(ast.Call, st.sampled_from(["date_add", "date_diff"]), st.tuples(_word(*DATE_PARTS), inner, inner)),
        st.builds(ast.Call, st.just("trim"), st.tuples(_word("both", "leading", "trailing"), inner, inner)),
        st.builds(ast.Call, st.just("substring"), _tuples(inner, 1)),
        st.builds(ast.Aggregate, _word(*AGGREGATES).map(lambda literal: literal.value), inner),
        st.just(ast.Aggregate("count", None)),
    )


def _sources(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    name = st.none() | names
    return _tuples(st.builds(ast.Source, inner, name, name, name), 1)


def _selects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = _tuples(st.builds(ast.Projection, inner, st.none() | names) | st.builds(ast.Star, inner), 1)
    projection = st.one_of(
        st.builds(ast.SelectValue, inner),
        st.builds(ast.SelectList, items),
        st.just(ast.SelectList((ast.Star(),))),
    )
    return st.builds(ast.Select, projection, _sources(inner), st.none() | inner)


def _operations(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    negated = st.booleans()
    # After IN, parentheses make a list, so a collection that is no list never begins with them.
    collections = st.one_of(_tuples(inner).map(ast.ListConstructor), identifiers, _selects(inner))
    return st.one_of(
        st.builds(ast.Unary, st.sampled_from(["-", "+", "NOT"]), inner),
        st.builds(
            ast.Binary,
            st.sampled_from(BINARY_OPERATORS),
            inner,
            inner,
        ),
        st.builds(ast.In, inner, collections, negated),
        st.builds(ast.Between, inner, inner, inner, negated),
        st.builds(ast.Like, inner, inner, st.none() | inner, negated),
        st.builds(ast.Is, inner, type_names, negated),
    )


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        _operations(inner),
        _paths(inner),
        _calls(inner),
        _selects(inner),
        st.builds(ast.StructConstructor, _tuples(pairs)),
        st.builds(ast.ListConstructor, _tuples(inner)),
        st.builds(ast.BagConstructor, _tuples(inner)),
        st.builds(ast.Cast, inner, type_names),
        st.builds(ast.Case, st.none() | inner, _tuples(pairs, 1), st.none() | inner),
    )


expressions: st.SearchStrategy[Any] = st.recursive(
    st.one_of(literals, identifiers, st.just(ast.Missing()), st.just(ast.Parameter(0))), _deeper, max_leaves=12
)

_changes = st.one_of(
    st.builds(ast.SetFields, _tuples(st.builds(ast.SetItem, _targets(expressions), expressions), 1)),
    st.builds(ast.InsertInto, _targets(expressions), expressions, st.none() | expressions),
    st.builds(ast.Remove, _targets(expressions)),
)

statements: st.SearchStrategy[ast.Statement] = st.one_of(
    _selects(expressions),
    st.builds(ast.Insert, tables, expressions),
    st.builds(ast.Modify, _sources(expressions), st.none() | expressions, _changes),
    st.builds(ast.CreateTable, tables, st.none() | st.just(Struct([("k", "v`")]))),
    st.builds(ast.CreateIndex, tables, tables),
    st.builds(ast.DropIndex, tables, tables, st.booleans()),
    st.builds(ast.DropTable, tables),
    st.builds(ast.UndropTable, tables),
    st.builds(ast.Exec, st.sampled_from(["redact_revision", "p"]), _tuples(expressions)),
)
