"""The whole model of one archive: mails in, labels that form a path of the taxonomy, confidences and a decision out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers

from mailroom.policy import Policy, decide
from mailroom.prediction import Decision, Language, Reason, Score, TaskPrediction
from mailroom.taxonomy import Taxonomy
from mailroom.wire.labels import taxonomy_from_json
from mailroom.wire.policies import policy_from_json
from model.archive.reader import Manifest, open_archive, read_json
from model.classifier.calibration import Calibration, calibration_from_json
from model.classifier.decoding import Component, Decoded, components, decode
from model.classifier.lexical import LexicalModel
from model.classifier.model_input import ModelInput
from model.classifier.scorers import EncoderScorer, MultiTaskScorer, StockScorer, load_lexical
from model.language import detect_language

# Below this many words, subject included, a mail says too little to route on.
_FEW_WORDS = 3
# How sure it must be that a mail is in no language the model was trained on before it is refused.
UNSUPPORTED_ABOVE = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What the model says of one mail. ``supported`` is False for a mail surely in a language it never saw."""

    labels: Mapping[str, TaskPrediction]
    decision: Decision
    reasons: tuple[Reason, ...]
    language: Language
    supported: bool
    truncated: bool
    queue_target: str | None


@dataclass(frozen=True, kw_only=True)
class MailClassifier:
    """A loaded model archive."""

    manifest: Manifest
    taxonomy: Taxonomy
    policy: Policy
    calibration: Calibration
    encoder: EncoderScorer
    lexical: LexicalModel | None
    parts: tuple[Component, ...]

    @classmethod
    def load(cls, folder: Path) -> "MailClassifier":
        """Load an unpacked archive.

        Raises:
            ArchiveError: it is damaged or foreign.
            EncoderError: its encoder cannot be loaded by this version of transformers.
        """
        layout, manifest = open_archive(folder)
        transformers.logging.disable_progress_bar()
        taxonomy = taxonomy_from_json(read_json(layout.taxonomy))
        counts = {task: len(labels) for task, labels in manifest.labels.items()}
        encoder: EncoderScorer
        if manifest.architecture == "stock":
            encoder = StockScorer.load(layout.stock, labels=counts, max_tokens=manifest.max_tokens)
        else:
            encoder = MultiTaskScorer.load(layout.encoder, layout.heads, labels=counts, max_tokens=manifest.max_tokens)
        return cls(
            manifest=manifest,
            taxonomy=taxonomy,
            policy=policy_from_json(read_json(layout.policy)),
            calibration=calibration_from_json(read_json(layout.calibration)),
            encoder=encoder,
            lexical=load_lexical(layout.lexical, labels=counts) if layout.lexical.exists() else None,
            parts=components(taxonomy, manifest.labels),
        )

    @property
    def model_version(self) -> str:
        """The archive's version, made from its content."""
        return self.manifest.model_version

    @property
    def known_labels(self) -> Mapping[str, tuple[str, ...]]:
        """Per task the labels the model can predict, in the order of its outputs."""
        return self.manifest.labels

    def judge(self, inputs: Sequence[ModelInput], *, top_k: int = 3, progress: bool = False) -> list[Judgement]:
        """Classify mails, in order. ``top_k`` alternatives are named beside each predicted label."""
        if not inputs:
            return []
        scores = self.encoder.score(inputs, progress=progress)
        lexical = self.lexical.scores([item.whole() for item in inputs]) if self.lexical else {}
        decoded = decode(
            self.parts,
            self.calibration.log_probabilities(scores.tasks, lexical),
            {task: scale.path for task, scale in self.calibration.tasks.items()},
        )
        return [
            self._judgement(item, self._labels(decoded, row, top_k), truncated=scores.truncated[row])
            for row, item in enumerate(inputs)
        ]

    def _labels(self, decoded: Decoded, row: int, top_k: int) -> dict[str, TaskPrediction]:
        found = {}
        for task, labels in self.manifest.labels.items():
            confidences = decoded.confidences[task][row]
            chosen = int(decoded.best[task][row])
            order = torch.argsort(confidences, descending=True)[: top_k + 1].tolist()
            found[task] = TaskPrediction(
                label=labels[chosen],
                # Sums of many small probabilities can pass 1 by a rounding.
                confidence=min(float(confidences[chosen]), 1.0),
                alternatives=tuple(
                    Score(label=labels[index], confidence=min(float(confidences[index]), 1.0))
                    for index in order
                    if index != chosen and confidences[index] > 0
                )[:top_k],
            )
        return found

    def _judgement(self, item: ModelInput, labels: dict[str, TaskPrediction], *, truncated: bool) -> Judgement:
        detected = detect_language(f"{item.subject}\n{item.text}", hint=item.language, home=self.manifest.languages)
        foreign = detected.language.code not in (*self.manifest.languages, "und")
        reasons = []
        if item.words() < _FEW_WORDS:
            reasons.append(Reason.TOO_SHORT)
        if foreign:
            reasons.append(Reason.OTHER_LANGUAGE)
        decision, all_reasons = decide(labels, self.policy, tuple(reasons))
        return Judgement(
            labels=labels,
            decision=decision,
            reasons=all_reasons,
            language=detected.language,
            supported=not (foreign and detected.foreign >= UNSUPPORTED_ABOVE),
            truncated=truncated,
            queue_target=self._queue_target(labels),
        )

    def _queue_target(self, labels: Mapping[str, TaskPrediction]) -> str | None:
        routed = self.policy.routing_task
        label = self.taxonomy.label(routed, labels[routed].label)
        return label.queue_target if label.queue_target is not None else label.id
