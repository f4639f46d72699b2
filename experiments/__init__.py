"""Experiments: the pipeline's training job with other settings or other code, started from Studio or a laptop.

By the SageMaker Python SDK, in an environment of its own (requirements/studio.txt). What an experiment leaves lies in a
folder of its own and never reaches the registry.
"""
