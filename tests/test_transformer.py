"""The transformer: training that repeats and resumes, adapters, losses, files, every shape."""

import json
import logging
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_encoders import SENTENCES, SHAPES, write_encoder

from stance.classifiers.objective import loss_function, target_matrix
from stance.classifiers.transformer import TransformerClassifier
from stance.errors import IntegrityError, ModelError, UsageError

torch = pytest.importorskip("torch")

ROWS = [
    {"text": text, "context": f"Evening fell. {text} {other}", "speaker": "Ana Brel"}
    for text in SENTENCES
    for other in SENTENCES[:3]
]
Y = {
    "stance": [label for label in ["up", "down", "flat"] * 2 for _ in range(3)],
    "tone": ["warm", "cold", "cold"] * 6,
}
OPTIONS = {"epochs": 3, "head_epochs": 2, "batch_size": 4, "lora_rank": 2, "device": "cpu"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return str(write_encoder(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(params=["lora", "full"])
def method(request):
    return request.param


def make(tiny, **options):
    return TransformerClassifier(**{"encoder": tiny, **OPTIONS, **options})


def weights(model):
    return {name: tensor.clone() for name, tensor in model.network_.state_dict().items()}


def assert_equal_weights(one, other):
    assert one.keys() == other.keys()
    assert [name for name in one if not torch.equal(one[name], other[name])] == []


# Training repeats


def test_two_runs_with_one_seed_give_equal_weights(tiny, method):
    first = make(tiny, method=method).fit(ROWS, Y)
    torch.manual_seed(99)  # what came before does not matter
    second = make(tiny, method=method).fit(ROWS, Y)
    assert_equal_weights(weights(first), weights(second))


def test_another_seed_gives_other_weights(tiny):
    first, second = make(tiny).fit(ROWS, Y), make(tiny, seed=14).fit(ROWS, Y)
    assert not torch.equal(first.network_.heads.weight, second.network_.heads.weight)


def test_fitting_leaves_the_random_state_of_the_caller_alone(tiny):
    random.seed(1), np.random.seed(2), torch.manual_seed(3)
    expected = random.random(), np.random.rand(), torch.rand(1).item()
    random.seed(1), np.random.seed(2), torch.manual_seed(3)
    make(tiny).fit(ROWS, Y)
    assert (random.random(), np.random.rand(), torch.rand(1).item()) == expected


def test_fitting_and_scoring_leave_the_threads_of_the_caller_alone(tiny):
    before = torch.get_num_threads()
    make(tiny, threads=before + 1).fit(ROWS, Y).predict(ROWS)
    assert torch.get_num_threads() == before


def test_fitting_and_scoring_print_nothing(tiny, capfd):
    make(tiny).fit(ROWS, Y).predict(ROWS)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("steps", [2, 5, 7])
def test_an_interrupted_run_resumes_to_the_same_weights(tiny, method, tmp_path, monkeypatch, steps):
    from stance.classifiers import finetune

    whole = make(tiny, method=method).fit(ROWS, Y)
    options = {"method": method, "checkpoint_dir": str(tmp_path / "c"), "checkpoint_minutes": 0.0}
    real, seen = finetune.loss_function, []

    def interrupting(blocks):
        loss = real(blocks)

        def count(outputs, labels, num_items_in_batch=None):
            if outputs["logits"].requires_grad and num_items_in_batch is not None:
                seen.append(1)
                if len(seen) > steps:
                    raise KeyboardInterrupt
            return loss(outputs, labels, num_items_in_batch)

        return count

    stopped = make(tiny, **options)
    with monkeypatch.context() as patch:
        patch.setattr(finetune, "loss_function", interrupting)
        with pytest.raises(KeyboardInterrupt):
            stopped.fit(ROWS, Y)
    (checkpoint,) = (tmp_path / "c").iterdir()
    assert checkpoint.name == f"checkpoint-{steps}"
    resumed = make(tiny, resume=True, **options).fit(ROWS, Y)
    assert_equal_weights(weights(resumed), weights(whole))


def test_resuming_with_nothing_to_resume_from_starts_anew(tiny, tmp_path):
    whole = make(tiny).fit(ROWS, Y)
    resumed = make(tiny, checkpoint_dir=str(tmp_path / "c"), resume=True).fit(ROWS, Y)
    assert_equal_weights(weights(resumed), weights(whole))


def test_a_short_run_writes_no_checkpoint(tiny, tmp_path):
    make(tiny, checkpoint_dir=str(tmp_path / "c")).fit(ROWS, Y)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_checkpoints_of_another_run_are_refused_and_replaced_when_not_resuming(tiny, tmp_path):
    options = {"checkpoint_dir": str(tmp_path / "c"), "checkpoint_minutes": 0.0}
    make(tiny, **options).fit(ROWS, Y)
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["checkpoint-14"]
    with pytest.raises(UsageError, match="belongs to a run with other options or other data"):
        make(tiny, resume=True, learning_rate=0.1, **options).fit(ROWS, Y)
    with pytest.raises(UsageError, match="belongs to a run with other options or other data"):
        make(tiny, resume=True, **options).fit(ROWS, {**Y, "tone": Y["tone"][::-1]})
    make(tiny, **options).fit(ROWS[:8], {task: column[:8] for task, column in Y.items()})
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["checkpoint-5"]


def test_a_checkpoint_that_was_cut_short_is_passed_over(tiny, tmp_path):
    whole = make(tiny).fit(ROWS, Y)
    (tmp_path / "c" / "checkpoint-9").mkdir(parents=True)
    (tmp_path / "c" / "checkpoint-9" / "model.safetensors").write_bytes(b"half")
    resumed = make(tiny, checkpoint_dir=str(tmp_path / "c"), resume=True).fit(ROWS, Y)
    assert_equal_weights(weights(resumed), weights(whole))


def still_encoder(folder):
    """Write a tiny encoder without dropout, so that batches of other sizes can be compared."""
    write_encoder(folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (folder / "config.json").write_text(json.dumps(config))
    return str(folder)


@pytest.mark.slow
def test_two_processes_learn_what_one_with_twice_the_batch_learns(tmp_path):
    options = {
        **OPTIONS, "encoder": still_encoder(tmp_path / "still"), "method": "full", "dropout": 0.0,
    }  # fmt: skip
    rows, y = ROWS[:16], {task: column[:16] for task, column in Y.items()}
    script = tmp_path / "train.py"
    script.write_text(
        "import os\n"
        "from pathlib import Path\n"
        "from stance.classifiers.transformer import TransformerClassifier\n"
        f"model = TransformerClassifier(**{options!r}).fit({rows!r}, {y!r})\n"
        f"folder = Path({str(tmp_path)!r}) / os.environ['RANK']\n"
        "folder.mkdir()\n"
        "model.to_folder(folder)\n"
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2", str(script)]
    path = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path}, timeout=300)
    alone = TransformerClassifier(**{**options, "batch_size": 8}).fit(rows, y)
    info = {"classifier": alone.to_folder(tmp_path)}
    for rank in ("0", "1"):
        together = TransformerClassifier.from_folder(tmp_path / rank, info)
        np.testing.assert_allclose(
            together.predict_proba(rows), alone.predict_proba(rows), atol=1e-6
        )


def test_accumulated_gradients_are_those_of_one_large_batch(tmp_path):
    still = still_encoder(tmp_path / "still")
    options = {"encoder": still, "method": "full", "dropout": 0.0, "epochs": 1}
    rows, y = ROWS[:16], {task: column[:16] for task, column in Y.items()}
    large = make(still, **options, batch_size=8).fit(rows, y)
    small = make(still, **options, batch_size=2, gradient_accumulation=4).fit(rows, y)
    np.testing.assert_allclose(small.predict_proba(rows), large.predict_proba(rows), atol=1e-5)
    start = make(still, **{**options, "epochs": 0}).fit(rows, y)
    assert np.abs(start.predict_proba(rows) - large.predict_proba(rows)).max() > 1e-4


def test_training_fits_what_can_be_learnt(tiny, method):
    # Small steps: with large ones the last bits of the sums, which nothing fixes, change the way.
    rates = {"learning_rate": 2e-3, "head_learning_rate": 1e-2, "dropout": 0.0}
    model = make(
        tiny, method=method, epochs=60, lora_rank=8, lora_alpha=16.0, threads=1, **rates
    )  # fmt: skip
    model.fit(ROWS, Y)
    assert model.predict(ROWS).tolist() == Y["stance"]


def test_heads_alone_are_trained_without_epochs_and_the_encoder_stays(tiny):
    from stance.encoder import load_encoder

    model = make(tiny, method="full", epochs=0, head_epochs=60, head_learning_rate=0.02)
    model.fit(ROWS, Y["stance"])
    assert model.score(ROWS, Y["stance"]) > 0.6
    assert_equal_weights(
        dict(model.network_.encoder.state_dict()), dict(load_encoder(tiny)[0].state_dict())
    )


# What is minimised


def test_targets_hold_labels_weights_smoothing_and_holes():
    targets = target_matrix(
        {
            "a": np.array(["x", "y", "x", None], dtype=object),
            "b": np.array([None, "q", "p", "p"], dtype=object),
        },
        {"a": ["x", "y"], "b": ["p", "q"]},
        row_weights=np.array([1.0, 1.0, 1.0, 2.0]), class_weights=True, smoothing=0.2,
    )  # fmt: skip
    # a: x occurs twice, y once, of three: 3 / (2 * 2) and 3 / (2 * 1).
    # b: p has weight 3, q weight 1, of four: 4 / (2 * 3) and 4 / (2 * 1), times the row's weight.
    expected = [
        [0.675, 0.075, 0, 0], [0.15, 1.35, 0.2, 1.8],
        [0.675, 0.075, 0.6, 0.066667], [0, 0, 1.2, 0.133333],
    ]  # fmt: skip
    np.testing.assert_allclose(targets, expected, atol=1e-6)


def test_labels_weigh_alike_within_each_stratum_up_to_a_bound():
    rare = ["x"] + ["y"] * 99
    targets = target_matrix(
        {"a": np.array(["x", "x", "x", "y", *rare, "x"], dtype=object)}, {"a": ["x", "y"]},
        row_weights=np.ones(105), class_weights=True, smoothing=0.0,
        strata=["one"] * 4 + ["other"] * 100 + ["third"],
    )  # fmt: skip
    # one: 4 / (2 * 3) and 4 / (2 * 1); other: 100 / (2 * 1) is bounded; third has x alone.
    np.testing.assert_allclose(targets[:4].max(1), [2 / 3, 2 / 3, 2 / 3, 2])
    np.testing.assert_allclose(targets[4:6].max(1), [5, 100 / 198])
    np.testing.assert_allclose(targets[-1].max(), 1)


def test_a_model_weighs_labels_within_the_values_of_a_field(tiny):
    rows = [{**row, "corpus": "a" if n % 4 else "b"} for n, row in enumerate(ROWS)]
    apart = make(tiny, class_weights_by="corpus").fit(rows, Y)
    assert not np.allclose(
        apart.probabilities(rows)["stance"], make(tiny).fit(rows, Y).probabilities(rows)["stance"]
    )
    same = make(tiny, class_weights_by="elsewhere").fit(rows, Y)
    assert_equal_weights(weights(same), weights(make(tiny).fit(rows, Y)))


def test_the_loss_is_cross_entropy_averaged_over_rows_and_summed_over_tasks():
    torch.manual_seed(0)
    logits = torch.randn(4, 5)
    blocks = {"a": slice(0, 3), "b": slice(3, 5)}
    a, b = torch.tensor([0, 2, 1, -100]), torch.tensor([1, -100, 0, 0])
    targets = torch.zeros(4, 5)
    for row in range(4):
        if a[row] >= 0:
            targets[row, a[row]] = 1
        if b[row] >= 0:
            targets[row, 3 + b[row]] = 1
    sums = {"ignore_index": -100, "reduction": "sum"}
    expected = (
        torch.nn.functional.cross_entropy(logits[:, :3], a, **sums)
        + torch.nn.functional.cross_entropy(logits[:, 3:], b, **sums)
    ) / 4  # fmt: skip
    loss = loss_function(blocks)
    torch.testing.assert_close(loss({"logits": logits}, targets), expected)
    halves = [
        loss({"logits": logits[i : i + 2]}, targets[i : i + 2], torch.tensor(20)) for i in (0, 2)
    ]
    torch.testing.assert_close(sum(halves), expected)


def test_rates_fall_down_the_layers_and_norms_do_not_decay(tiny):
    from stance.classifiers.finetune import optimizer_for

    model = make(tiny, method="full", layer_decay=0.5, learning_rate=0.1, epochs=0).fit(ROWS, Y)
    optimizer = optimizer_for(model.network_, model._schedule())
    rates = {
        id(parameter): (group["lr"], group["weight_decay"])
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    found = {name: rates[id(p)] for name, p in model.network_.named_parameters()}
    assert found["encoder.embeddings.word_embeddings.weight"] == (0.025, 0.01)
    assert found["encoder.encoder.layer.0.attention.self.query.weight"] == (0.05, 0.01)
    assert found["encoder.encoder.layer.1.attention.self.query.weight"] == (0.1, 0.01)
    assert found["encoder.encoder.layer.1.attention.self.query.bias"] == (0.1, 0.0)
    assert found["encoder.encoder.layer.1.output.LayerNorm.weight"] == (0.1, 0.0)
    assert found["heads.weight"] == (0.001, 0.01)


def test_every_epoch_has_every_row_once_in_batches_of_near_length():
    from stance.classifiers._trainer import LengthGrouped

    lengths = [(37 * i) % 101 for i in range(200)]
    sampler = LengthGrouped(lengths, batch_size=8, seed=1)
    first = list(sampler)
    assert sorted(first) == list(range(200))
    assert list(sampler) == first
    sampler.set_epoch(1)
    assert list(sampler) != first
    spreads = [np.ptp([lengths[i] for i in first[s : s + 8]]) for s in range(0, 200, 8)]
    assert np.mean(spreads) < 40  # drawn at random: 78


# Scoring


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_trains_and_its_answers_do_not_depend_on_company(shape, method, tmp_path):
    folder = write_encoder(tmp_path / "encoder", shape)
    model = make(folder, encoder=str(folder), method=method, epochs=1).fit(ROWS, Y)
    rows = [*ROWS[:6], {"text": " ".join(SENTENCES * 3)}, {"text": "No."}]
    together = model.predict_proba(rows)
    alone = np.concatenate([model.predict_proba([row]) for row in rows])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert np.ptp(together, axis=0).max() > 0.01
    info = model.to_folder(tmp_path)
    loaded = TransformerClassifier.from_folder(tmp_path, {"classifier": info})
    np.testing.assert_array_equal(loaded.predict_proba(rows), together)


def test_a_long_text_is_the_weighted_mean_of_its_parts(tiny):
    model = make(tiny, use_context=False, use_speaker=False).fit(ROWS, Y)
    text = " ".join(SENTENCES * 2)
    pieces = model._encode([model_row(text)]).pieces
    assert len(pieces) > 2
    parts = [model.tokenizer_.decode(p.input_ids, skip_special_tokens=True) for p in pieces]
    separate = model.predict_proba(parts)
    expected = np.average(separate, axis=0, weights=[p.share for p in pieces])
    np.testing.assert_allclose(model.predict_proba([text])[0], expected, atol=1e-5)


def model_row(text):
    from stance.records import Statement

    return Statement(text=text)


def test_only_a_text_beyond_all_pieces_is_flagged_truncated(tiny):
    model = make(tiny, epochs=0).fit(ROWS, Y)
    answers = model(["We sail.", " ".join(SENTENCES), " ".join(SENTENCES * 60)])
    assert [answer.truncated for answer in answers] == [False, False, True]


def test_scoring_in_chunks_changes_nothing(tiny, monkeypatch):
    from stance.classifiers import pieces

    model = make(tiny, epochs=0).fit(ROWS, Y)
    whole = model.predict_proba(ROWS)
    monkeypatch.setattr(pieces, "_CHUNK", 5)
    np.testing.assert_allclose(model.predict_proba(ROWS), whole, atol=1e-5)


@pytest.mark.parametrize("pooling", ["mean", "text", "cls"])
def test_pooling_takes_the_mean_of_the_real_tokens_or_of_the_texts_or_the_first(tiny, pooling):
    from stance.classifiers.network import Network
    from stance.encoder import load_encoder, pad

    encoder, _ = load_encoder(tiny)
    network = Network(encoder, {"a": ["x", "y"]}, pooling=pooling).eval()
    batch = pad([[2, 9, 8, 3, 7, 3], [2, 9, 3, 3]], [[0, 0, 0, 0, 1, 1], [0, 0, 0, 1]], pad_id=0)
    hidden = encoder(**batch).last_hidden_state
    means = {"mean": hidden[1, :4].mean(0), "text": hidden[1, :3].mean(0), "cls": hidden[1, 0]}
    expected = means[pooling]
    torch.testing.assert_close(network.represent(**batch)[1], expected)


# Adapters


def test_merging_gives_what_peft_computes(tiny):
    from stance.classifiers import lora
    from stance.encoder import load_encoder

    encoder, _ = load_encoder(tiny)
    lora.attach(encoder, rank=2, alpha=4.0, dropout=0.0)
    torch.manual_seed(0)
    for name, parameter in encoder.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, std=0.1)
            parameter.data = parameter.data.half().float()  # adapters are kept in half precision
    ids = torch.tensor([[2, 9, 8, 3]])
    adapted = encoder(ids).last_hidden_state
    adapter = lora.detach(encoder)
    assert {tensor.dtype for tensor in adapter.values()} == {torch.float16}
    plain = encoder(ids).last_hidden_state
    lora.merge(encoder, adapter, rank=2, alpha=4.0)
    merged = encoder(ids).last_hidden_state
    torch.testing.assert_close(merged, adapted, atol=1e-5, rtol=1e-5)
    assert (plain - adapted).abs().max() > 1e-3
    assert encoder.state_dict().keys() == load_encoder(tiny)[0].state_dict().keys()


@pytest.mark.parametrize("shape", SHAPES)
def test_adapters_find_attention_and_feed_forward_of_every_shape(shape, tmp_path):
    from stance.classifiers.lora import adapted_modules
    from stance.encoder import load_encoder

    names = adapted_modules(load_encoder(str(write_encoder(tmp_path, shape)))[0])
    layer = [name.split(".", 2 + (shape != "modernbert"))[-1] for name in names if ".0." in name]
    assert layer == {
        "bert": ["attention.self.query", "attention.self.key", "attention.self.value",
                 "attention.output.dense", "intermediate.dense", "output.dense"],
        "roberta": ["attention.self.query", "attention.self.key", "attention.self.value",
                    "attention.output.dense", "intermediate.dense", "output.dense"],
        "mpnet": ["attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o",
                  "intermediate.dense", "output.dense"],
        "deberta-v2": ["attention.self.query_proj", "attention.self.key_proj",
                       "attention.self.value_proj", "attention.output.dense",
                       "intermediate.dense", "output.dense"],
        "modernbert": ["attn.Wqkv", "attn.Wo", "mlp.Wi", "mlp.Wo"],
    }[shape]  # fmt: skip


# Files


@pytest.fixture
def saved(tiny, method, tmp_path):
    model = make(tiny, method=method, epochs=1).fit(ROWS, Y)
    return tmp_path, {"classifier": model.to_folder(tmp_path)}


def load(folder, manifest):
    return TransformerClassifier.from_folder(folder, manifest)


def test_a_folder_holds_these_files_and_no_pickle(saved, method):
    names = {path.name for path in saved[0].iterdir()}
    assert names == {
        "lora": {"adapter.safetensors", "heads.safetensors"},
        "full": {"model.safetensors", "heads.safetensors", "config.json", "tokenizer.json",
                 "tokenizer_config.json"},
    }[method]  # fmt: skip


def test_loading_calls_no_torch_load(saved, monkeypatch):
    monkeypatch.setattr(torch, "load", lambda *a, **k: pytest.fail("torch.load was called"))
    load(*saved)


def test_a_full_model_loads_where_its_encoder_is_gone(tmp_path):
    encoder = write_encoder(tmp_path / "encoder")
    model = make(encoder, encoder=str(encoder), method="full", epochs=1).fit(ROWS, Y)
    (tmp_path / "model").mkdir()
    info = model.to_folder(tmp_path / "model")
    expected = model.predict_proba(ROWS)
    shutil.rmtree(encoder)
    loaded = load(tmp_path / "model", {"classifier": info})
    np.testing.assert_array_equal(loaded.predict_proba(ROWS), expected)


def test_an_adapter_refuses_an_encoder_it_was_not_trained_on(tmp_path):
    encoder = write_encoder(tmp_path / "encoder", seed=1)
    model = make(encoder, encoder=str(encoder), method="lora", epochs=1).fit(ROWS, Y)
    info = model.to_folder(tmp_path)
    write_encoder(encoder, seed=2)
    with pytest.raises(IntegrityError, match=r"trained on encoder .* but the one here has"):
        load(tmp_path, {"classifier": info})


@pytest.mark.parametrize("keep", [0, 7, 0.5])
def test_truncated_weights_are_an_integrity_error(saved, method, keep):
    path = saved[0] / {"lora": "adapter.safetensors", "full": "model.safetensors"}[method]
    content = path.read_bytes()
    path.write_bytes(content[: keep if isinstance(keep, int) else int(keep * len(content))])
    with pytest.raises(IntegrityError, match=rf"{path.name} is no readable safetensors file"):
        load(*saved)


def test_a_missing_file_is_an_integrity_error(saved):
    (saved[0] / "heads.safetensors").unlink()
    with pytest.raises(IntegrityError, match=r"heads\.safetensors is no readable"):
        load(*saved)


def edit(path, change):
    from safetensors.torch import load_file, save_file

    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)


def test_heads_of_another_shape_are_named(saved):
    def widen(tensors):
        tensors["tone.bias"] = torch.zeros(9)

    edit(saved[0] / "heads.safetensors", widen)
    with pytest.raises(IntegrityError, match=r"'tone\.bias' .* has shape \(9,\), expected \(2,\)"):
        load(*saved)


def test_a_tensor_that_is_missing_is_named(saved, method):
    name = {"lora": "adapter.safetensors", "full": "model.safetensors"}[method]
    taken = []
    edit(saved[0] / name, lambda tensors: taken.append(tensors.popitem()[0]))
    with pytest.raises(IntegrityError, match=f"lacks tensor '{re.escape(taken[0])}'"):
        load(*saved)


def test_a_tensor_that_nobody_asked_for_is_named(saved):
    edit(saved[0] / "heads.safetensors", lambda t: t.update({"extra": torch.zeros(1)}))
    with pytest.raises(IntegrityError, match="unexpected tensor 'extra'"):
        load(*saved)


def test_numbers_that_are_not_finite_are_refused(saved):
    edit(saved[0] / "heads.safetensors", lambda t: t["tone.bias"].fill_(float("nan")))
    with pytest.raises(IntegrityError, match="not finite"):
        load(*saved)


def test_a_config_that_asks_for_code_of_its_own_is_not_obeyed(tmp_path, tiny):
    model = make(tiny, method="full", epochs=0).fit(ROWS, Y)
    info = model.to_folder(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    config |= {"auto_map": {"AutoConfig": "evil.C", "AutoModel": "evil.M"}, "model_type": "evil"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "evil.py").write_text("raise SystemExit('executed')")
    with pytest.raises(IntegrityError, match=r"config\.json describes no encoder"):
        load(tmp_path, {"classifier": info})


# Options


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"method": "half"}, "method is 'half'; expected lora or full"),
        ({"pooling": "max"}, "pooling is 'max'; expected mean, text or cls"),
        ({"epochs": -1}, "epochs is -1; expected 0 or more"),
        ({"dropout": 2.0}, "dropout is 2.0; expected at least 0 and below 1"),
        ({"learning_rate": -1.0}, "learning_rate is -1.0; expected 0 or more"),
        ({"gradient_accumulation": 0}, "gradient_accumulation is 0; expected 1 or more"),
        ({"warmup": -0.5}, "warmup is -0.5; expected a share of the steps, or 1 or more steps"),
        ({"label_smoothing": 1.0}, "label_smoothing is 1.0; expected at least 0 and below 1"),
        ({"device": "abacus"}, "device is 'abacus'; expected auto, cpu, cuda or cuda:N"),
    ],
)
def test_options_out_of_range_are_named(tiny, option, message):
    with pytest.raises(UsageError, match=message):
        make(tiny, **option).fit(ROWS, Y)


