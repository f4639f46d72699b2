from local.accounts.gaps.references import in_dependency_order


def test_what_is_referred_to_comes_first_however_it_is_referred_to():
    resources = {
        "ByRef": {"Properties": {"A": [{"Ref": "Attribute"}]}},
        "Attribute": {"Properties": {"A": {"Fn::GetAtt": ["Substituted", "Arn"]}}},
        "Substituted": {"Properties": {"A": {"Fn::Sub": "x ${Mapped.Arn} ${!Literal} ${AWS::Region}"}}},
        "Mapped": {"Properties": {"A": {"Fn::Sub": ["${x}", {"x": {"Ref": "Dotted"}}]}}},
        "Dotted": {"Properties": {"A": {"Fn::GetAtt": "Ordered.Arn"}}},
        "Ordered": {"DependsOn": "Last"},
        "Literal": {"DependsOn": ["Last"]},
        "Last": {},
    }
    assert in_dependency_order(resources) == [
        "Last",
        "Ordered",
        "Dotted",
        "Mapped",
        "Substituted",
        "Attribute",
        "ByRef",
        "Literal",
    ]


def test_a_circle_ends():
    assert in_dependency_order({"A": {"DependsOn": "B"}, "B": {"DependsOn": "A"}}) == ["B", "A"]
