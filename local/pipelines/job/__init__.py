"""A job as SageMaker runs it: a folder in the place of /opt/ml, a process, and what comes of it."""
