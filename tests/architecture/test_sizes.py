"""A module fits in 400 lines and a function in 70."""

from tests.architecture import _rules

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70


def violations(source: str) -> list[str]:
    """Name the module, where it is too long, and each function that is."""
    lines = len(source.splitlines())
    found = [f"{lines} lines"] if lines > MODULE_LINES_MAX else []
    for function in _rules.functions(_rules.parsed(source)):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES_MAX:
            found.append(f"{function.name}: {length} lines")
    return found


def test_modules_and_functions_are_short() -> None:
    """Every module and every function of the package keeps its limit."""
    found = {name: violations(source) for name, source in _rules.modules()}
    assert {name: what for name, what in found.items() if what} == {}


def test_a_module_may_have_just_so_many_lines() -> None:
    """At the limit is allowed, one more is not."""
    assert violations("x = 1\n" * MODULE_LINES_MAX) == []
    assert violations("x = 1\n" * (MODULE_LINES_MAX + 1)) == ["401 lines"]


def test_a_function_may_have_just_so_many_lines() -> None:
    """Its first line and its docstring count; methods and nested functions are functions."""
    longest = "def draw():\n" + "    x = 1\n" * (FUNCTION_LINES_MAX - 1)
    assert violations(longest) == []
    assert violations(longest + "    x = 1\n") == ["draw: 71 lines"]
    method = "class Wallet:\n    async def burn(self):\n" + "        x = 1\n" * FUNCTION_LINES_MAX
    assert violations(method) == ["burn: 71 lines"]
