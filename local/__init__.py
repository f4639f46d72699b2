"""What runs on one machine only: the synthetic sample, the local endpoint, the local front and the CRM."""
