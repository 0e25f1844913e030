"""The shells for sync and async hosts are equal but for `await`.

1. The async module is read as if nothing in it were async: `async` and `await` are taken out, and
   names lose what marks them (`AsyncStore` is `Store`, `__aenter__` is `__enter__`).
2. Whatever has a counterpart in the other module must then be the same, docstrings aside.
3. A name without a counterpart is a violation too.

Where both faces stand in one module, each pair is compared likewise.
"""

import ast
import re

from tests.architecture import _rules

SYNC = _rules.PACKAGE / "commands" / "shells" / "rewards.py"
ASYNC = _rules.PACKAGE / "commands" / "shells" / "async_rewards.py"

PAIRS = {
    _rules.PACKAGE / "repositories" / "stores.py": [
        ("Store", "AsyncStore"),
        ("WholeStore", "AsyncWholeStore"),
        ("ExclusiveStore", "AsyncExclusiveStore"),
    ],
    _rules.PACKAGE / "commands" / "shells" / "retries.py": [
        ("with_retries", "with_retries_async"),
        ("_attempt", "_attempt_async"),
    ],
    _rules.PACKAGE / "commands" / "shells" / "carrying.py": [("Shell", "AsyncShell")],
    _rules.PACKAGE / "commands" / "shells" / "standing_faces.py": [
        ("StandingFace", "AsyncStandingFace")
    ],
    _rules.PACKAGE / "testing" / "faults.py": [("FaultyStore", "AsyncFaultyStore")],
}

_MARKS = re.compile(r"^(_*)(?:Async|async_)(?=\w)|(?<=\w)_async$")
_SPECIAL = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "aclose": "close",
    "asynccontextmanager": "contextmanager",
    "StopAsyncIteration": "StopIteration",
}


def violations(sync_source: str, async_source: str) -> list[str]:
    """Name whatever the two modules say differently."""
    one, other = _definitions(sync_source), _definitions(async_source)
    found = [f"{name} is missing in the async module" for name in one.keys() - other.keys()]
    found += [f"{name} is missing in the sync module" for name in other.keys() - one.keys()]
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            found += _differences(name, one[name], other[name])
    return sorted(found)


def pair_violations(source: str, one: str, other: str) -> list[str]:
    """Name whatever two definitions of one module say differently."""
    written = {
        node.name: ast.unparse(node)
        for node in _rules.parsed(source).body
        if isinstance(node, ast.ClassDef | _rules.Function)
    }
    return violations(written[one], written[other])


def _definitions(source: str) -> dict[str, str]:
    """Write each class, method and function of a module as if nothing in it were async."""
    tree = _Synchronous().visit(_rules.parsed(source))
    return {
        node.name: ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }


def _differences(name: str, one: str, other: str) -> list[str]:
    """Name the methods in which two classes differ, or the whole where it is no class."""
    one_body, other_body = ast.parse(one).body[0], ast.parse(other).body[0]
    if not isinstance(one_body, ast.ClassDef) or not isinstance(other_body, ast.ClassDef):
        return [f"{name} differs"]
    methods = {
        node.name: ast.unparse(node) for node in one_body.body if isinstance(node, ast.FunctionDef)
    }
    others = {
        node.name: ast.unparse(node)
        for node in other_body.body
        if isinstance(node, ast.FunctionDef)
    }
    different = [
        f"{name}.{method} differs"
        for method in methods.keys() | others.keys()
        if methods.get(method) != others.get(method)
    ]
    return different or [f"{name} differs"]


