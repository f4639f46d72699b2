from local.events.expressions import filled


def test_every_expression_of_a_definition_is_replaced_and_all_else_stays():
    definition = {
        "Description": {
            "Std:Join": {
                "On": " ",
                "Values": ["Mailroom", {"Std:JsonGet": {"PropertyFile": {"Get": "gate"}, "Path": "facts.version"}}],
            }
        },
        "Containers": [{"Image": "image:1", "ModelDataUrl": {"Get": "Steps.train.archive"}, "Number": 1}],
    }
    assert filled(definition, get=lambda name: f"<{name}>", from_file={"facts.version": "m-1"}) == {
        "Description": "Mailroom m-1",
        "Containers": [{"Image": "image:1", "ModelDataUrl": "<Steps.train.archive>", "Number": 1}],
    }
