"""API Gateway on this machine: the deployed REST API in front of the deployed functions."""
