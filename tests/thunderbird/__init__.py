"""The add-on: its scripts in Chromium, and the whole of it in a real Thunderbird."""
