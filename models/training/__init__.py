"""Training and measuring the adapter; nothing here is needed to rewrite a mail."""
