import pytest

from local.endpoint.supervisor import LocalEndpoint
from mailroom.taxonomy import Taxonomy
from mailroom.wire.labels import label_to_json
from tests.support.classify_api import mail
from tests.support.keyword_archive import TAXONOMY, make_keyword_archive
from tests.support.openapi import validator_of


def ids(answer):
    return [label["id"] for label in answer.body["labels"]]


def test_the_live_models_taxonomy_is_listed(api):
    answer = api.get("/v1/labels")
    assert (answer.status, answer.body) == (
        200,
        {"taxonomy_version": "t-1", "labels": [label_to_json(label) for label in TAXONOMY.labels], "next_cursor": None},
    )
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    validator_of("LabelPage").validate(answer.body)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", ["transfers", "fees"]),
        ("deprecated", ["faxes"]),
        ("draft", []),
        ("", ["transfers", "fees", "faxes"]),
    ],
)
def test_labels_are_filtered_by_status(api, status, expected):
    assert ids(api.get("/v1/labels", query={"status": status})) == expected


def test_an_unknown_status_is_a_422(api):
    answer = api.get("/v1/labels", query={"status": "retired"})
    assert (answer.status, answer.body["detail"]) == (422, "status must be 'draft', 'active' or 'deprecated'.")


def test_the_live_version_may_be_asked_for_and_no_other(api):
    assert api.get("/v1/labels", query={"version": "t-1"}).status == 200
    answer = api.get("/v1/labels", query={"version": "t-0"})
    assert (answer.status, answer.headers["Content-Type"], answer.body["detail"]) == (
        404,
        "application/problem+json",
        "Only the live taxonomy can be read; its version is 't-1'.",
    )


def test_who_has_the_page_already_gets_no_body(api):
    etag = api.get("/v1/labels").headers["ETag"]
    assert etag.startswith('"')
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = api.get("/v1/labels", headers={"If-None-Match": known})
        assert (answer.status, answer.body, answer.headers) == (
            304,
            None,
            {"ETag": etag, "Cache-Control": "private, no-cache", "X-Request-Id": "request-1"},
        )
    assert api.get("/v1/labels", headers={"If-None-Match": '"other"'}).status == 200


def test_another_page_has_another_etag(api):
    everything, active = api.get("/v1/labels"), api.get("/v1/labels", query={"status": "active"})
    assert everything.headers["ETag"] != active.headers["ETag"]


def test_a_large_taxonomy_comes_in_pages_of_two_hundred(make_api, large_taxonomy_archive):
    with LocalEndpoint(large_taxonomy_archive, name="large") as endpoint:
        api = make_api(endpoint.url, "large")
        query, pages = {"status": "active"}, []
        while True:
            answer = api.get("/v1/labels", query=query)
            pages.append(ids(answer))
            if answer.body["next_cursor"] is None:
                break
            query = {"status": "active", "cursor": answer.body["next_cursor"]}
        assert [len(page) for page in pages] == [200, 200, 1]
        assert [label for page in pages for label in page] == [f"topic-{number}" for number in range(401)]

        of_another_listing = api.get("/v1/labels", query={"cursor": query["cursor"]})
        assert (of_another_listing.status, of_another_listing.body["detail"]) == (
            404,
            "The cursor belongs to another listing; please begin again without it.",
        )


@pytest.mark.parametrize("cursor", ["x", "200", "0123456789abcdef-", "0123456789abcdef-1e3", "0123456789abcdef-٣"])
def test_a_cursor_that_no_page_gave_is_a_422(api, cursor):
    answer = api.get("/v1/labels", query={"cursor": cursor})
    assert (answer.status, answer.body["detail"]) == (422, "cursor must be the next_cursor of an earlier page.")


def test_a_new_models_taxonomy_is_seen_as_soon_as_a_mail_met_it_or_its_version_is_asked_for(make_api, tmp_path):
    newer = Taxonomy(version="t-2", tasks=TAXONOMY.tasks, labels=TAXONOMY.labels)
    with LocalEndpoint(make_keyword_archive(tmp_path / "old"), name="keywords") as endpoint:
        api, other, port = make_api(endpoint.url), make_api(endpoint.url), endpoint.port
        assert [one.get("/v1/labels").body["taxonomy_version"] for one in (api, other)] == ["t-1", "t-1"]
    archive = make_keyword_archive(tmp_path / "new", taxonomy=newer, model_version="m-2")
    with LocalEndpoint(archive, name="keywords", port=port):
        assert api.get("/v1/labels").body["taxonomy_version"] == "t-1"
        assert api.classify(mail()).body["model_version"] == "m-2"
        assert api.get("/v1/labels").body["taxonomy_version"] == "t-2"
        assert other.get("/v1/labels", query={"version": "t-2"}).body["taxonomy_version"] == "t-2"
    # What is known stays known for some seconds, also without an endpoint.
    assert api.get("/v1/labels").body["taxonomy_version"] == "t-2"


@pytest.mark.parametrize(("status", "body"), [(200, b"garbage"), (503, b"{}"), (424, b'{"__type": "ModelError"}')])
def test_labels_without_a_model_may_be_asked_for_again(make_api, http_endpoint, status, body):
    answer = make_api(http_endpoint(status, body)).get("/v1/labels")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
