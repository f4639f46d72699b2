"""Which lines of a notebook's code show what a mail says, by the syntax tree.

A line is found if what it shows holds a mail's content, or a name that was given some, as it is or in another form.
What only counts or judges content (``COUNTING``) lets none through.
"""

import ast
from collections.abc import Iterator

CONTENT = frozenset({"body", "custodian_banks", "subject", "text"})
SHOWING = frozenset({"HTML", "Markdown", "annotate", "display", "legend", "print", "set", "set_title", "suptitle"})
"""Functions and methods whose arguments somebody sees; a cell's last expression is shown too."""
COUNTING = frozenset({"detect_language", "len", "values"})
"""``values``: of a dictionary that has content for its keys."""


def shown_content(source: str) -> list[str]:
    """The statements of a cell, or of several in one text, that show content."""
    tree = ast.parse(source)
    tainted = _tainted_names(tree)
    return [ast.unparse(shown) for shown in _shown(tree) if _holds(shown, tainted)]


def _shown(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SHOWING:
            yield node
        elif isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call):
            yield node.value


def _tainted_names(tree: ast.Module) -> frozenset[str]:
    tainted: frozenset[str] = frozenset()
    while True:
        more = tainted | {name for names, value in _given(tree) if _holds(value, tainted) for name in names}
        if more == tainted:
            return tainted
        tainted = more


def _given(tree: ast.Module) -> Iterator[tuple[set[str], ast.AST]]:
    """Names with what they are given: by assignment, by a loop, or by a method of theirs."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield {name for target in targets for name in _names(target)}, value
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield _names(target), value
            case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                yield _names(target), value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield _names(target), value
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=arguments):
                yield {name}, ast.Tuple(elts=arguments)


def _holds(node: ast.AST, tainted: frozenset[str]) -> bool:
    match node:
        case ast.Call(func=called) if _name(called) in COUNTING:
            return False
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=name)) if name in CONTENT:
            return True
        case ast.Name(id=name) if name in tainted:
            return True
    return any(_holds(child, tainted) for child in ast.iter_child_nodes(node))


def _names(target: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
