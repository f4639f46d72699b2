"""Where everything lies in a model archive, for its writer and its reader.

An unpacked archive is a folder; SageMaker packs what training leaves in SM_MODEL_DIR as model.tar.gz.
"""

from dataclasses import dataclass
from pathlib import Path

FORMAT = "mailroom-model"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class ArchiveLayout:
    """The paths of one unpacked archive."""

    root: Path

    @property
    def manifest(self) -> Path:
        """Format, versions, sha-256 and size of each file, and how the model was made.

        Not named manifest.json: multi-model-server takes a folder with that file for a model of an older kind of its
        own, and does not start. https://github.com/awslabs/multi-model-server, archive/ModelArchive.java
        """
        return self.root / "archive.json"

    @property
    def code(self) -> Path:
        """inference.py and the packages it needs; the serving container puts this on its import path."""
        return self.root / "code"

    @property
    def encoder(self) -> Path:
        """Hugging Face folder: config, tokenizer, safetensors."""
        return self.root / "encoder"

    @property
    def heads(self) -> Path:
        """safetensors: one linear layer per task."""
        return self.root / "heads.safetensors"

    @property
    def lexical(self) -> Path:
        """safetensors: vocabularies and linear layers of the lexical part."""
        return self.root / "lexical.safetensors"

    @property
    def stock(self) -> Path:
        """Of the baseline only: one Hugging Face sequence classifier per task, in folders named 0, 1, ..."""
        return self.root / "stock"

    @property
    def taxonomy(self) -> Path:
        """The taxonomy that the model was trained under."""
        return self.root / "taxonomy.json"

    @property
    def calibration(self) -> Path:
        """Scales per task (calibration.py)."""
        return self.root / "calibration.json"

    @property
    def policy(self) -> Path:
        """The fitted thresholds."""
        return self.root / "policy.json"

    @property
    def metrics(self) -> Path:
        """What was measured on validation while training."""
        return self.root / "metrics.json"
