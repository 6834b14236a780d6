"""Tiny random encoders with tokenizers of their own, written to folders: nothing is fetched."""

from pathlib import Path

SENTENCES = [
    "We will answer every attack on Veltria with force, and our fleet sails at dawn.",
    "Talks between Ostran and Veltria go on tomorrow; both sides want an end to the fighting.",
    "The harvest came in early this year, the minister told reporters in the capital.",
    "There will be no ceasefire until the last soldier has left our valley!",
    "I welcome the agreement, and I thank the mediators for their patience.",
    "The parliament meets on Monday to vote on the budget for roads and bridges.",
]
SHAPES = ("bert", "roberta", "mpnet", "deberta-v2", "modernbert")
_SIZES = {
    "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
    "initializer_range": 0.3,  # with the usual 0.02 all inputs come out nearly alike
}  # fmt: skip


def _tokenizer(shape: str, longest: int):
    from tokenizers import (
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast

    if shape in ("roberta", "mpnet"):  # both count positions from the padding's id, 1, on
        special = {"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>",
                   "cls_token": "<s>", "sep_token": "</s>", "bos_token": "<s>",
                   "eos_token": "</s>"}  # fmt: skip
        names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=400, special_tokens=names, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )  # fmt: skip
        tokenizer.train_from_iterator(SENTENCES, trainer)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    else:
        special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]",
                   "sep_token": "[SEP]", "mask_token": "[MASK]"}  # fmt: skip
        names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(
            vocab_size=300,
            special_tokens=names,
            show_progress=False,
            initial_alphabet=list(":?'0123456789"),
        )
        tokenizer.train_from_iterator(SENTENCES, trainer)
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
        )  # fmt: skip
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=longest, **special)


def _config(shape: str, vocabulary: int, pad_id: int, longest: int):
    import transformers as t

    common = {**_SIZES, "vocab_size": vocabulary, "pad_token_id": pad_id}
    if shape == "bert":
        return t.BertConfig(**common, max_position_embeddings=longest)
    if shape == "roberta":
        return t.RobertaConfig(
            **common, max_position_embeddings=longest + pad_id + 1, type_vocab_size=1,
            bos_token_id=0, eos_token_id=2,
        )  # fmt: skip
    if shape == "mpnet":
        return t.MPNetConfig(
            **common, max_position_embeddings=longest + pad_id + 1, bos_token_id=0, eos_token_id=2,
        )  # fmt: skip
    if shape == "deberta-v2":
        return t.DebertaV2Config(
            **common, max_position_embeddings=longest, type_vocab_size=0, relative_attention=True,
            pos_att_type=["p2c", "c2p"], position_buckets=16, norm_rel_ebd="layer_norm",
            share_att_key=True, position_biased_input=False,
        )  # fmt: skip
    return t.ModernBertConfig(
        **common, max_position_embeddings=longest, local_attention=8, cls_token_id=2,
        sep_token_id=3, bos_token_id=2, eos_token_id=3,
    )  # fmt: skip


def write_encoder(folder: Path, shape: str = "bert", *, seed: int = 1, longest: int = 64) -> Path:
    """Write a random encoder of `shape` and its tokenizer to `folder`; return the folder."""
    import torch
    from transformers import AutoModel

    tokenizer = _tokenizer(shape, longest)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = _config(shape, len(tokenizer), tokenizer.pad_token_id, longest)
        model = AutoModel.from_config(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
