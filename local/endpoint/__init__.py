"""A SageMaker endpoint on this machine: serves a model archive under SageMaker's runtime path."""
