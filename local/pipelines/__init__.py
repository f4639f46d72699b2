"""Runs the executions of the emulated accounts' pipelines: the definition frozen in each, step by step, as processes.

The account keeps all state (``local/accounts/gaps/executions``), so an executor that was killed loses nothing: the next
one goes on with the steps that had not ended.
"""
