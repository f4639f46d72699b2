"""What keeps Airflow from running here."""

from mailroom.errors import MailroomError


class AirflowError(MailroomError):
    """Airflow cannot be brought up, or has ended by itself."""