class _Synchronous(ast.NodeTransformer):
    """Takes out what is async, and docstrings, which may say so."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(ast.FunctionDef(**dict(ast.iter_fields(node))))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._plain(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._plain(node)

    def _plain(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.name = _plain_name(node.name)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return ast.fix_missing_locations(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        awaited: ast.AST = self.visit(node.value)
        return awaited

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.generic_visit(ast.With(**dict(ast.iter_fields(node)), lineno=node.lineno))

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(ast.For(**dict(ast.iter_fields(node)), lineno=node.lineno))

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.is_async = 0
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = _plain_name(node.id)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if _rules.dotted(node.value) == "Awaitable":
            awaited: ast.AST = self.visit(node.slice)
            return awaited
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = _plain_name(node.attr)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            node.value = re.sub(r"\b\w+\b", lambda word: _plain_name(word[0]), node.value)
        return node


def _plain_name(name: str) -> str:
    return _SPECIAL.get(name) or _MARKS.sub(lambda mark: mark[1] or "", name)


def test_the_two_shells_are_equal_but_for_await() -> None:
    """Both are there or neither, and they say the same."""
    assert SYNC.exists() == ASYNC.exists()
    sources = [path.read_text(encoding="utf-8") if path.exists() else "" for path in (SYNC, ASYNC)]
    assert violations(*sources) == []


def test_pairs_within_a_module_are_equal_but_for_await() -> None:
    """The store and the retries have two faces in one module."""
    found = {
        pair[0]: pair_violations(path.read_text(encoding="utf-8"), *pair)
        for path, pairs in PAIRS.items()
        for pair in pairs
    }
    assert {name: what for name, what in found.items() if what} == {}


def test_a_planted_difference_within_a_module_is_seen() -> None:
    """Awaitable answers count as what they answer; another body does not."""
    source = """
        def retried(work: Callable[[], R], *, attempts: int) -> R:
            return work()

        async def retried_async(work: Callable[[], Awaitable[R]], *, attempts: int) -> R:
            return await work()
    """
    assert pair_violations(source, "retried", "retried_async") == []
    changed = source.replace("await work()", "await work(attempts)")
    assert pair_violations(changed, "retried", "retried_async") == ["retried differs"]


_SYNC = '''
    class Rewards:
        """Carries out commands."""

        def __init__(self, store: Store) -> None:
            self._store = store

        def do(self, command: "Command[R]") -> R:
            """Carry out one command."""
            with self._store.exclusive():
                loaded = self._store.load(command.needs())
            for change in changes(loaded):
                self._store.save(change)
            return [answer for answer in self._store.answers()][0]

    def with_retries(rewards: Rewards) -> int:
        return rewards.do(1)
'''

_ASYNC = '''
    class AsyncRewards:
        """Carries out commands on an async store."""

        def __init__(self, store: AsyncStore) -> None:
            self._store = store

        async def do(self, command: "Command[R]") -> R:
            """Carry out one command, awaiting the store."""
            async with self._store.exclusive():
                loaded = await self._store.load(command.needs())
            async for change in changes(loaded):
                await self._store.save(change)
            return [answer async for answer in self._store.answers()][0]

    async def async_with_retries(rewards: AsyncRewards) -> int:
        return await rewards.do(1)
'''


def test_shells_that_are_equal_but_for_await_are_let_through() -> None:
    """Await, async with, async for, names and docstrings may differ."""
    assert violations(_SYNC, _ASYNC) == []


def test_a_planted_difference_is_seen() -> None:
    """The method in which they differ is named."""
    changed = _ASYNC.replace("await self._store.save(change)", "pass")
    assert violations(_SYNC, changed) == ["Rewards.do differs"]


def test_a_planted_difference_outside_methods_is_seen() -> None:
    """A class attribute and a function's body count too."""
    changed = _ASYNC.replace("class AsyncRewards:", "class AsyncRewards:\n        retries = 3")
    assert violations(_SYNC, changed) == ["Rewards differs"]
    assert violations(_SYNC, _ASYNC.replace("do(1)", "do(2)")) == ["with_retries differs"]


def test_a_planted_method_on_one_side_is_seen() -> None:
    """What only one shell can do is named."""
    extra = _SYNC.replace("def with_retries", "def once(self) -> None: ...\n\n    def with_retries")
    assert violations(extra, _ASYNC) == ["once is missing in the async module"]
    assert violations("", _ASYNC) == [
        "Rewards is missing in the sync module",
        "with_retries is missing in the sync module",
    ]
