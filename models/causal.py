"""Run a causal model for the decoder: prompts once, rows side by side over them.

Knows tokens only.
"""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from models.jobs import Feed, Job, Prompts
from models.network import Network, read_prompt, read_rows
from models.sampling import Floats
from models.scoring import Likelihood, Pair, score_pairs
from models.shared_prefix import PrefixStore, SharedPrefixCache


class Causal:
    """A causal model, and the prompts that it has read lately."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._prefixes = PrefixStore()
        self.vocabulary = network.vocabulary

    def expect(self, frame: Sequence[int]) -> None:
        """Read the tokens that prompts begin with only once."""
        self._prefixes = PrefixStore(frame)

    def open_runner(self, prompts: Prompts) -> "CausalRunner":
        """Return what runs it for one batch."""
        return CausalRunner(self._network, prompts, self._prefixes)

    def score(self, pairs: Sequence[Pair], prompt: Sequence[int] = ()) -> list[Likelihood]:
        """Return how likely each pair's second ids are after its first ones, all behind a prompt."""
        if not prompt:
            return score_pairs(self._network, pairs)
        read = partial(read_prompt, self._network)
        return score_pairs(self._network, pairs, self._prefixes.get(prompt, read))


class CausalRunner:
    """One batch over the prompts of some mails; `prompts` are their token ids, and may grow."""

    joins = True
    reads_ahead = True

    def __init__(
        self, network: Network, prompts: Prompts, prefixes: PrefixStore | None = None
    ) -> None:
        self._network = network
        self._prompts = prompts
        self._prefixes = prefixes if prefixes is not None else PrefixStore()
        self.clear()

    def clear(self) -> None:
        """Forget all rows."""
        self._cache: SharedPrefixCache | None = None

    def start(self, jobs: Sequence[Job]) -> Sequence[Floats]:
        """Read each prompt once, then all headers side by side, and join them to the batch."""
        return self.read([job.ask for job in jobs], [job.header for job in jobs])

    def read(self, asks: Sequence[int], headers: Sequence[Sequence[int]]) -> Sequence[Floats]:
        """Read what follows the prompts of `asks` (side by side, sorted); join it to the batch."""
        mails = [(ask, len(list(group))) for ask, group in groupby(asks)]
        read = partial(read_prompt, self._network)
        prefixes = [self._prefixes.get(self._prompts[ask], read) for ask, _ in mails]
        cache = SharedPrefixCache(prefixes, [count for _, count in mails])
        logits = self._read(cache, headers, 1)
        if self._cache is None:
            self._cache = cache
        else:
            self._cache.join(cache)
        return logits

    def step(self, feeds: Sequence[Feed]) -> Sequence[Floats]:
        """Keep some rows and feed each its tokens."""
        assert self._cache is not None, "a batch is started before it steps"
        self._cache.select([feed.row for feed in feeds])
        self._cache.forget([feed.forget for feed in feeds])
        tokens = [feed.tokens for feed in feeds]
        return self._read(self._cache, tokens, max(map(len, tokens)))

    def _read(
        self, cache: SharedPrefixCache, rows: Sequence[Sequence[int]], keep: int
    ) -> list[Floats]:
        """Return for each row the logits behind its last tokens."""
        return [logits.cpu().numpy() for logits in read_rows(self._network, cache, rows, keep)]
