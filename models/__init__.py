"""Everything that touches weights: loading, decoding under grammars, scoring, training."""
