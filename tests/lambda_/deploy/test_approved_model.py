from deploy.approved_model import ApprovedModel
from tests.lambda_.deploy.world import PARAMETER, World


def test_what_is_written_is_read_and_stays_a_plain_string(world: World):
    approved = ApprovedModel(world.ssm, PARAMETER)
    assert approved.read() == "none"
    approved.write("arn:a/1")
    assert approved.read() == "arn:a/1"
    assert world.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Type"] == "String"
