"""Entry points of the pipeline's processing steps, where a step does more than one command of the project."""
