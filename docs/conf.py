"""How the documents are built: `sphinx-build -W docs build/docs`."""

import re
import shutil
from importlib.metadata import version as installed
from pathlib import Path

import seatcast

HERE = Path(__file__).parent

# What a tool derives from, or hands over; not in `seatcast.__all__`, for a forecast needs none of it.
EXTENDED = (
    "seatcast.core.result.Result",
    "seatcast.core.result.Summary",
    "seatcast.planning.option.Option",
    "seatcast.planning.option.Effect",
    "seatcast.planning.option.SeatsAt",
    "seatcast.planning.option.Access",
    "seatcast.planning.option.Site",
)

project = "seatcast"
author = "The seatcast maintainers"
copyright = "The seatcast maintainers, MIT license"  # noqa: A001 (Sphinx reads this name)
release = installed("seatcast")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "images/make.py"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
}
html_sidebars = {"index": []}
html_show_sourcelink = False
html_copy_source = False

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
# The notebooks are run by their own tests; the gallery is run here, so that its pictures are today's.
nb_execution_mode = "auto"
nb_execution_excludepatterns = ["tutorials/*"]
nb_execution_raise_on_error = True
nb_execution_timeout = 300

napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "inherited-members": False}
python_use_unqualified_type_names = True


def tutorials() -> None:
    """Copy the notebooks to where Sphinx looks for pages."""
    there = HERE / "tutorials"
    for stale in there.glob("*.ipynb"):
        stale.unlink()
    for notebook in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, there / notebook.name)


def reference() -> None:
    """Write a page with every public name, in the groups and the order of `seatcast.__all__`."""
    source = Path(seatcast.__file__).read_text("utf-8")
    block = source[source.index("__all__ = [") :]
    lines = ["# Public names", "", "In the order in which a forecast is made.", ""]
    for line in block[: block.index("\n]")].splitlines()[1:]:
        heading = re.match(r"\s*# (.+)", line)
        if heading:
            lines += [f"## {heading[1][0].upper()}{heading[1][1:]}", ""]
        for name in re.findall(r'"(\w+)"', line):
            kind = "autoclass" if isinstance(getattr(seatcast, name), type) else "autofunction"
            lines += [f"### {name}", "", "```{eval-rst}", f".. {kind}:: seatcast.{name}", "```", ""]
    lines += ["## For tools that add to it", "", "See [how a tool imports seatcast](../how-to/import-seatcast.md).", ""]
    for path in EXTENDED:
        lines += [f"### {path.rpartition('.')[2]}", "", "```{eval-rst}", f".. autoclass:: {path}", "```", ""]
    lines += ["## For tests", "", "```{eval-rst}", ".. automodule:: seatcast.testing", "```", ""]
    (HERE / "reference" / "names.md").write_text("\n".join(lines), "utf-8")


tutorials()
reference()
