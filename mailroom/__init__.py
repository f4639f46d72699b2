"""The domain of Mailroom: e-mails, taxonomies, predictions, policies. Standard library only."""
