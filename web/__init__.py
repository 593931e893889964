"""The web form and the API; built with their own issue, nothing is here yet."""
