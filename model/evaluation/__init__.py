"""How good a classifier is: metrics, pictures and the report. Training path: nothing that serves imports this."""
