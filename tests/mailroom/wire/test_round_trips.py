"""What one side writes, the other reads back to an equal object."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mailroom.wire.endpoint import (
    Batch,
    Describe,
    Description,
    batch_to_json,
    describe_to_json,
    description_from_json,
    description_to_json,
    invocation_from_json,
    results_from_json,
    results_to_json,
)
from mailroom.wire.labels import taxonomy_from_json, taxonomy_to_json
from mailroom.wire.policies import policy_from_json, policy_to_json
from mailroom.wire.request import Options, email_to_json, parse_email
from mailroom.wire.response import Versions, error_from_json, prediction_from_json, result_to_json
from tests.support.strategies import emails, ids, item_errors, policies, predictions, quick, taxonomies

VERSIONS = Versions(model="m-1", taxonomy="t-1", policy="p-1")
predicted = predictions(model_version="m-1", taxonomy_version="t-1")


@quick
@given(emails)
def test_an_email(email):
    assert parse_email(json.loads(json.dumps(email_to_json(email)))) == email


@quick
@given(predicted)
def test_a_prediction_of_the_public_api(prediction):
    assert prediction_from_json(json.loads(json.dumps(result_to_json(prediction))), VERSIONS) == prediction


@quick
@given(item_errors)
def test_an_item_error(error):
    assert error_from_json(json.loads(json.dumps(result_to_json(error)))) == error


@quick
@given(taxonomies())
def test_a_taxonomy(taxonomy):
    assert taxonomy_from_json(json.loads(json.dumps(taxonomy_to_json(taxonomy)))) == taxonomy


@quick
@given(policies)
def test_a_policy(policy):
    assert policy_from_json(json.loads(json.dumps(policy_to_json(policy)))) == policy


@quick
@given(taxonomies(), policies, ids)
def test_a_description_of_the_model(taxonomy, policy, version):
    description = Description(model_version=version, taxonomy=taxonomy, policy=policy)
    assert description_from_json(description_to_json(description)) == description


@quick
@given(st.lists(emails, max_size=4), st.integers(1, 10), st.booleans())
def test_a_batch(batch, top_k, explain):
    options = Options(top_k=top_k, explain=explain)
    assert invocation_from_json(batch_to_json(batch, options)) == Batch(items=tuple(batch), options=options)


def test_the_wish_to_know_the_model():
    assert invocation_from_json(describe_to_json()) == Describe()


@quick
@given(st.lists(predicted | item_errors, max_size=4))
def test_the_results_of_a_batch_but_for_the_audit_mark_which_the_relay_gives(results):
    names = [getattr(result, "prediction_id", "unused") for result in results]
    versions, read = results_from_json(results_to_json(VERSIONS, results), names)
    assert versions == VERSIONS
    assert [result_to_json(result) | {"audit": None} for result in read] == [
        result_to_json(result) | {"audit": None} for result in results
    ]
