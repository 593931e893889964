"""Batches over HTTP: files or lists that are rewritten beside the interactive drafts.

`store` keeps them, `queue` remembers what waits, `runner` and `feeding` do the work, `service` puts
them together, `api` and `pages` answer.
"""
