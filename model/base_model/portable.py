"""Keeps a saved folder loadable in every transformers the project meets (4.57 and 5)."""

from __future__ import annotations

import json
from pathlib import Path

# transformers 5 writes the first name for a plain fast tokenizer, which transformers 4 does not know; both
# know the second (huggingface/transformers: tokenization_utils_tokenizers.py keeps it as an alias).
WRITTEN_BY_VERSION_5 = "TokenizersBackend"
KNOWN_TO_ALL = "PreTrainedTokenizerFast"


def make_tokenizer_portable(folder: Path) -> None:
    """Rewrite the tokenizer class in `folder`'s tokenizer_config.json, if transformers 4 would not know it.

    To be called after every `tokenizer.save_pretrained(folder)`.
    """
    file = folder / "tokenizer_config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    if settings.get("tokenizer_class") != WRITTEN_BY_VERSION_5:
        return
    settings["tokenizer_class"] = KNOWN_TO_ALL
    file.write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
