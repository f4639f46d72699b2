"""The Lambda behind the public API: hands mails to the model endpoint and its answers back to the CRM."""
