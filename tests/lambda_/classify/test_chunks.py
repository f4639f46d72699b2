from hypothesis import given
from hypothesis import strategies as st

from classify.chunks import MAX_CHUNK_BYTES, MAX_CHUNK_EMAILS, Numbered, chunked
from mailroom.message import Email
from mailroom.wire.endpoint import batch_to_json
from mailroom.wire.request import Options
from tests.support.strategies import quick


def numbered(bodies):
    return [
        Numbered(position=position, email=Email(id=str(position), body=body)) for position, body in enumerate(bodies)
    ]


def sizes(bodies):
    return [len(chunk) for chunk in chunked(numbered(bodies), Options())]


def test_usual_mails_are_shared_out_evenly():
    assert [sizes(["x"] * number) for number in (0, 1, 32, 33, 100)] == [[], [1], [32], [17, 16], [25, 25, 25, 25]]


def test_a_mail_over_a_megabyte_stands_alone():
    assert sizes(["x", "x" * MAX_CHUNK_BYTES, "x", "x"]) == [1, 1, 2]


# Characters that take one, two, three, four and (escaped) six bytes as JSON.
bodies = st.lists(
    st.builds(
        lambda character, length: character * length,
        st.sampled_from('xä€😀\x01"'),
        st.sampled_from([0, 10, 40_000, 300_000]),
    ),
    max_size=40,
)


@quick
@given(bodies)
def test_any_chunks_hold_every_mail_once_in_order_and_only_a_single_mail_is_over_the_limit(given_bodies):
    mails = numbered(given_bodies)
    chunks = chunked(mails, Options())
    assert [item for chunk in chunks for item in chunk] == mails
    for chunk in chunks:
        assert 1 <= len(chunk) <= MAX_CHUNK_EMAILS
        assert len(chunk) == 1 or len(batch_to_json([item.email for item in chunk], Options())) <= MAX_CHUNK_BYTES
