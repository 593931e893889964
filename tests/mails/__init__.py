"""Mails for tests: the HTML of real clients beside, and whole mails made as clients make them."""
