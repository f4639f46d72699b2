"""CloudWatch's part on this machine: log lines and invocations become metrics, and the account's alarms follow them."""
