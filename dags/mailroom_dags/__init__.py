"""What the DAGs have in common."""
