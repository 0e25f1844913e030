"""Every public name says what it is, in the house form.

Public is what a package or module lists in its `__all__`, and of such a class the methods and
properties without a leading underscore.

1. `__all__` is sorted: constants, classes, functions, each by the alphabet. Everything in it is
   there and has a docstring; a constant's stands below it.
2. A function with parameters has a section *Args* that names each, *Returns* (or *Yields*) where
   it answers with something, and *Raises* with every error that its own body raises.
3. An attrs class has a section *Attributes* (or *Args*) that names each public field.
"""

import ast
import functools
import importlib
import inspect
import itertools
import pkgutil
import re
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest

import mi_rewards
from tests.architecture import _rules

_SECTION = re.compile(
    r"^(Args|Attributes|Example|Examples|Raises|Returns|Yields|Source|Note):$", re.MULTILINE
)
_SILENT = {"None", "NoReturn", "Never"}


def violations(source: str) -> list[str]:
    """Name what the public classes and functions of a piece of source leave unsaid."""
    found = []
    for node in _rules.parsed(source).body:
        if isinstance(node, ast.ClassDef):
            found += class_violations(node)
        elif isinstance(node, _rules.Function):
            found += function_violations(node)
    return found


def class_violations(node: ast.ClassDef) -> list[str]:
    """Name what a class leaves unsaid: itself, its fields, its public methods."""
    text = ast.get_docstring(node)
    if text is None:
        return [f"{node.name} has no docstring"]
    sections = _sections(text)
    named = sections.get("Attributes", "") + sections.get("Args", "")
    found = [
        f"{node.name}: {field} is not in Attributes"
        for field in _fields(node)
        if not _names(named, field)
    ]
    for member in node.body:
        if isinstance(member, _rules.Function) and not member.name.startswith("_"):
            found += function_violations(member, within=f"{node.name}.")
    return found


def function_violations(node: _rules.Function, within: str = "") -> list[str]:
    """Name what a function leaves unsaid: itself, its parameters, its answer, its errors."""
    name = within + node.name
    if any(_rules.dotted(mark).endswith("overload") for mark in node.decorator_list):
        return []
    text = ast.get_docstring(node)
    if text is None:
        return [f"{name} has no docstring"]
    sections = _sections(text)
    parameters = _parameters(node, is_method=bool(within))
    found = [
        f"{name}: {parameter} is not in Args"
        for parameter in parameters
        if not _names(sections.get("Args", ""), parameter)
    ]
    answers = node.returns is not None and ast.unparse(node.returns) not in _SILENT
    if parameters and answers and not sections.keys() & {"Returns", "Yields"}:
        found.append(f"{name} does not say what it returns")
    found += [
        f"{name}: {error} is not in Raises"
        for error in sorted(_raised(node))
        if not _names(sections.get("Raises", ""), error)
    ]
    return found


def module_violations(module: ModuleType) -> list[str]:
    """Name what a module's `__all__` gets wrong and what its names leave unsaid."""
    names: list[str] = list(module.__all__)
    found = [] if names == sorted(set(names), key=_place) else ["__all__ is not sorted"]
    for name in names:
        value = getattr(module, name)
        if inspect.isclass(value):
            for owner in value.__mro__:
                if owner.__module__.startswith("mi_rewards"):
                    found += _definition_violations(owner)
        elif inspect.isfunction(value):
            found += _definition_violations(value)
        elif not name.startswith("__") and name not in _described_constants():
            found.append(f"{name} has no docstring below it")
    return found


def _definition_violations(value: type | FunctionType) -> list[str]:
    node = _definition(value)
    return class_violations(node) if isinstance(node, ast.ClassDef) else function_violations(node)


def _place(name: str) -> tuple[bool, bool, str]:
    """Constants first, then classes, then the rest."""
    return not name.isupper(), not name[:1].isupper(), name


def _sections(text: str) -> dict[str, str]:
    parts = _SECTION.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _names(section: str, name: str) -> bool:
    return re.search(rf"^\s*\**{re.escape(name)}(?: \(.*\))?:", section, re.MULTILINE) is not None


def _parameters(node: _rules.Function, *, is_method: bool) -> list[str]:
    every = node.args
    is_static = any(_rules.dotted(mark) == "staticmethod" for mark in node.decorator_list)
    positional = [*every.posonlyargs, *every.args][1 if is_method and not is_static else 0 :]
    rest = [each for each in (every.vararg, every.kwarg) if each is not None]
    return [each.arg for each in (*positional, *every.kwonlyargs, *rest)]


def _raised(node: _rules.Function) -> set[str]:
    """The errors that a function's own body raises by name."""
    nested = {
        inner
        for function in _rules.functions(node)
        if function is not node
        for inner in ast.walk(function)
    }
    errors = set()
    for statement in ast.walk(node):
        if isinstance(statement, ast.Raise) and statement.exc and statement not in nested:
            error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
            name = _rules.dotted(error).rsplit(".", maxsplit=1)[-1]
            if name[:1].isupper():
                errors.add(name)
    return errors


def _fields(node: ast.ClassDef) -> Iterator[str]:
    """The public fields of a class that attrs makes."""
    marks = (mark.func if isinstance(mark, ast.Call) else mark for mark in node.decorator_list)
    if not any(_rules.dotted(mark).startswith(("attrs.", "attr.")) for mark in marks):
        return
    for statement in node.body:
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and not statement.target.id.startswith("_")
            and not ast.unparse(statement.annotation).startswith(("ClassVar", "typing.ClassVar"))
        ):
            yield statement.target.id


