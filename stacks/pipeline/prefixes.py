"""Where a run keeps what; roles and steps share these."""

# In the datasets bucket, which expires.
PREPARED = "prepared"
CHAMPION = "champion"
# In the artefacts bucket, which does not.
BASE_MODELS = "base-models"
MODELS = "models"
REPACKED = f"{MODELS}/repacked"
CHECKPOINTS = "checkpoints"
EXPERIMENTS_CHECKPOINTS = "experiments/checkpoints"
EVALUATIONS = "evaluations"
GATES = "gates"
MLFLOW = "mlflow"
