"""What a CRM does: sends mails to the public API in batches and acts on the answers."""
