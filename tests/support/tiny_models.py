"""Tiny random-weight encoders for tests: real Hugging Face folders, made in a fraction of a second.

A folder holds config.json, model.safetensors and a fast tokenizer, as a base model of the project does, so
that whatever reads base models can be tested on all the architectures it must support.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

HIDDEN_SIZE = 32
HEADS = 4
INTERMEDIATE_SIZE = 64
MAX_TOKENS = 128

SPECIAL_TOKENS = {
    "bert": {"cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "unk": "[UNK]", "mask": "[MASK]"},
    "roberta": {"cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"},
}

VOCAB_TEXTS = (
    "Sehr geehrte Damen und Herren, bitte ändern Sie die Adresse für mein Depot.",
    "Dear Sir or Madam, please transfer the shares to the custodian bank.",
    "Die Überweisung wurde nicht ausgeführt, können Sie das prüfen?",
    "My invoice is wrong and the payment has failed, could you check it?",
)


def make_tiny_encoder(
    folder: Path,
    architecture: str = "bert",
    *,
    layers: int = 2,
    seed: int = 0,
    vocab_texts: tuple[str, ...] = VOCAB_TEXTS,
) -> Path:
    """Write a random-weight encoder and its tokenizer into `folder`, and return `folder`.

    The encoder: hidden size 32, 4 heads, up to 128 tokens, `layers` layers, float32. Equal arguments give
    equal weights. `architecture` is "distilbert", "bert", "xlm-roberta" or "modernbert" (ValueError
    otherwise). The words of `vocab_texts` are whole tokens; any other word falls apart into characters. The
    global random state of torch is left as it was.
    """
    import torch

    if architecture not in _BUILDERS:
        raise ValueError(f"unknown architecture {architecture!r}; known: {', '.join(sorted(_BUILDERS))}")
    tokenizer = _tokenizer(architecture, vocab_texts)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _BUILDERS[architecture](layers, tokenizer)
    model.eval()
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _name_a_tokenizer_class_every_version_knows(folder / "tokenizer_config.json")
    return folder


def _name_a_tokenizer_class_every_version_knows(file: Path) -> None:
    # transformers 5 writes "TokenizersBackend", which transformers 4 cannot load; both know this name.
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    file.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _tokenizer(architecture: str, texts: tuple[str, ...]) -> PreTrainedTokenizerFast:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = SPECIAL_TOKENS["roberta" if architecture == "xlm-roberta" else "bert"]
    normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    splitter = pre_tokenizers.BertPreTokenizer()
    words = {word for text in texts for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))}
    characters = set(string.ascii_lowercase + string.digits + string.punctuation + "äöüß€").union(*words)
    # XLM-RoBERTa counts positions from padding_idx + 1, so its <pad> is 1 as in the published models.
    roberta = architecture == "xlm-roberta"
    order = ("cls", "pad", "sep", "unk", "mask") if roberta else ("pad", "unk", "cls", "sep", "mask")
    pieces = [special[name] for name in order]
    pieces += sorted(characters) + sorted("##" + character for character in characters)
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces + sorted(words)))}

    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=special["unk"]))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.WordPiece()
    cls, sep = special["cls"], special["sep"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{cls} $A {sep}",
        pair=f"{cls} $A {sep} $B {sep}",
        special_tokens=[(cls, vocabulary[cls]), (sep, vocabulary[sep])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=MAX_TOKENS,
        model_input_names=["input_ids", "attention_mask"],
        **{f"{name}_token": token for name, token in special.items()},
    )


def _common(layers: int, tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": HIDDEN_SIZE,
        "num_hidden_layers": layers,
        "num_attention_heads": HEADS,
        "intermediate_size": INTERMEDIATE_SIZE,
        "max_position_embeddings": MAX_TOKENS,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _bert(layers: int, tokenizer: PreTrainedTokenizerFast) -> PreTrainedModel:
    from transformers import BertConfig, BertModel

    return BertModel(BertConfig(**_common(layers, tokenizer)), add_pooling_layer=False)


def _distilbert(layers: int, tokenizer: PreTrainedTokenizerFast) -> PreTrainedModel:
    from transformers import DistilBertConfig, DistilBertModel

    config = DistilBertConfig(
        vocab_size=len(tokenizer),
        dim=HIDDEN_SIZE,
        n_layers=layers,
        n_heads=HEADS,
        hidden_dim=INTERMEDIATE_SIZE,
        max_position_embeddings=MAX_TOKENS,
        pad_token_id=tokenizer.pad_token_id,
    )
    return DistilBertModel(config)


def _xlm_roberta(layers: int, tokenizer: PreTrainedTokenizerFast) -> PreTrainedModel:
    from transformers import XLMRobertaConfig, XLMRobertaModel

    # Positions start at padding_idx + 1 = 2, hence two more rows than tokens.
    sizes = _common(layers, tokenizer) | {"max_position_embeddings": MAX_TOKENS + 2, "type_vocab_size": 1}
    config = XLMRobertaConfig(**sizes, bos_token_id=tokenizer.cls_token_id, eos_token_id=tokenizer.sep_token_id)
    return XLMRobertaModel(config, add_pooling_layer=False)


def _modernbert(layers: int, tokenizer: PreTrainedTokenizerFast) -> PreTrainedModel:
    from transformers import ModernBertConfig, ModernBertModel

    config = ModernBertConfig(
        **_common(layers, tokenizer),
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        local_attention=16,
    )
    return ModernBertModel(config)


_BUILDERS: dict[str, Callable[[int, PreTrainedTokenizerFast], PreTrainedModel]] = {
    "bert": _bert,
    "distilbert": _distilbert,
    "modernbert": _modernbert,
    "xlm-roberta": _xlm_roberta,
}
