"""Rebuilds the fast tokenizer of multilingual-e5 (XLM-RoBERTa's) from Unigram pieces and their
log-probabilities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

MASK = "<mask>"


def build_tokenizer(pieces: Sequence[str], scores: Sequence[float], *, special_ids: Mapping[str, int]) -> Tokenizer:
    """The tokenizer for `pieces` in id order with `scores` (natural log); `special_ids`: bos, eos, pad, unk.

    Normalisation: sentencepiece's "nmt_nfkc", as `Nmt` and `NFKC`. The two agree on all but 2 of the
    1,112,064 code points (U+FF5E and U+1F23B, neither German nor English) and on composed umlauts. Words are
    split at white space, so that spaces at the ends and runs of them leave no token, as in sentencepiece.
    """
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=special_ids["unk"]))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    begin, end = pieces[special_ids["bos"]], pieces[special_ids["eos"]]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, special_ids["bos"]), (end, special_ids["eos"])],
    )
    tokenizer.add_special_tokens(
        [AddedToken(pieces[index], normalized=False) for index in sorted(special_ids.values())]
    )
    if MASK in pieces:
        # Like XLM-RoBERTa's, <mask> swallows the space before it: it stands for a word.
        tokenizer.add_special_tokens([AddedToken(MASK, lstrip=True, normalized=False)])
    return tokenizer


def save_tokenizer(
    folder: Path,
    tokenizer: Tokenizer,
    *,
    pieces: Sequence[str],
    special_ids: Mapping[str, int],
    max_tokens: int,
) -> None:
    """Write tokenizer.json and tokenizer_config.json, which transformers 4.57 and 5 both load."""
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    begin, end = pieces[special_ids["bos"]], pieces[special_ids["eos"]]
    settings: dict[str, object] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_tokens,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
        "bos_token": begin,
        "cls_token": begin,
        "eos_token": end,
        "sep_token": end,
        "pad_token": pieces[special_ids["pad"]],
        "unk_token": pieces[special_ids["unk"]],
    }
    if MASK in pieces:
        settings["mask_token"] = MASK
    text = json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
    (folder / "tokenizer_config.json").write_text(text, encoding="utf-8")
