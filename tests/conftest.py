"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# No test is a timing: on a busy machine any example may take long.
settings.register_profile("mailroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mailroom")
