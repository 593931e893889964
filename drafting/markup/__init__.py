"""HTML mails: cleaned, read as plain text, and rewritten with their structure kept."""
