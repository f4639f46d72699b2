"""The Lambda that carries what is decided in the model registry into the inference stack, and nothing around it.

An approval or a rejection becomes the value of one SSM parameter, and a stack update that reads it. Everything else
(model, endpoint configuration, canary, rollback) is CloudFormation's.
"""
