"""Recording a run in MLflow, over its REST API: the container has no MLflow client and cannot install one."""
