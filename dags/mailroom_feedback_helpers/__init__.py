"""What the CRM's feedback says of the predictions; plain functions that know nothing of Airflow."""
