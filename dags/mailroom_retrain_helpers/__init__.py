"""What the monthly retraining decides and asks for; plain functions that know nothing of Airflow."""
