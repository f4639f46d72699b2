"""SageMaker hosting on this machine: serves whatever model the accounts' endpoints name."""
