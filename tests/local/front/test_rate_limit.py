from datetime import date

from local.front.rate_limit import DailyQuota, TokenBucket


def test_a_bucket_empties_at_once_and_refills_over_time_but_never_beyond_its_size():
    now = [0.0]
    bucket = TokenBucket(rate=2, burst=3, clock=lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 1000.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_a_quota_begins_anew_each_day():
    today = [date(2026, 3, 1)]
    quota = DailyQuota(2, today=lambda: today[0])
    assert [quota.take() for _ in range(3)] == [True, True, False]
    today[0] = date(2026, 3, 2)
    assert [quota.take() for _ in range(3)] == [True, True, False]
