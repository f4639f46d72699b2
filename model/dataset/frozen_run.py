"""The part of a run that has to do with a frozen test set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mailroom.message import BodyFormat
from mailroom.taxonomy import Taxonomy
from model.dataset.example import Example
from model.dataset.facts import KEPT, Facts, Source
from model.dataset.freezing import Freezing, Frozen, check_months, checked_freezing, freeze, labels_without_mails
from model.dataset.frozen_set import months_between
from model.dataset.kept_set import KeptSet, mails_sha256
from model.dataset.split import RECENT, TEST, TRAIN, VALIDATION

Splits = Mapping[str, Sequence[Example]]


class FrozenRun:
    """What is known of the set while a run goes on: it may turn out that the champion's cannot be used again."""

    def __init__(self, files: Sequence[Source], freezing: Freezing) -> None:
        self._files, self._freezing = files, freezing
        self._months = check_months(files, freezing)
        self._corrected = 0

    def after_reading(self, facts: Sequence[Facts], tasks: Sequence[str]) -> list[Facts]:
        """The rows; those of a set that goes on with the labels that they were frozen with."""
        labels = {one.id: {task: one.labels[task] for task in tasks if task in one.labels} for one in facts}
        self._freezing, self._corrected = checked_freezing(self._freezing, labels, self._months, tasks)
        kept = self._freezing.going_on
        if kept is None:
            return list(facts)
        return [replace(one, labels=kept.by_id[one.id].labels) if one.id in kept.by_id else one for one in facts]

    def outliving(self, facts: Sequence[Facts]) -> Iterator[tuple[Facts, str]]:
        """The set's mails that the exports hold no longer, with their cleaned texts."""
        kept = self._freezing.going_on
        there = {one.id for one in facts}
        for number, mail in enumerate(kept.mails if kept is not None else ()):
            if mail.id not in there:
                yield _facts_of(mail, number), mail.text

    def freeze(self, facts: Sequence[Facts], groups: Sequence[int], taxonomy: Taxonomy) -> Frozen:
        """Divide the rows; the set may turn out to be a new one."""
        months = [self._month(one) for one in facts]
        found = freeze(facts, groups, months, self._freezing, newest=self._months[-1], taxonomy=taxonomy)
        if found.freezing != self._freezing:
            self._freezing, self._corrected = found.freezing, 0
        return found

    def kept(self, splits: Splits, facts: Sequence[Facts], tasks: Sequence[str]) -> KeptSet:
        """What later runs have to know."""
        months = {one.id: self._month(one) for one in facts}
        return KeptSet(
            frozen_set=self._freezing.frozen_set,
            tasks=tuple(tasks),
            mails=tuple(splits[TEST]),
            months={mail.id: months[mail.id] for mail in splits[TEST]},
            learned=frozenset(mail.id for split in (TRAIN, VALIDATION) for mail in splits[split]),
            reserved=frozenset(mail.id for mail in splits[RECENT]),
        )

    def settings(self, splits: Splits, *, note: str) -> dict[str, Any]:
        """What the report says of the set beside the run's settings, the reason among its notes."""
        said = f"Frozen test set {self._freezing.frozen_set}. {self._freezing.reason}"
        return {
            "note": f"{note} {said}".strip(),
            "frozen_set": str(self._freezing.frozen_set),
            "frozen_set_reason": self._freezing.reason,
            "frozen_set_sha256": mails_sha256((mail.id, mail.labels) for mail in splits[TEST]),
        }

    def report(self, splits: Splits, taxonomy: Taxonomy) -> dict[str, Any]:
        """What the report counts of the set."""
        learned = [*splits[TRAIN], *splits[VALIDATION]]
        return {
            "labels_without_test_mails": labels_without_mails(splits[TEST], taxonomy),
            "labels_without_training_mails": labels_without_mails(learned, taxonomy),
            "frozen_labels_corrected": self._corrected,
            "frozen_mails_of_expired_exports": sum(month not in self._months for month in self._set_months().values()),
            "months_missing": months_between(self._months),
        }

    def warnings(self, splits: Splits, taxonomy: Taxonomy) -> Iterator[str]:
        """What a person should know of the set, a sentence each."""
        said = self.report(splits, taxonomy)
        for name, where in (
            ("labels_without_test_mails", "the frozen test set has no mail"),
            ("labels_without_training_mails", "there is no mail to learn from"),
        ):
            for task, labels in said[name].items():
                yield f"Task {task!r}: {where} of {len(labels)} active labels ({', '.join(labels)})."
        if said["months_missing"]:
            yield f"Months without an export, between others that have one: {', '.join(said['months_missing'])}."
        if self._corrected:
            yield (
                f"Mails of the frozen test set that have other labels now: {self._corrected:,}. They are tested with "
                "those that the set was frozen with, until it is made anew."
            )
        if said["frozen_mails_of_expired_exports"]:
            yield (
                "Mails of the frozen test set whose exports have expired, so that they were taken from an earlier run: "
                f"{said['frozen_mails_of_expired_exports']:,}."
            )

    def _set_months(self) -> Mapping[str, str]:
        return self._freezing.going_on.months if self._freezing.going_on is not None else {}

    def _month(self, one: Facts) -> str:
        if one.key[0] == KEPT or one.id in self._set_months():
            former = self._freezing.former
            assert former is not None
            return former.months[one.id]
        month = self._files[one.key[0]].month
        assert month is not None
        return month


def _facts_of(mail: Example, number: int) -> Facts:
    return Facts(
        key=(KEPT, number),
        id=mail.id,
        subject=mail.subject,
        body_format=BodyFormat.TEXT,
        language=mail.language,
        custodian_banks=mail.custodian_banks,
        received_at=mail.received_at,
        thread_id=mail.thread_id,
        labels=mail.labels,
        split=None,
    )
