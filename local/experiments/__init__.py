"""MLflow on this machine, in the place of the account's MLflow app."""
