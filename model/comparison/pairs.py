"""One mail with both models' answers for one task."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.comparison.judged import JudgedMail

BOTH, CHAMPION, CHALLENGER, NEITHER = "both", "champion", "challenger", "neither"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """All labels are of one task and of one taxonomy."""

    id: str
    language: str
    truth: str
    challenger: str
    champion: str

    @property
    def right(self) -> str:
        """Whose answer is the true label."""
        if self.challenger == self.champion:
            return BOTH if self.truth == self.champion else NEITHER
        return {self.champion: CHAMPION, self.challenger: CHALLENGER}.get(self.truth, NEITHER)


def pairs_of(mine: Sequence[JudgedMail], theirs: Sequence[JudgedMail], task: str) -> Iterator[Pair]:
    """A pair for each mail that has a label for the task and an answer of both; ``theirs`` are the champion's."""
    other = {mail.id: mail.said for mail in theirs}
    for mail in mine:
        if task in mail.truth and task in mail.said and task in other.get(mail.id, {}):
            yield Pair(
                id=mail.id,
                language=mail.language,
                truth=mail.truth[task],
                challenger=mail.said[task],
                champion=other[mail.id][task],
            )
