"""What throughput.py compares: each contender loads in a process of its own and answers statements.

All of them run one fine-tuned encoder, cut at the same number of word pieces; those of other
libraries get a head of their own on it, so that their labels mean nothing and their speed does.
Called with --serve by throughput.py; run that.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

OURS = ("ours, torch", "ours, onnx fp32", "ours, onnx int8", "ours, cascade")
OTHERS = (
    "transformers pipeline, batch 32", "transformers pipeline, batch 1", "setfit predict",
    "sentence-transformers encode + head",
)  # fmt: skip
MATMUL, EXTRACT, NAIVE = "matrix products", "extraction", "naive"


def prepare(model, place, *, first=None, above=None, gate=None):
    """Write the folders that the contenders load below `place`; return {name: options}.

    `gate` are the files on which the 8-bit export is checked (default: the training data). A
    contender that cannot be made is left out, and it is said why.
    """
    from stance.cli.export import export_onnx
    from stance.errors import StanceError
    from stance.store import find

    source = find(model)
    longest = _hub_folders(source, place)
    made = {name: {"folder": str(place / "hub"), "longest": longest} for name in OTHERS}
    made[OURS[0]] = {"folder": str(source), "backend": "torch"}
    for name, int8 in ((OURS[1], False), (OURS[2], True)):
        folder = place / ("int8" if int8 else "fp32")
        try:
            export_onnx(source, folder, int8=int8, data=gate, say=print)
            made[name] = {"folder": str(folder), "backend": "onnx"}
        except StanceError as error:
            print(f"{name} is left out: {error}")
    second = made.get(OURS[2]) or made.get(OURS[1])
    if first and second:
        try:
            made[OURS[3]] = _cascade(first, source, second, above)
        except StanceError as error:
            print(f"{OURS[3]} is left out: {error}")
    return made


def _cascade(first, source, second, above):
    from stance.cascade import Thresholds, kept_thresholds
    from stance.store import find, read_manifest

    folder, manifest = find(first), read_manifest(source)
    if above:
        thresholds = Thresholds.parse(above, tuple(manifest.tasks))
    else:
        mark = read_manifest(folder).fingerprint
        thresholds = kept_thresholds(manifest, mark, folders=[folder, source])
    return {**second, "first": str(folder), "above": thresholds.to_dict()}


def _hub_folders(source, place):
    """Write the encoder as other libraries read it; return the longest input in word pieces."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers import models as parts
    from transformers import AutoModelForSequenceClassification

    from stance.store import load

    model = load(source, backend="torch", device="cpu")
    longest = int(model.input_settings()["max_length"])
    encoder = model.network_.encoder
    encoder.config.num_labels = len(model.labels_[model.tasks_[0]])
    whole = AutoModelForSequenceClassification.from_config(encoder.config)
    whole.base_model.load_state_dict(encoder.state_dict(), strict=False)
    whole.save_pretrained(place / "hub")
    model.tokenizer_.save_pretrained(place / "hub")
    encoder.save_pretrained(place / "body")
    model.tokenizer_.save_pretrained(place / "body")
    body = parts.Transformer(str(place / "body"), max_seq_length=longest)
    pooling = parts.Pooling(body.get_embedding_dimension(), "mean")
    SentenceTransformer(modules=[body, pooling], device="cpu").save(str(place / "hub" / "vectors"))
    return longest


def load(name, options, threads):
    """Return a function that answers statements; heavy libraries are loaded here."""
    if name in OURS:
        return _ours(options, threads)
    import torch

    torch.set_num_threads(threads)
    if name.startswith("transformers"):
        return _pipeline(options, int(name.rsplit(" ", 1)[1]))
    from sentence_transformers import SentenceTransformer

    vectors = SentenceTransformer(f"{options['folder']}/vectors", device="cpu")
    return _setfit(vectors) if name.startswith("setfit") else _encode(vectors)


def _ours(options, threads):
    from stance.store import load as load_model

    local = {"backend": options["backend"], "device": "cpu", "threads": threads}
    if "first" not in options:
        return load_model(options["folder"], **local)
    from stance.cascade import Thresholds, load_cascade
    from stance.store import find, read_manifest

    tasks = tuple(read_manifest(find(options["folder"])).tasks)
    above = Thresholds.from_dict(options["above"], tasks)
    return load_cascade(options["first"], options["folder"], above=above, **local)


