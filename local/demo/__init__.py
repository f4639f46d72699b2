"""The main job on one machine: sample, base model, preparation, training, evaluation, archive, serving, CRM."""
