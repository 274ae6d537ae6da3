"""The shape of the code: sizes, circles, types."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from pathlib import Path

from tests.proofs.house import ROOT, Verdict

TITLE = "The shape: small files and functions, no circles, typed throughout"
BIN = Path(sys.executable).parent


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    tracked = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    source = [ROOT / f for f in tracked if f.startswith(("src/", "waspada/src/")) and "/migrations/" not in f]
    tests = [ROOT / f for f in tracked if f.startswith(("tests/", "waspada/tests/", "benchmarks/"))]
    sizes = sorted(p.read_text().count("\n") for p in source if p.exists())
    functions, typed, total = _functions(source)
    verdict.figure(
        "files in src",
        f"{len(sizes)}, lines {sum(sizes):,} (tests and benchmarks {sum(p.read_text().count(chr(10)) for p in tests if p.exists()):,})",
    )
    verdict.figure(
        "lines per file",
        f"median {statistics.median(sizes):.0f}, nine in ten ≤ {sizes[int(len(sizes) * 0.9)]}, largest {sizes[-1]}",
    )
    verdict.figure(
        "lines per function",
        f"median {statistics.median(functions):.0f}, nine in ten ≤ {functions[int(len(functions) * 0.9)]}, largest {functions[-1]}",
    )
    verdict.figure("functions above 60 lines", sum(f > 60 for f in functions))
    verdict.figure("functions with every argument and result typed", f"{typed / total:.1%} of {total}")
    verdict.demand(sizes[-1] <= 400, "a file above 400 lines")
    verdict.demand(functions[-1] <= 60, "a function above 60 lines")
    verdict.demand(typed == total, f"{total - typed} functions are not fully typed")
    circles = _circles()
    verdict.figure("import circles between modules", len(circles))
    verdict.demand(not circles, f"circles: {circles[:2]}")
    for name, words in {
        "the one law (import-linter)": ["lint-imports", "--no-cache"],
        "mypy --strict": ["mypy"],
        "pyright strict (waspada)": ["pyright"],
    }.items():
        done = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        lines = [x for x in done.stdout.strip().splitlines() if x.strip()]
        verdict.figure(name, lines[-1] if lines else done.returncode)
        verdict.demand(done.returncode == 0, f"{name} fails")
    return verdict


def _functions(paths: list[Path]) -> tuple[list[int], int, int]:
    lengths, typed, total = [], 0, 0
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            lengths.append((node.end_lineno or 0) - node.lineno + 1)
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            whole = all(a.annotation is not None or a.arg in {"self", "cls"} for a in arguments)
            total += 1
            typed += whole and (node.returns is not None)
    return sorted(lengths), typed, total


def _circles() -> list[tuple[str, ...]]:
    """Circles among modules at import time (strongly connected components of more than one)."""
    import grimp

    graph = grimp.build_graph("kondusif", "waspada", cache_dir=None)
    found: list[tuple[str, ...]] = []
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on: set[str] = set()

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        stack.append(module)
        on.add(module)
        for other in sorted(graph.find_modules_directly_imported_by(module)):
            if other not in order:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in on:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            part = []
            while True:
                last = stack.pop()
                on.discard(last)
                part.append(last)
                if last == module:
                    break
            if len(part) > 1:
                found.append(tuple(sorted(part)))

    sys.setrecursionlimit(10_000)
    for module in sorted(graph.modules):
        if module not in order:
            visit(module)
    return found
