"""Hypothesis strategies for the domain: any value that the types allow, within the API's limits."""

from datetime import UTC, date, datetime

from hypothesis import settings
from hypothesis import strategies as st

from mailroom.feedback import Feedback, Review
from mailroom.ledger import RecordedFeedback, RecordedPrediction
from mailroom.message import BodyFormat, Email
from mailroom.policy import Policy
from mailroom.prediction import (
    Decision,
    ErrorCode,
    ItemError,
    Language,
    Prediction,
    Reason,
    Score,
    TaskPrediction,
)
from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from mailroom.wire.feedback import MAX_LABEL, MAX_TASK, MAX_TASKS, MAX_TRANSFERS
from mailroom.wire.request import MAX_BANK, MAX_BANKS, MAX_ID, Mode

quick = settings(max_examples=50, deadline=None)
"""For each property: fewer examples than usual, and no deadline, since the machine may be busy."""

# Characters that UTF-8 can carry: all but surrogates.
characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=40)
ids = st.text(characters, min_size=1, max_size=MAX_ID)
confidences = st.integers(0, 10_000).map(lambda tenths: tenths / 10_000)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)

emails = st.builds(
    Email,
    id=ids,
    subject=texts,
    body=texts,
    body_format=st.sampled_from(BodyFormat),
    custodian_banks=st.lists(st.text(characters, max_size=MAX_BANK), max_size=min(4, MAX_BANKS)).map(tuple),
    received_at=st.none() | instants,
    language_hint=st.none() | st.text(characters, max_size=35),
    thread_id=st.none() | st.text(characters, max_size=MAX_ID),
)

scores = st.builds(Score, label=texts, confidence=confidences)
task_predictions = st.builds(
    TaskPrediction, label=texts, confidence=confidences, alternatives=st.lists(scores, max_size=3).map(tuple)
)
item_errors = st.builds(ItemError, email_id=st.none() | ids, code=st.sampled_from(ErrorCode), detail=texts)


def predictions(*, model_version: str, taxonomy_version: str) -> st.SearchStrategy[Prediction]:
    return st.builds(
        Prediction,
        prediction_id=ids,
        email_id=ids,
        model_version=st.just(model_version),
        taxonomy_version=st.just(taxonomy_version),
        labels=st.dictionaries(texts, task_predictions, max_size=3),
        decision=st.sampled_from(Decision),
        language=st.builds(Language, code=texts, confidence=confidences),
        reasons=st.lists(st.sampled_from(Reason), max_size=3).map(tuple),
        queue_target=st.none() | texts,
        audit=st.booleans(),
        truncated=st.booleans(),
        evidence=st.lists(texts, max_size=3).map(tuple),
    )


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Two tasks, the second's labels under parents of the first or free."""
    parents = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    children = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    languages = st.sampled_from(["de", "en"])
    details = st.fixed_dictionaries(
        {
            "names": st.dictionaries(languages, texts),
            "description": st.dictionaries(languages, texts),
            "queue_target": st.none() | texts,
            "status": st.sampled_from(LabelStatus),
            "valid_from": st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        }
    )
    first = [Label(id=name, task="first", **draw(details)) for name in parents]
    second = [
        Label(
            id=name,
            task="second",
            parents=tuple(draw(st.lists(st.sampled_from(parents), unique=True))),
            replaced_by=tuple(draw(st.lists(st.sampled_from(children), max_size=2, unique=True))),
            **draw(details),
        )
        for name in children
    ]
    return Taxonomy(version=draw(ids), tasks=("first", "second"), labels=(*first, *second))


policies = st.builds(
    Policy,
    version=ids,
    routing_task=ids,
    target_precision=confidences,
    default_threshold=confidences,
    thresholds=st.dictionaries(ids, confidences, max_size=4),
    review_floor=confidences,
    paused=st.frozensets(ids, max_size=3),
)

final_labels = st.dictionaries(
    st.text(characters, min_size=1, max_size=MAX_TASK),
    st.text(characters, min_size=1, max_size=MAX_LABEL),
    min_size=1,
    max_size=min(4, MAX_TASKS),
)

feedbacks = st.builds(
    Feedback,
    feedback_id=ids,
    prediction_id=ids,
    email_id=ids,
    final_labels=final_labels,
    taxonomy_version=ids,
    review=st.sampled_from(Review),
    case_closed_at=st.none() | instants,
    first_touch_at=st.none() | instants,
    transfers=st.integers(0, MAX_TRANSFERS),
    agent_ref=st.none() | st.text(characters.filter(lambda character: character != "@"), max_size=MAX_ID),
)

recorded_feedbacks = st.builds(
    RecordedFeedback,
    client_id=ids,
    recorded_at=instants,
    feedback=feedbacks,
    final_labels=final_labels,
    checked_against=st.none() | ids,
)

recorded_predictions = st.builds(
    RecordedPrediction,
    client_id=ids,
    batch_id=ids,
    mode=st.sampled_from(Mode),
    policy_version=ids,
    recorded_at=instants,
    prediction=predictions(model_version="m-1", taxonomy_version="t-1"),
)