def _pipeline(options, batch):
    from transformers import pipeline

    pipe = pipeline("text-classification", model=options["folder"], device="cpu")
    longest = options["longest"]

    def answer(statements):
        pairs = [{"text": s.text, "text_pair": s.context} for s in statements]
        return pipe(pairs, batch_size=batch, truncation=True, max_length=longest)

    return answer


def _joined(statements):
    return [f"{s.text} {s.context}" for s in statements]


def _setfit(vectors):
    import numpy as np
    from setfit import SetFitModel
    from sklearn.linear_model import LogisticRegression

    width = vectors.get_embedding_dimension()
    head = LogisticRegression().fit(np.eye(3, width), [0, 1, 2])
    model = SetFitModel(model_body=vectors, model_head=head)
    return lambda statements: model.predict(_joined(statements), show_progress_bar=False)


def _encode(vectors):
    import numpy as np

    head = np.eye(vectors.get_embedding_dimension(), 3, dtype=np.float32)
    return lambda statements: (
        vectors.encode(_joined(statements), batch_size=32, show_progress_bar=False) @ head
    )


def naive(news, out, options, threads):
    """Do what `stance score` does as most would write it: article by article, a pipeline at 32."""
    import torch

    from stance.articles import InputFailure, read_articles
    from stance.quotes import extract
    from stance.records import Statement

    torch.set_num_threads(threads)
    answer = _pipeline(options, 32)
    count = 0
    with Path(out).open("w", encoding="utf-8") as file:
        for article in read_articles([news]):
            quotes = [] if isinstance(article, InputFailure) else extract(article)
            count += 1
            found = answer([Statement.from_quote(quote) for quote in quotes]) if quotes else []
            for quote, one in zip(quotes, found, strict=True):
                file.write(json.dumps({**quote.to_dict(), **one}) + "\n")
    return count


def _matmul(threads):
    """Return a function that multiplies matrices of an encoder's shape; it returns the FLOPs."""
    import torch

    torch.set_num_threads(threads)
    shapes = [(1024, 384, 1536), (1024, 1536, 384), (2048, 2048, 2048)]
    pairs = [(torch.rand(a, b), torch.rand(b, c)) for a, b, c in shapes]

    def work(times):
        best = 0.0
        for (left, right), (a, b, c) in zip(pairs, shapes, strict=True):
            n = max(1, int(times * 4e9 / (2 * a * b * c)))
            began = time.process_time()
            for _ in range(n):
                left @ right
            best = max(best, n * 2 * a * b * c / (time.process_time() - began))
        return best

    work(0.2)
    return work


def _extraction(news):
    from stance.articles import InputFailure, read_articles
    from stance.quotes import extract

    articles = [a for a in read_articles([news]) if not isinstance(a, InputFailure)]
    megabytes = sum(len(article.text.encode()) for article in articles) / 1e6

    def work():
        for article in articles:
            extract(article)
        return megabytes

    return work


def serve(name, options, statements, news, threads):
    """Answer on request: one line of JSON on stdout for each line on stdin."""
    from stance.records import Statement

    rows = [json.loads(line) for line in Path(statements).read_text("utf-8").splitlines()]
    told = [Statement.from_dict(row) for row in rows]
    if name == MATMUL:
        multiply = _matmul(threads)
        work = lambda: {"flops": multiply(1.0)}  # noqa: E731
    elif name == EXTRACT:
        read = _extraction(news)
        work = lambda: {"megabytes": read()}  # noqa: E731
    else:
        answer = load(name, options, threads)
        answer(told[:1])
        work = lambda: {"answers": len(answer(told))}  # noqa: E731
    print(json.dumps({"ready": time.time()}), flush=True)
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        found = work()
        times = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps({**found, **times}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", required=True)
    parser.add_argument("--options", type=json.loads, default={})
    parser.add_argument("--statements")
    parser.add_argument("--news")
    parser.add_argument("--out")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    told = parser.parse_args()
    # What libraries print belongs on stderr: stdout is for the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    if told.serve == NAIVE:
        naive(told.news, told.out, told.options, told.threads)
        return
    sys.stdout = answers
    serve(told.serve, told.options, told.statements, told.news, told.threads)


if __name__ == "__main__":
    main()
