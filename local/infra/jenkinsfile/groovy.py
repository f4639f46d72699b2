"""Groovy's statements, as far as a declarative pipeline is made of them: calls with arguments and a block.

The parser is tree-sitter's, generated from a grammar of the whole language. It goes on after an error; here an error
ends everything, as in Groovy's own compiler.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter
import tree_sitter_groovy

from local.infra.jenkinsfile.errors import Finding

_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_groovy.language()))
_COMMENTS = frozenset({"line_comment", "block_comment", "comment", "groovydoc_comment"})
# `agent any` reads as the declaration of a variable.
_KINDS = {"method_invocation": "call", "juxt_function_call": "call", "local_variable_declaration": "declaration"}
_SEQUENCES = frozenset({"program", "closure", "block"})
# What may stand before a statement on its line.
_HEADS = frozenset({"closure_parameters", "formal_parameters", "inferred_parameters"}) | _COMMENTS


@dataclass(frozen=True, kw_only=True)
class Statement:
    """``kind``: call, declaration, assignment, or the grammar's word for another; ``name`` is what is called, declared
    or assigned to, None for another.

    ``arguments`` are texts. ``block`` is None where there is none, which is not an empty one.
    """

    line: int
    kind: str
    name: str | None
    arguments: tuple[str, ...] = ()
    block: tuple["Statement", ...] | None = None


def parse(source: str) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
    """The statements of a source, or, where it is no Groovy, why not."""
    root = _PARSER.parse(source.encode()).root_node
    findings = tuple(_errors(root))
    return (() if findings else _statements(root)), findings


def _errors(node: tree_sitter.Node) -> Iterator[Finding]:
    line = node.start_point[0] + 1
    if node.is_missing:
        yield Finding(line=line, problem=f"A {node.type!r} is missing.")
    elif node.is_error:
        yield Finding(line=line, problem=f"This is no Groovy: {_first_line(node)!r}.")
    elif node.has_error:
        for child in node.children:
            yield from _errors(child)
    else:
        yield from _unseparated(node)


def _unseparated(node: tree_sitter.Node) -> Iterator[Finding]:
    """Statements that share a line with nothing between them: the grammar lets them pass, Groovy does not."""
    if node.type in _SEQUENCES:
        for former, latter in zip(node.children, node.children[1:], strict=False):
            both = former.is_named and latter.is_named and latter.type not in _COMMENTS
            if both and former.type not in _HEADS and _shares_line(former, latter):
                line = latter.start_point[0] + 1
                yield Finding(line=line, problem=f"The statement before {_first_line(latter)!r} does not end.")
    for child in node.children:
        yield from _unseparated(child)


def _shares_line(former: tree_sitter.Node, latter: tree_sitter.Node) -> bool:
    # The grammar counts the end of the line among a statement.
    text = _text(former).rstrip()
    return not text.endswith(";") and former.start_point[0] + text.count("\n") == latter.start_point[0]


def _statements(parent: tree_sitter.Node) -> tuple[Statement, ...]:
    return tuple(_statement(child) for child in parent.named_children if child.type not in _COMMENTS)


def _statement(node: tree_sitter.Node) -> Statement:
    if node.type == "expression_statement":
        return _statement(node.named_children[0])
    line, parts = node.start_point[0] + 1, [child for child in node.named_children if child.type not in _COMMENTS]
    if node.type == "assignment_expression" and parts[0].type == "identifier":
        return Statement(line=line, kind="assignment", name=_text(parts[0]), arguments=(_text(parts[1]),))
    if node.type not in _KINDS or parts[0].type not in ("identifier", "type_identifier"):
        return Statement(line=line, kind=node.type, name=None)
    arguments: list[str] = []
    block = None
    for part in parts[1:]:
        if part.type == "closure":
            block = _statements(part)
        elif part.type == "argument_list":
            arguments += [_text(child) for child in part.named_children if child.type not in _COMMENTS]
        else:
            arguments.append(_text(part))
    kind = _KINDS[node.type]
    return Statement(line=line, kind=kind, name=_text(parts[0]), arguments=tuple(arguments), block=block)


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode()


def _first_line(node: tree_sitter.Node) -> str:
    return next(iter(_text(node).strip().splitlines()), "")[:60]
