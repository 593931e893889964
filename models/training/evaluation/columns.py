"""The columns: models, and the baselines that they have to beat."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from drafting.batch.item import Outcome
from drafting.batch.run import Options
from drafting.candidate import Candidate, Op
from drafting.engine import Engine
from drafting.labels import Label
from drafting.prompt import load_templates
from drafting.reading import read_draft
from drafting.script import OPENING
from drafting.settings import Settings
from models.training.evaluation.cases import Case
from models.training.evaluation.records import Record, Store, Written, make_key
from models.training.evaluation.reference import fill_in, wanted_steps
from models.training.evaluation.running import KeepingEngine, rewrite_cases
from models.training.rows import Row
from models.weights import NO_ADAPTER, choose_adapter, load_local_engine

ROOT = Path(__file__).resolve().parent.parent.parent.parent
TRAINED, UNTRAINED, NO_MODEL = "trained", "untrained", "no model"
COPIED, STOCK, PERSON = "draft copied", "stock line + draft", "a person"
ANOTHER = "another person"
STOCK_LINE = "I can see how upsetting this is, and I'm sorry for the trouble."
"""One line of empathy that fits every mail and none: whatever it beats measures nothing."""

Keep = Callable[[Record], None]


@dataclass(frozen=True, slots=True)
class Column:
    """Something that makes replies of drafts."""

    name: str
    identity: str
    """What its records are valid for."""
    rewrite: Callable[[Sequence[Case], Keep], None]
    needs_reference: bool = False
    is_stored: bool = True
    """Whether it takes so long that its records are kept for a later run."""

    def takes(self, case: Case) -> bool:
        """Whether the column has a reply for such a case."""
        return case.row is not None or not self.needs_reference


def fill_column(column: Column, cases: Sequence[Case], store: Store) -> list[Record]:
    """Return the column's record of each case, made where the store doesn't have it."""
    if not column.is_stored:
        made: list[Record] = []
        column.rewrite(cases, made.append)
        return made
    keys = {case.name: make_key(column.identity, case) for case in cases}
    if missing := [case for case in cases if not store.find(keys[case.name])]:
        column.rewrite(missing, store.add)
    found = (store.find(keys[case.name]) for case in cases)
    return [record for record in found if record]


def make_columns(
    settings: Settings,
    options: Options,
    *,
    only_trained: bool,
    second: Mapping[str, Row] | None = None,
) -> list[Column]:
    """Return the columns in the order that they are shown; models are loaded when needed.

    `second` are the held-out rows as another person has worked them out, by their ids.
    """
    adapter = choose_adapter(settings)
    plain = settings.model_copy(update={"adapter": NO_ADAPTER})
    templates = load_templates()
    columns = []
    if adapter:
        columns.append(
            _engine_column(
                TRAINED,
                f"{settings.model} {digest_files(sorted(adapter.iterdir()))}",
                options,
                lambda: load_local_engine(settings),
            )
        )
    if not (adapter and only_trained):
        columns.append(
            _engine_column(
                UNTRAINED,
                settings.model,
                options,
                lambda: load_local_engine(plain),
            )
        )
    columns.append(
        _engine_column(NO_MODEL, "", options, lambda: KeepingEngine(templates["trained"]))
    )
    return [*columns, *make_baselines(second)]


def make_baselines(second: Mapping[str, Row] | None = None) -> list[Column]:
    """Return the columns that nothing of the program wrote."""
    people = {PERSON: lambda case: wanted_steps(case.row) if case.row else {}}
    if second:
        people[ANOTHER] = lambda case: wanted_steps(second[case.id]) if case.row else {}
    stock = {OPENING: Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, STOCK_LINE)}
    return [
        _fixed_column(COPIED, lambda _: {}),
        _fixed_column(STOCK, lambda _: stock),
        *(_fixed_column(name, steps, person=True) for name, steps in people.items()),
    ]


def _engine_column(
    name: str, identity: str, options: Options, load: Callable[[], Engine]
) -> Column:
    identity = f"{name} {identity} {options.candidates} {options.seed}"

    def rewrite(cases: Sequence[Case], keep: Keep) -> None:
        def take(case: Case, outcome: Outcome, written: dict[str, list[Written]]) -> None:
            keep(
                Record(
                    key=make_key(identity, case),
                    column=name,
                    case=case.name,
                    result=outcome.result,
                    code=outcome.code,
                    written=written,
                )
            )

        rewrite_cases(cases, load(), options, take)

    return Column(name, identity, rewrite)


def _fixed_column(
    name: str, steps: Callable[[Case], dict[str, Candidate]], *, person: bool = False
) -> Column:
    def rewrite(cases: Sequence[Case], keep: Keep) -> None:
        for case in cases:
            # A draft without a sentence has no place for an opening.
            reading = read_draft(case.draft, case.customer_message)
            result = fill_in(reading, steps(case), name) if reading.draft.sentences else None
            keep(Record(key=make_key(name, case), column=name, case=case.name, result=result))

    return Column(name, name, rewrite, needs_reference=person, is_stored=False)


@cache
def digest_program() -> str:
    """Return what changes whenever code or wording that makes a reply does."""
    folders = (ROOT / "drafting", ROOT / "prompts", ROOT / "models")
    files = (
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".py", ".yaml"} and "training" not in path.parts
    )
    return digest_files(sorted(files))


def digest_files(paths: Iterable[Path]) -> str:
    """Return a digest of files' names and contents, as 16 hexadecimal digits."""
    whole = hashlib.sha256()
    for path in paths:
        if path.is_file() and path.suffix != ".md":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            whole.update(f"{path.name} {content}\n".encode())
    return whole.hexdigest()[:16]
