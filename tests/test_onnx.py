"""ONNX weights: the same answers without torch, 8 bit behind a gate, folders that are refused."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from tiny_encoders import SENTENCES, SHAPES, write_encoder

from stance import store
from stance.classifiers.base import Classifier
from stance.classifiers.onnx import OnnxClassifier
from stance.classifiers.transformer import TransformerClassifier
from stance.cli import export as export_command
from stance.cli.export import Parity, compare, export_onnx
from stance.data import read_statements
from stance.errors import GateError, IntegrityError, ManifestError, UsageError
from stance.records import Statement
from stance.store.manifest import sha256_of

ROWS = [
    {"text": text, "context": f"Night fell. {text} {other}", "speaker": "Ana Brel"}
    for text in SENTENCES
    for other in SENTENCES[:3]
]
Y = {
    "stance": [label for label in ["up", "down", "flat"] * 2 for _ in range(3)],
    "tone": ["warm", "cold", "cold"] * 6,
}
#: Longer than the encoder, empty, and without context: batches of very different lengths.
ODD = [{"text": " ".join(SENTENCES * 3)}, {"text": ""}, {"text": "We sail.", "speaker": "Ana"}]


def fitted(folder, shape="bert", **options):
    given = {"epochs": 2, "head_epochs": 20, "lora_rank": 2, "device": "cpu", **options}
    return TransformerClassifier(encoder=str(write_encoder(folder, shape)), **given).fit(ROWS, Y)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("onnx")


@pytest.fixture(scope="module")
def data(place):
    rows = [
        {**row, **{task: column[n] for task, column in Y.items()}} for n, row in enumerate(ROWS)
    ]
    (place / "data.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return place / "data.jsonl"


@pytest.fixture(scope="module")
def source(place, data):
    """A small trained transformer, saved with a config that names its data."""
    config = {"data": {"train": [str(data)], "tasks": {}}, "seed": 13}
    about = {"config": config, "metrics": {"test": {"n": 18}}, "data": {"statements": 18}}
    files = {"seen.txt": "abc\n", "README.md": "# A model\n"}
    model = fitted(place / "encoder")
    store.save(model, place / "source", kind="transformer", about=about, files=files)
    return place / "source"


@pytest.fixture(scope="module")
def exported(source, place):
    export_onnx(source, place / "exported")
    return place / "exported"


@pytest.fixture
def copy(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "copy")


def reseal(folder, name):
    """Write the checksum of a file that a test changed, as one who tampers would."""
    path = folder / "manifest.json"
    raw = json.loads(path.read_text())
    raw["files"][name]["sha256"] = sha256_of(folder / name)
    path.write_text(json.dumps(raw))


# The same answers


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("method", ["lora", "full"])
def test_both_backends_give_the_same_probabilities(tmp_path, shape, method):
    pooling = "cls" if method == "full" else "text"
    model = fitted(tmp_path / "e", shape, method=method, pooling=pooling, learning_rate=1e-3)
    store.save(model, tmp_path / "torch", kind="transformer")
    export_onnx(tmp_path / "torch", tmp_path / "onnx")
    onnx = store.load(tmp_path / "onnx")
    for rows in (ROWS, ODD, ROWS[:1]):
        for task in Y:
            expected = model.predict_proba(rows, task=task)
            np.testing.assert_allclose(onnx.predict_proba(rows, task=task), expected, atol=1e-4)
    assert model.predict_proba(ROWS).std(axis=0).min() > 1e-3, "answers too alike to tell"


def test_temperatures_and_truncation_survive_the_export(source, tmp_path):
    calibrated = store.load(source, backend="torch")
    calibrated.temperature_ = {"stance": 2.5, "tone": 0.7}
    store.save(calibrated, tmp_path / "warm", kind="transformer")
    export_onnx(tmp_path / "warm", tmp_path / "onnx")
    onnx = store.load(tmp_path / "onnx")
    np.testing.assert_allclose(onnx.predict_proba(ROWS), calibrated.predict_proba(ROWS), atol=1e-4)
    rows = ["We sail.", " ".join(SENTENCES), " ".join(SENTENCES * 60)]
    assert [answer.truncated for answer in onnx(rows)] == [False, False, True]


@pytest.fixture(scope="module")
def bundled(root, place):
    """The bundled encoder with heads trained on the five articles."""
    statements = read_statements([root / "data" / "statements.jsonl"])
    labels = {task: [one.labels[task] for one in statements] for task in ("stance", "sentiment")}
    model = TransformerClassifier(method="full", epochs=0, head_epochs=50, max_length=64)
    store.save(model.fit(statements, labels), place / "minilm", kind="transformer")
    return place / "minilm"


def test_the_bundled_encoder_answers_alike_in_both_backends(root, bundled, tmp_path):
    export_onnx(bundled, tmp_path / "onnx")
    torch, onnx = store.load(bundled, device="cpu"), store.load(tmp_path / "onnx")
    statements = read_statements([root / "data" / "statements.jsonl"])[:40]
    statements.append(replace(statements[0], text=" ".join(s.text for s in statements)))
    parity = compare(torch, onnx, statements)
    assert parity.statements == 41
    assert max(parity.largest_difference.values()) <= 1e-4
    assert set(parity.equal.values()) == {1.0}


def test_a_model_that_hides_names_answers_alike_whoever_is_named_in_both_backends(tmp_path):
    model = fitted(tmp_path / "encoder", hide_names=True)
    store.save(model, tmp_path / "model", kind="transformer")
    export_onnx(tmp_path / "model", tmp_path / "onnx", data=[])
    rows = [
        {
            "text": f"{land} will answer",
            "context": f"{land} will answer, said {who}.",
            "speaker": who,
        }
        for land, who in (("France", "Anna Berg"), ("Japan", "Maria Costa"))
    ]
    for backend in (store.load(tmp_path / "model"), store.load(tmp_path / "onnx")):
        for chances in backend.probabilities(rows).values():
            np.testing.assert_allclose(chances[0], chances[1], atol=1e-6)
    seen = fitted(tmp_path / "encoder").probabilities(rows)
    assert any(np.abs(one[0] - one[1]).max() > 1e-4 for one in seen.values())


def test_a_model_trained_in_bfloat16_answers_in_32_bits_in_both_backends(tmp_path):
    model = fitted(tmp_path / "encoder", method="full", bf16=True)
    store.save(model, tmp_path / "model", kind="transformer")
    loaded = store.load(tmp_path / "model", device="cpu")
    export_onnx(tmp_path / "model", tmp_path / "copy")
    through_onnx = store.load(tmp_path / "copy")
    for task, found in model.probabilities(ROWS).items():
        np.testing.assert_array_equal(found, loaded.probabilities(ROWS)[task])
        np.testing.assert_allclose(found, through_onnx.probabilities(ROWS)[task], atol=1e-4)


def test_the_number_of_threads_changes_no_answer(exported):
    one, two = store.load(exported, threads=1), store.load(exported, threads=2)
    np.testing.assert_allclose(one.predict_proba(ROWS), two.predict_proba(ROWS), atol=1e-6)


def test_no_statements_have_no_probabilities(exported):
    assert store.load(exported).predict_proba([]).shape == (0, 3)


def test_it_keeps_the_contract_of_every_classifier_but_training(exported):
    onnx = store.load(exported)
    assert isinstance(onnx, Classifier)
    assert list(onnx.classes_of("tone")) == ["cold", "warm"]
    with pytest.raises(UsageError, match="only scores; train with 'stance train'"):
        onnx.fit(ROWS, Y)


# Without torch


def test_scoring_through_onnx_imports_neither_torch_nor_transformers(exported):
    code = (
        "import sys, stance\n"
        f"model = stance.load({str(exported)!r})\n"
        "text = '“We want talks, and we want them now,” Ada Lund said on Monday.'\n"
        "rows = list(stance.score([stance.Article(id='a', text=text)], model=model))\n"
        "assert len(rows) == 1 and rows[0]['stance'] in ('up', 'down', 'flat'), rows\n"
        "heavy = ('torch', 'transformers', 'sklearn', 'scipy', 'pandas', 'onnx')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


# Which backend


def test_a_folder_is_loaded_by_the_weights_that_it_holds(source, exported):
    assert isinstance(store.load(source), TransformerClassifier)
    assert isinstance(store.load(source, backend="torch"), TransformerClassifier)
    assert isinstance(store.load(exported), OnnxClassifier)
    assert isinstance(store.load(exported, backend="onnx"), OnnxClassifier)


def test_a_backend_that_the_folder_lacks_is_refused_with_what_to_do(source, exported):
    with pytest.raises(UsageError, match=r"no weights for onnx \(no model\.onnx\), only for torch"
                       r".*stance models export .*source --onnx"):  # fmt: skip
        store.load(source, backend="onnx")
    with pytest.raises(UsageError, match=r"no weights for torch .*the model that it was exported"):
        store.load(exported, backend="torch")
    with pytest.raises(UsageError, match="no backend 'tensorflow'; give onnx or torch"):
        store.load(exported, backend="tensorflow")


def test_a_baseline_takes_no_backend(root):
    with pytest.raises(UsageError, match="is a baseline, which needs no backend"):
        store.load(root / "models" / "baseline", backend="onnx")


def test_onnx_weights_are_not_scored_on_a_gpu(exported):
    with pytest.raises(UsageError, match="scored on the CPU; use --backend torch"):
        store.load(exported, device="cuda")


def test_the_command_scores_by_the_backend_asked_for(exported, stance_command, tmp_path):
    (tmp_path / "a.txt").write_text("“We want talks, and we want them now,” Ada Lund said.")
    done = stance_command(
        "score", tmp_path / "a.txt", "--model", exported, "--backend", "onnx", "--threads", 1
    )
    assert (done.returncode, json.loads(done.stdout)["speaker"]) == (0, "Ada Lund")
    done = stance_command("score", tmp_path / "a.txt", "--model", exported, "--backend", "torch")
    assert done.returncode == 2
    assert "no weights for torch" in done.stderr


# The export and its gate


def test_an_export_names_its_source_and_keeps_what_the_source_says(source, exported):
    before, after = store.verify(source), store.verify(exported)
    assert set(after.files) == {"model.onnx", "tokenizer.json", "README.md", "seen.txt"}
    for name in ("config", "data", "metrics"):
        assert after.raw[name] == before.raw[name]
    export = after.raw["export"]
    assert (export["source"], export["source_fingerprint"]) == ("source", before.fingerprint)
    assert (export["precision"], export["measured_on"]) == ("fp32", ["the training data"])
    assert export["parity"]["statements"] == 18
    assert export["parity"]["equal"] == {"stance": 1.0, "tone": 1.0}
    assert after.fingerprint != before.fingerprint
    assert "Exported from `source`" in (exported / "README.md").read_text()


def test_an_exported_model_can_be_saved_again(exported, tmp_path):
    manifest = store.save(store.load(exported), tmp_path / "again", kind="transformer")
    before = store.read_manifest(exported)
    assert manifest.raw["classifier"] == before.raw["classifier"]
    assert manifest.files["model.onnx"] == before.files["model.onnx"]
    assert list(store.load(tmp_path / "again").predict(ROWS[:2])) == list(
        store.load(exported).predict(ROWS[:2])
    )


@pytest.mark.parametrize("way", ["tensor", "block"])
def test_weights_in_8_bit_are_small_and_answer_nearly_alike(source, exported, tmp_path, way):
    from stance.classifiers.onnx_export import quantise

    folder = shutil.copytree(exported, tmp_path / way)
    quantise(exported / "model.onnx", folder / "model.onnx", way=way)
    reseal(folder, "model.onnx")
    parity = compare(store.load(source), store.load(folder), as_records(ROWS))
    assert all(0 < gap < 0.05 for gap in parity.largest_difference.values())


def test_the_logits_of_a_graph_are_shifted(exported, tmp_path):
    from stance.classifiers.onnx_export import shift_logits

    folder = shutil.copytree(exported, tmp_path / "m")
    shift_logits(folder / "model.onnx", np.array([0, 0, 0.5, 0, -1]))
    reseal(folder, "model.onnx")
    change = store.load(folder).piece_logits(ROWS) - store.load(exported).piece_logits(ROWS)
    np.testing.assert_allclose(change, np.tile([0, 0, 0.5, 0, -1], (len(ROWS), 1)), atol=1e-5)


def as_records(rows):
    return [Statement(**row) for row in rows]


def test_8_bit_weights_of_the_bundled_encoder_take_less_than_30_mb(root, bundled, tmp_path, capsys):
    data = [root / "data" / "statements.jsonl"]
    export_onnx(bundled, tmp_path / "m", int8=True, data=data, say=print)
    assert sum(path.stat().st_size for path in (tmp_path / "m").iterdir()) < 30e6
    assert capsys.readouterr().out.startswith("int8-")


def test_the_shipped_transformer_is_8_bit_and_passed_the_gate_that_its_manifest_states(root):
    shipped = root / "models" / "transformer"
    assert sum(path.stat().st_size for path in shipped.iterdir()) < 30e6
    manifest = store.read_manifest(shipped)
    assert store.backends(manifest) == ("onnx",)
    parity = manifest.raw["export"]["parity"]
    assert parity["statements"] >= 800
    assert min(parity["equal"].values()) >= 0.99


def test_the_gate_takes_the_finer_8_bit_where_the_faster_fails(source, tmp_path, monkeypatch):
    def first_way_fails(before, after, statements):
        failing = after.info_["runtime"]["precision"] == "int8-tensor"
        return Parity(statements=200, equal={"stance": 0.98 if failing else 0.995},
                      largest_difference={"stance": 0.02})  # fmt: skip

    monkeypatch.setattr(export_command, "compare", first_way_fails)
    export_onnx(source, tmp_path / "m", int8=True)
    assert store.read_manifest(tmp_path / "m").raw["export"]["precision"] == "int8-block"
    assert store.load(tmp_path / "m").predict(ROWS[:1])[0] in ("up", "down", "flat")


def test_the_gate_refuses_and_writes_nothing(source, tmp_path, monkeypatch):
    monkeypatch.setattr(export_command, "LEAST_EQUAL", 1.01)
    with pytest.raises(GateError, match=r"on 14 statements: .* % of stance labels equal.*--int8"):
        export_onnx(source, tmp_path / "m", int8=True)
    assert list(tmp_path.iterdir()) == []


def test_what_the_gate_calls_a_fault():
    good = Parity(statements=100, equal={"a": 0.99}, largest_difference={"a": 0.2},
                  macro_f1={"a": (0.800, 0.796)})  # fmt: skip
    assert good.faults(tolerance=None) == []
    assert good.faults(tolerance=1e-4) == ["probabilities of a differ by 0.2, at most 0.0001 asked"]
    assert replace(good, equal={"a": 0.98}).faults(tolerance=None) == [
        "98.00 % of a labels equal, 99 % asked"
    ]
    assert replace(good, macro_f1={"a": (0.80, 0.79)}).faults(tolerance=None) == [
        "macro-F1 of a falls from 80.0 to 79.0"
    ]


def test_a_gate_that_cannot_be_measured_is_said(source, tmp_path, data, capsys):
    away = data.rename(data.with_suffix(".away"))
    try:
        export_onnx(source, tmp_path / "m", say=print)
    finally:
        away.rename(data)
    assert "the gate is not measured: the training data is not at hand" in capsys.readouterr().out
    assert store.read_manifest(tmp_path / "m").raw["export"]["parity"] is None


def test_the_command_exports_and_prints_the_fingerprint(source, stance_command, tmp_path, data):
    done = stance_command(
        "models", "export", source, "--onnx", "--out", tmp_path / "m", "--data", data
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == store.read_manifest(tmp_path / "m").fingerprint
    assert "fp32 on 18 statements: stance 100.00 % of labels equal" in done.stderr


def test_only_a_transformer_is_exported(root, tmp_path):
    with pytest.raises(UsageError, match="is a baseline; only a transformer has ONNX weights"):
        export_onnx(root / "models" / "baseline", tmp_path / "m")


# Folders that are refused


def test_weights_that_are_no_onnx_are_refused(copy):
    (copy / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(IntegrityError, match=r"model\.onnx is not the file that was saved"):
        store.load(copy)
    reseal(copy, "model.onnx")
    with pytest.raises(IntegrityError, match=r"model\.onnx does not load in ONNX Runtime"):
        store.load(copy)


def test_weights_may_not_lie_outside_their_folder(copy):
    import onnx
    from onnx.external_data_helper import convert_model_to_external_data

    model = onnx.load(copy / "model.onnx")
    convert_model_to_external_data(model, location="weights.bin", size_threshold=0)
    onnx.save(model, copy / "model.onnx")
    (copy / "weights.bin").rename(copy.parent / "weights.bin")
    model = onnx.load(copy / "model.onnx", load_external_data=False)
    for one in model.graph.initializer:
        for entry in one.external_data:
            if entry.key == "location":
                entry.value = "../weights.bin"
    (copy / "model.onnx").write_bytes(model.SerializeToString())
    reseal(copy, "model.onnx")
    with pytest.raises(IntegrityError, match=r"model\.onnx does not load in ONNX Runtime"):
        store.load(copy)


def test_weights_with_another_number_of_labels_are_refused(copy):
    path = copy / "manifest.json"
    raw = json.loads(path.read_text())
    for where in (raw["tasks"], raw["classifier"]["labels"]):
        where["tone"] = ["warm", "cold", "hot"]
    path.write_text(json.dumps(raw))
    with pytest.raises(IntegrityError, match="and 6 logits; export it again"):
        store.load(copy)


def test_a_tokenizer_that_does_not_load_is_refused(copy):
    (copy / "tokenizer.json").write_text("{}")
    reseal(copy, "tokenizer.json")
    with pytest.raises(IntegrityError, match=r"tokenizer\.json is no tokenizer"):
        store.load(copy)


def test_a_manifest_without_the_runtime_block_is_refused(copy):
    path = copy / "manifest.json"
    raw = json.loads(path.read_text())
    del raw["classifier"]["runtime"]
    path.write_text(json.dumps(raw))
    with pytest.raises(ManifestError, match="does not describe a transformer with ONNX weights"):
        store.load(copy)
