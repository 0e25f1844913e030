"""The contract without a runner: every check's outcome as one value.

1. A report names each promise that a failed check guards, by number and sentence.
2. What did not run is listed with the reason, never left out.
"""

import enum
import html
from collections.abc import Collection, Iterator

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.testing._checks.base import Checks, all_checks
from mi_rewards.testing._checks.marks import CONTRACT_VERSION, Mark, mark_of, told
from mi_rewards.testing.contract import StoreContract, Subject, contract_of
from mi_rewards.testing.promises import PROMISES, named


class CheckOutcome(enum.StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"
    OVERRIDDEN = "overridden"
    """The host's own check ran in its place, and passed."""
    NOT_CLAIMED = "not claimed"
    """The host does not claim what it needs."""
    NEWER = "newer than the pinned version"
    NOT_ASKED = "not asked for"


_EXPLAINED = {CheckOutcome.OVERRIDDEN, CheckOutcome.NOT_CLAIMED, CheckOutcome.NEWER}


@attrs.frozen(order=False)
class CheckResult:
    """One check's outcome.

    Attributes:
        name: The check's name.
        promises: The numbers of the promises that it guards.
        outcome: What became of it.
        text: What it found, or why it did not run, or why it is overridden.
    """

    name: str
    promises: tuple[int, ...]
    outcome: CheckOutcome
    text: str = ""


@attrs.frozen(order=False, repr=False)
class Report:
    """What the contract found of a store; as text fit for a health check, and for a notebook.

    Attributes:
        subject: What was checked.
        version: The version of the contract.
        results: What became of each check.
    """

    subject: str
    version: int
    results: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        """Whether something was checked, and nothing failed."""
        counts = self.counts
        return not counts[CheckOutcome.FAILED] and counts[CheckOutcome.PASSED] > 0

    @property
    def counts(self) -> dict[CheckOutcome, int]:
        """How many checks came to each outcome."""
        counts = dict.fromkeys(CheckOutcome, 0)
        for result in self.results:
            counts[result.outcome] += 1
        return counts

    @property
    def broken(self) -> tuple[int, ...]:
        """The numbers of the promises that failed checks guard."""
        return tuple(sorted({it for result in self.failures for it in result.promises}))

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        """The checks that failed."""
        return tuple(it for it in self.results if it.outcome is CheckOutcome.FAILED)

    def __str__(self) -> str:
        """Write the report, a line each."""
        return "\n".join([self._headline(), *self._lines()])

    def __repr__(self) -> str:
        """Write the first line."""
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        """Write the report for a notebook."""
        rows = "".join(
            f"<tr><td>{html.escape(it.outcome.value)}</td><td>{html.escape(it.name)}</td>"
            f"<td>{html.escape(named(it.promises))}</td><td>{html.escape(it.text)}</td></tr>"
            for it in sorted(self.results, key=lambda it: it.outcome is not CheckOutcome.FAILED)
        )
        return f"<p><b>{html.escape(self._headline())}</b></p><table>{rows}</table>"

    def _headline(self) -> str:
        """Say in one line what came of it."""
        counts = ", ".join(f"{count} {it.value}" for it, count in self.counts.items() if count)
        verdict = "passed" if self.passed else "FAILED"
        return f"{self.subject}: contract version {self.version} {verdict} ({counts})"

    def _lines(self) -> Iterator[str]:
        """Say which promise broke where, and what did not run."""
        for number in self.broken:
            yield f"promise {number} is broken: {PROMISES[number]}"
            for result in self.failures:
                if number in result.promises:
                    yield f"    {result.name}: {result.text}"
        for result in self.failures:
            if not result.promises:
                yield f"{result.name} failed: {result.text}"
        for result in self.results:
            if result.outcome in _EXPLAINED:
                yield f"{result.name}, {result.outcome.value}: {result.text}"


def run_contract(subject: Subject, *, only: Collection[str] | None = None) -> Report:
    """Run every check on a host's stores, with no runner.

    Args:
        subject: A subclass of `StoreContract` or an instance of one, or a function that makes a
            fresh, empty store, awaited or not. Only a subclass can claim capabilities.
        only: The names of the checks to run, all of them where it is not given.

    Returns:
        What became of each check. A check that fails raises nothing.

    Raises:
        Misuse: There is no check of a name in *only*.
    """
    contract = contract_of(subject)
    kind = type(contract)
    names = _names(kind)
    asked = frozenset(names if only is None else only)
    if asked - set(names):
        raise Misuse(f"there are no checks {sorted(asked - set(names))}")
    results = tuple(_result(contract, name, is_asked=name in asked) for name in names)
    return Report(_name_of(subject), min(kind.contract_version, CONTRACT_VERSION), results)


def _name_of(subject: Subject) -> str:
    """Name what was checked."""
    if isinstance(subject, StoreContract):
        return type(subject).__name__
    return getattr(subject, "__name__", None) or repr(subject)


def _names(kind: type[Checks]) -> list[str]:
    """List the contract's checks, and tests of the host's own."""
    names = list(all_checks(kind))
    own = [name for name in dir(kind) if name.startswith("test_") and name not in names]
    return [*names, *(name for name in own if callable(getattr(kind, name)))]


def _result(contract: StoreContract, name: str, *, is_asked: bool) -> CheckResult:
    """Run one check."""
    kind = type(contract)
    mark = mark_of(all_checks(kind).get(name)) or Mark(())
    why = kind.set_aside.get(name)
    if why:
        newer = mark.since > kind.contract_version
        outcome = CheckOutcome.NEWER if newer else CheckOutcome.NOT_CLAIMED
        return CheckResult(name, mark.promises, outcome, why)
    if not is_asked:
        return CheckResult(name, mark.promises, CheckOutcome.NOT_ASKED)
    try:
        getattr(contract, name)()
    except Exception as error:
        return CheckResult(name, mark.promises, CheckOutcome.FAILED, told(error))
    passed = CheckOutcome.OVERRIDDEN if mark.reason else CheckOutcome.PASSED
    return CheckResult(name, mark.promises, passed, mark.reason)
