"""A model behind a server that speaks OpenAI's protocol with guided decoding: same slots, same rules.

What comes back is held against the grammars again here, so a server can fail, and can't lie.
"""
