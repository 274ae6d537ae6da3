"""The house keeps its shape: sizes, foreign keys pointing back, words that are not used, catalogues complete."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "kondusif"
ORDER = [
    "clock",
    "ledger",
    "regions",
    "teams",
    "intake",
    "triage",
    "response",
    "protocol",
    "warning",
    "situation",
    "meetings",
    "publish",
    "drills",
    "site",
]
FILES = [p for p in [*SOURCE.rglob("*.py"), *(ROOT / "waspada" / "src").rglob("*.py")] if "migrations" not in p.parts]


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 60


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400, "a file above 400 lines: split it by noun"
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} does not fit a screen"
    if text.strip():
        assert ast.get_docstring(tree), "a module begins with one line saying what it is for"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_names_say_what_is_inside(path: Path) -> None:
    assert not {"utils", "common", "core", "helpers", "services"} & {path.stem, *path.parts[-3:-1]}


def test_foreign_keys_point_back() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("kondusif."):
            continue
        own = ORDER.index(model._meta.app_label)
        for field in model._meta.get_fields():
            other = getattr(field, "related_model", None)
            if field.concrete and other is not None and other.__module__.startswith("kondusif."):
                assert ORDER.index(other._meta.app_label) <= own, f"{model.__name__}.{field.name} points forward"


def test_rules_read_no_clock() -> None:
    for path in SOURCE.glob("*/rules*.py"):
        assert not re.search(r"\bnow\(|\btoday\(|time\.time", path.read_text()), path


def test_actions_read_no_clock() -> None:
    for path in SOURCE.glob("*/actions*.py"):
        if path.parent.name in {"clock"}:
            continue
        assert not re.search(r"\bnow\(\)|\btoday\(\)|time\.time\(", path.read_text()), path


def python_words(path: Path) -> set[str]:
    """Literal strings given to _(), gettext and friends, and the words of the rules tables."""
    found: set[str] = set()
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in {"_", "gettext", "gettext_lazy", "ngettext"}:
                found |= {a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def template_words(path: Path) -> set[str]:
    text = templatize(path.read_text())
    found = set()
    for match in re.finditer(
        r"""\b(?:_|gettext|ngettext|pgettext)\(\s*u?(?P<q>'''|\"\"\"|'|")(?P<text>.*?)(?<!\\)(?P=q)""", text, re.S
    ):
        found.add(
            match["text"].replace('\\"', '"').replace("\\'", "'").strip("\n")
            if False
            else ast.literal_eval(f"{match['q']}{match['text']}{match['q']}")
        )
    return found


def english() -> dict[str, str]:
    found: dict[str, str] = {}
    for source in SOURCE.rglob("locale/en/LC_MESSAGES/django.po"):
        with source.open("rb") as handle:
            for message in read_po(handle):
                ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
                texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
                found |= dict.fromkeys(ids, texts[0] if all(texts) else "")
    return found


def test_every_word_has_its_english() -> None:
    known = english()
    missing: dict[str, str] = {}
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts:
            missing |= {w: str(path.relative_to(SOURCE)) for w in python_words(path) if not known.get(w)}
    for path in SOURCE.rglob("templates/**/*.html"):
        missing |= {w: str(path.relative_to(SOURCE)) for w in template_words(path) if not known.get(w)}
    missing = {w: p for w, p in missing.items() if w.strip()}
    assert not missing, "without English:\n" + "\n".join(
        f"{p}: {w!r}" for w, p in sorted(missing.items(), key=lambda x: x[1])
    )