def _definition(value: type | FunctionType) -> ast.ClassDef | _rules.Function:
    """Find where a class or function is written."""
    scope: ast.AST = _tree(value.__module__)
    for name in value.__qualname__.split("."):
        scope = next(
            node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.ClassDef | _rules.Function) and node.name == name
        )
    assert isinstance(scope, ast.ClassDef | _rules.Function)
    return scope


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(sys.modules[module]))


@functools.cache
def _described_constants() -> frozenset[str]:
    """The names that some module of the package assigns and describes right below."""
    return frozenset(name for _, source in _rules.modules() for name in described_constants(source))


def described_constants(source: str) -> Iterator[str]:
    """Yield the names that a module assigns and describes in a text right below."""
    body = _rules.parsed(source).body
    for statement, following in itertools.pairwise(body):
        if (
            isinstance(statement, ast.Assign | ast.AnnAssign)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from (_rules.dotted(target) for target in targets)


def _public_modules() -> Iterator[ModuleType]:
    """The package and every module below it that lists public names."""
    yield mi_rewards
    for found in pkgutil.walk_packages(mi_rewards.__path__, "mi_rewards."):
        if "._" not in found.name:
            module = importlib.import_module(found.name)
            if hasattr(module, "__all__"):
                yield module


def test_every_public_name_says_what_it_is() -> None:
    """Everything that a user may import is described, parameter by parameter."""
    found = {module.__name__: module_violations(module) for module in _public_modules()}
    assert {name: what for name, what in found.items() if what} == {}


def test_every_public_package_and_module_lists_its_names() -> None:
    """One without `__all__` would hide its names from the check above.

    What lies within a package, be it a package too, is public only where that package lists it.
    """
    silent = [
        name
        for name, source in _rules.modules()
        if "/" not in name.removesuffix("/__init__.py")
        and not any(part.startswith("_") and part != "__init__.py" for part in name.split("/"))
        and "__all__" not in source
    ]
    assert silent == []


def test_every_module_begins_with_what_it_is_for() -> None:
    """Private modules too."""
    silent = [
        name for name, source in _rules.modules() if ast.get_docstring(ast.parse(source)) is None
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def burn(): ...", ["burn has no docstring"]),
        ("class Wallet: ...", ["Wallet has no docstring"]),
        (
            """
            class Wallet:
                '''Tokens.'''
                def burn(self): ...
            """,
            ["Wallet.burn has no docstring"],
        ),
        (
            """
            @attrs.frozen(order=False)
            class Draw:
                '''What is drawn.'''
                tokens: int
                _cache: int
                kind: ClassVar[str] = "draw"
            """,
            ["Draw: tokens is not in Attributes"],
        ),
        (
            """
            def burn(tokens, /, *figures, at, **rest) -> None:
                '''Spend.

                Args:
                    tokens: Whole tokens.
                    **rest: What else.
                '''
            """,
            ["burn: at is not in Args", "burn: figures is not in Args"],
        ),
        (
            """
            def burn(tokens) -> int:
                '''Spend.

                Args:
                    tokens: Whole tokens.
                '''
            """,
            ["burn does not say what it returns"],
        ),
        (
            """
            async def burn() -> None:
                '''Spend.

                Raises:
                    TokensOwed: Something is owed.
                '''
                raise TokensOwed(owed=1)
                raise errors.InsufficientTokens
            """,
            ["burn: InsufficientTokens is not in Raises"],
        ),
    ],
)
def test_a_planted_silence_is_seen(source: str, what: list[str]) -> None:
    """Each thing left unsaid is named."""
    assert violations(source) == what


def test_a_complete_docstring_is_let_through() -> None:
    """Private names, properties and errors raised again need no section of their own."""
    source = """
        @attrs.frozen(order=False)
        class Wallet:
            '''Tokens.

            Attributes:
                tokens: Whole tokens.
            '''
            tokens: int

            @property
            def available(self) -> int:
                '''How many are available.'''
                try:
                    return self.tokens
                except Refused:
                    raise

            def burn(self, tokens: int, *, at: datetime) -> int:
                '''Spend.

                Args:
                    tokens (int): Whole tokens.
                    at: The instant.

                Returns:
                    What is left.

                Raises:
                    InsufficientTokens: Fewer are available.
                '''
                if tokens > self.tokens:
                    raise InsufficientTokens(required=tokens)
                return self.tokens - tokens

            def _draw(self, tokens): ...
    """
    assert violations(source) == []


def test_a_planted_module_is_seen() -> None:
    """`__all__` out of order, a constant without a word, and a name that is not there."""
    module = ModuleType("planted")
    module.__dict__.update(__all__=["second", "First", "THIRD"], First=1, second=2, THIRD=3)
    assert module_violations(module) == [
        "__all__ is not sorted",
        "second has no docstring below it",
        "First has no docstring below it",
        "THIRD has no docstring below it",
    ]
    module.__dict__.update(__all__=["THIRD", "First", "second"])
    assert "__all__ is not sorted" not in module_violations(module)
    module.__dict__.update(__all__=["fourth"])
    with pytest.raises(AttributeError, match="fourth"):
        module_violations(module)


def test_a_constant_is_described_right_below() -> None:
    """An assignment with or without a type; a text further down describes nothing."""
    source = """
        KINDS = 1
        '''What kinds there are.'''
        LIMIT: int = 2
        '''How many.'''
        OTHER = 3
        LAST = 4
        def f(): ...
        '''Too late.'''
    """
    assert list(described_constants(source)) == ["KINDS", "LIMIT"]
