"""The Lambda that takes the CRM's feedback on closed cases into the ledger."""
