"""The notebook of the tutorial, as a reader runs it who has a clone and the services alone."""

import json
import shutil
import sys
from pathlib import Path

from services import ROOT, with_services

NOTEBOOK = ROOT / "examples/tutorial.ipynb"

# Its cells check what they show; the first that fails ends it.
RUN = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read("examples/tutorial.ipynb", as_version=4)
where = {"metadata": {"path": "examples"}}
NotebookClient(notebook, timeout=900, kernel_name="python3", resources=where).execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        print(*data, output.get("text", data.get("text/plain", "")))
"""


def test_it_is_committed_without_outputs() -> None:
    """They would hold photos, and figures of one machine."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert not [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"]]


def test_each_cell_runs(tmp_path: Path) -> None:
    shutil.rmtree(ROOT / "target/tutorial", ignore_errors=True)
    heads = tmp_path / "heads"
    shutil.copytree(ROOT / "models/heads", heads)
    result = with_services(
        sys.executable,
        "-c",
        RUN,
        environment={
            "HEAD_SERVICE_HEADS": str(heads),
            "HEAD_SERVICE_DEFAULT_HEAD": "cats-vs-dogs",
            "HEAD_SERVICE_WATCH_HEADS_MS": "100",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        },
        timeout=900,
    )
    assert result.returncode == 0, result.stdout
    printed = result.stdout
    assert printed.count("image/png") == 2
    for shown in ("(32, 5, 5, 512)", "(32, 12800)", "(32, 2)", "14,978,370", "263,682"):
        assert shown in printed, shown
    assert (heads / "tutorial/1/head.json").is_file()
    assert "tutorial 1 ('cat', 'dog')" in printed
