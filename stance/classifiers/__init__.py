"""The two classifiers and the contract they share.

    base.py         the contract: statements in, labels and probabilities out
    baseline.py     tf-idf and logistic regression; _skops.py is its file
    pieces.py       what both backends of the transformer share: statements -> pieces -> rows
    transformer.py  a fine-tuned encoder; network, lora, objective, finetune, inference and
                    weights are its parts
    onnx.py         the same encoder exported (onnx_export.py), scored without torch

Neither classifier imports the other; importing this package loads none of them.
"""
