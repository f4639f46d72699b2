"""The SageMaker pipeline's definition as a pure dict: no CDK, no AWS call; ``definition.py`` puts it together.

https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
"""
