"""A CDK app with a mistake that only CloudFormation would notice: a key's deletion would wait for a year.

python -m tests.gates.broken_app
"""

from aws_cdk import Stack, aws_kms

from app import new_app

if __name__ == "__main__":
    app = new_app()
    aws_kms.CfnKey(Stack(app, "broken"), "Key", key_policy={}, pending_window_in_days=365)
    app.synth()