def test_asking_for_a_gpu_where_there_is_none_is_said(tiny, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="no GPU is seen here"):
        make(tiny, device="cuda").fit(ROWS, Y)


def test_an_encoder_that_is_not_there_is_said():
    with pytest.raises(ModelError, match="no encoder 'no such folder'"):
        make("no such folder").fit(ROWS, Y)


# The real encoder, once


def test_the_bundled_encoder_tells_war_from_peace_after_a_few_steps(tmp_path, caplog):
    war = ["We will bomb their cities.", "Our army attacks tonight.", "They will pay in blood."]
    peace = ["We want peace talks.", "Let us sign the truce.", "We hope for a friendly accord."]
    model = TransformerClassifier(
        epochs=3, head_epochs=30, batch_size=6, max_length=32, lora_rank=4, device="cpu"
    )
    with caplog.at_level(logging.INFO, logger="stance"):
        model.fit([*war, *peace], ["war"] * 3 + ["peace"] * 3)
    assert "trained 6 pieces" in caplog.text
    unseen = ["Missiles will rain on the enemy.", "We offer friendship and negotiation."]
    assert model.predict(unseen).tolist() == ["war", "peace"]
    info = model.to_folder(tmp_path)
    assert info["encoder"]["name"] == "minilm"
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1_000_000
