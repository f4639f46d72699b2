"""Pipeline executions as an account keeps them: what was started, how far it is, and what became of it."""
