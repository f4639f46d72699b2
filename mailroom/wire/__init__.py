"""The only place that knows JSON keys: the public API's, and those between relay and endpoint.

``request`` reads what the CRM sends, ``response`` writes what it gets, ``feedback`` does both for closed cases,
``labels`` carries the taxonomy, ``policies`` the policy, ``endpoint`` what relay and endpoint say to each other,
``problem`` the errors of an envelope, ``health`` whether the model answers.
"""
