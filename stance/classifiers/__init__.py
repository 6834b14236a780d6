"""The two classifiers and the contract they share.

    base.py         the contract: statements in, labels and probabilities out
    baseline.py     tf-idf and logistic regression; _skops.py is its file
    transformer.py  a fine-tuned encoder; network, lora, objective, finetune, scoring and
                    weights are its parts

Neither classifier imports the other; importing this package loads none of them.
"""
