"""Small, certain edits of one sentence, written as data in `prompts/moves`.

A move knows its wording and nothing else: not the rest of the mail, not who the customer is.
Where it cannot be certain it does nothing: a sentence left curt is better than one that is wrong.
"""

from drafting.moves.book import MoveBookError, load_moves
from drafting.moves.chain import MoveResult, apply_moves, explain_moves
from drafting.moves.shelf import stock_moves

__all__ = [
    "MoveBookError",
    "MoveResult",
    "apply_moves",
    "explain_moves",
    "load_moves",
    "stock_moves",
]
