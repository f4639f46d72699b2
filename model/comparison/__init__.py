"""Champion and challenger on the same mails: numbers for the gate, a page for the approver. Training path only."""
