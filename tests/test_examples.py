"""The example notebooks run from top to bottom, and are kept without outputs."""

import json

import pytest

NAME = "score_a_folder.ipynb"


def test_notebooks_are_kept_without_outputs(root):
    for path in (root / "examples").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        kept = [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
        assert kept == [], f"{path.name}: clear all outputs before saving"


@pytest.mark.slow
def test_the_notebook_scores_a_folder_counts_by_speaker_and_draws(root):
    nbformat = pytest.importorskip("nbformat", reason="pip install 'stance[dev]'")
    nbclient = pytest.importorskip("nbclient", reason="pip install 'stance[dev]'")
    notebook = nbformat.read(root / "examples" / NAME, as_version=4)
    nbformat.validate(notebook)
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(root)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert "image/png" in kinds
    shown = "".join(str(output.get("data", {}).get("text/plain", "")) for output in outputs)
    assert "index_low" in shown
    assert not [output for output in outputs if output.output_type == "error"]
