from local.hosting.invocation_log import KEPT, InvocationLog, Record


def record(status: int) -> Record:
    return Record(at=1.5, status=status, seconds=0.25, config="c-1", variant="main", model_package="arn")


def statuses(answer: dict) -> list[int]:
    return [each["status"] for each in answer["records"]]


def test_a_record_is_told_as_it_is():
    log = InvocationLog()
    log.add(record(200))
    assert log.after(0)["records"] == [
        {"at": 1.5, "status": 200, "seconds": 0.25, "config": "c-1", "variant": "main", "model_package": "arn"}
    ]


def test_who_asks_with_the_last_cursor_gets_what_came_since():
    log = InvocationLog()
    for status in (200, 424):
        log.add(record(status))
    first = log.after(0)
    assert statuses(first) == [200, 424]
    assert log.after(first["cursor"]) == {"cursor": first["cursor"], "records": []}
    log.add(record(503))
    assert statuses(log.after(first["cursor"])) == [503]


def test_the_oldest_records_go():
    log = InvocationLog()
    for number in range(KEPT + 3):
        log.add(record(number))
    assert statuses(log.after(0)) == list(range(3, KEPT + 3))


def test_a_cursor_of_a_log_that_came_before_brings_everything():
    former = InvocationLog().after(0)["cursor"]
    log = InvocationLog()
    log.add(record(200))
    assert statuses(log.after(former)) == [200]
