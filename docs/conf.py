"""How the manual is built: Markdown through MyST, theme furo. `./kondusif docs` runs it with warnings as errors."""

from __future__ import annotations

project = "Kondusif"
author = "Kondusif contributors"
copyright = "2020–2026 Kondusif contributors"
version = release = "0.1.0"
language = "en"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Kondusif"
html_show_sphinx = False
html_show_sourcelink = False
