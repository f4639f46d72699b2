"""Looking at an export before anything is trained on it: notebooks/explore_export.ipynb."""
