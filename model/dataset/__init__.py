"""Exports of a CRM as data to train on: read, checked, cleaned, split. Used in training only, never in serving."""
