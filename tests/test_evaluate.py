"""What `make evaluate` does: mails through columns, the model alone, the whole command, its page."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from drafting.batch.item import Outcome
from drafting.batch.run import Options
from drafting.candidate import KEEP, Candidate, Op
from drafting.engine import Bar, Engine, Filled
from drafting.labels import Label
from models.training.evaluate import evaluate
from models.training.evaluation.cases import Case, make_cases
from models.training.evaluation.columns import (
    ANOTHER,
    COPIED,
    PERSON,
    STOCK,
    STOCK_LINE,
    Column,
    fill_column,
    make_baselines,
)
from models.training.evaluation.counting import Measured, measure, measure_all
from models.training.evaluation.page.markup import Html, join, tag
from models.training.evaluation.page.sides import mark_changes
from models.training.evaluation.records import Record, Store, Written, make_key
from models.training.evaluation.reference import wanted_steps
from models.training.evaluation.running import KeepingEngine, rewrite_cases
from models.training.rows import SECOND, Row, Step, load_rows, load_second
from tests.drafts import rows
from tests.scripted import ScriptedEngine
from tests.tiny import bpe_tokenizer, causal_model

REFUSED = "Your request is denied."
BETTER = "I'm not able to approve your request."
SEND = "Send the form to desk 4."


def row(*sentences: str, script: list[Step], closing: str | None = None) -> Row:
    return Row(
        id="test-001",
        domain="retail",
        customer_message=None,
        greeting="Hello Ann,",
        paragraphs=[list(sentences)],
        closing=closing,
        script=script,
    )


def step(op: str, source: int | None = None, label: str | None = None, text: str = "") -> Step:
    return Step.model_validate({"op": op, "source": source, "label": label, "text": text or None})


def filled(*candidates: Candidate) -> tuple[Filled, ...]:
    return tuple(Filled(candidate, -0.1, 0.9) for candidate in candidates)


def rewrite(text: str, label: Label = Label.EXPLANATION) -> Candidate:
    return Candidate(Op.REWRITE, label, text)


def compare(one: Row, **fillings: tuple[Candidate, ...]) -> dict[str, float]:
    """Return what is counted of the model's fillings, when nothing of them reaches the user."""
    written = {
        slot: [
            Written(op=c.op, label=c.label, text=c.text, log_probability=-0.1, share=0.9)
            for c in candidates
        ]
        for slot, candidates in fillings.items()
    }
    (case,) = make_cases([one])
    record = Record(key="", column="", case=case.name, result=None, written=written)
    return measure(case, record).counts


def rewrite_rows(engine: Engine, *some: Row) -> list[Measured]:
    cases = make_cases([one.model_copy(update={"id": f"t-{n}"}) for n, one in enumerate(some)])
    records: dict[str, Record] = {}

    def take(case: Case, outcome: Outcome, written: dict[str, list[Written]]) -> None:
        records[case.name] = Record(
            key="", column="", case=case.name, result=outcome.result, written=written
        )

    rewrite_cases(cases, engine, Options(candidates=3), take)
    return measure_all(cases, [records[case.name] for case in cases])


REWRITTEN = row(
    REFUSED,
    SEND,
    script=[step("rewrite", 1, "explanation", BETTER), step("keep", 2)],
)


# What the reference does.


def test_the_reference_has_a_step_for_each_slot() -> None:
    one = row(
        REFUSED,
        SEND,
        script=[
            step("insert", None, "acknowledgement", "A no is never nice to hear."),
            step("rewrite", 1, "explanation", BETTER),
            step("delete", 2),
            step("insert", None, "next_steps", "Please ask if something is unclear."),
        ],
    )
    wanted = wanted_steps(one)
    assert {slot: (c.op, c.label) for slot, c in wanted.items()} == {
        "opening": (Op.INSERT, Label.ACKNOWLEDGEMENT),
        "s1": (Op.REWRITE, Label.EXPLANATION),
        "s2": (Op.DELETE, None),
        "closing": (Op.INSERT, Label.NEXT_STEPS),
    }
    assert wanted["s1"].text == BETTER


def test_the_reference_keeps_where_it_adds_nothing() -> None:
    wanted = wanted_steps(REWRITTEN)
    assert (wanted["opening"], wanted["closing"]) == (KEEP, KEEP)
    assert wanted["s2"].op is Op.KEEP


def test_a_sentence_whose_end_is_seen_elsewhere_is_left_out() -> None:
    """Without a full stop the program reads the first two as one; the third has its own step."""
    one = row(
        "picker error, both",
        "You get $7.85 back today.",
        "It is done.",
        script=[step("keep", 1), step("rewrite", 2, "next_steps", "x"), step("delete", 3)],
    )
    wanted = wanted_steps(one)
    assert wanted.keys() == {"opening", "closing", "s2"}
    assert wanted["s2"].op is Op.DELETE


def test_a_sentence_that_stands_twice_finds_its_own_step() -> None:
    one = row(REFUSED, REFUSED, script=[step("keep", 1), step("delete", 2)])
    assert [wanted_steps(one)[slot].op for slot in ("s1", "s2")] == [Op.KEEP, Op.DELETE]


def test_hardly_a_sentence_of_the_data_is_left_out() -> None:
    held_out = [one for one in load_rows() if one.held_out]
    compared = sum(len(wanted_steps(one)) for one in held_out)
    assert compared > 0.95 * sum(len(one.sentences) + 2 for one in held_out)


# The model alone.


def test_the_reference_rewrites_and_the_model_keeps() -> None:
    counts = compare(REWRITTEN, s1=(KEEP,), s2=(KEEP,))
    assert (counts["alone slots"], counts["alone same op"]) == (2, 1)
    assert counts["alone rewritten"] == 1
    assert counts["alone chrf"] == counts["alone chrf of sentence"] > 0, "it stands as written"


def test_the_reference_rewrites_and_the_model_deletes() -> None:
    counts = compare(REWRITTEN, s1=(Candidate(Op.DELETE),))
    assert (counts["alone same op"], counts["alone chrf"]) == (0, 0)


def test_the_models_rewrite_is_the_references() -> None:
    counts = compare(REWRITTEN, s1=(rewrite(BETTER), KEEP))
    assert (counts["alone same op"], counts["alone same label"]) == (1, 1)
    assert counts["alone label right explanation"] == 1
    assert counts["alone chrf"] == pytest.approx(100)


def test_another_label_is_the_same_operation_only() -> None:
    counts = compare(REWRITTEN, s1=(rewrite(BETTER, Label.NEXT_STEPS),))
    assert (counts["alone same op"], counts["alone same label"]) == (1, 0)
    assert counts["alone label made next_steps"] == counts["alone label wanted explanation"] == 1


def test_only_the_likeliest_filling_counts() -> None:
    assert compare(REWRITTEN, s1=(KEEP, rewrite(BETTER)))["alone same op"] == 0


def test_a_slot_without_a_finished_filling_is_kept() -> None:
    counts = compare(REWRITTEN, s1=(), s2=())
    assert (counts["alone slots"], counts["alone same op"]) == (2, 1)


def test_slots_that_were_not_asked_count_nowhere() -> None:
    assert "alone slots" not in compare(REWRITTEN)
    assert "alone slots" not in compare(REWRITTEN, s120=(KEEP,))


def test_what_people_are_told_is_held_against_what_the_reference_does() -> None:
    one = row(
        "Everybody wants one, nobody wants to wait.",
        REFUSED,
        "It ships today.",
        "It takes a week.",
        script=[
            step("delete", 1),
            step("rewrite", 2, "explanation", BETTER),
            step("keep", 3),
            step("rewrite", 4, "explanation", "It will take about a week."),
        ],
    )
    later = rewrite("It ships later today.")
    bar = Bar(verdict=1.0, doubt=0.1)
    script = {f"s{n}": (later,) for n in (1, 3)}
    (mail,) = rewrite_rows(ScriptedEngine(script, verdict=0.0, keep=0.01, bar=bar), one)
    assert mail.record.result
    assert {n.sentence for n in mail.record.result.notes if n.sentence} == {1, 3}
    # The move for the second is a change, and the fourth is neither changed nor pointed out.
    counts = mail.counts
    assert (counts["noticed"], counts["sentence to mend"]) == (2, 3)
    assert (counts["noted in vain"], counts["sentence kept"]) == (1, 1)


# Engines.


def test_the_model_is_measured_on_slots_that_it_is_not_needed_for_too() -> None:
    engine = ScriptedEngine({"s1": (rewrite(BETTER),)})
    (mail,) = rewrite_rows(engine, REWRITTEN)
    alone, needed = engine.asked
    assert {slot.id for slot in alone.slots} == set(mail.record.written) > {"s1"}
    assert (alone.candidates, needed.candidates) == (1, 3)
    assert mail.record.written["s1"][0].text == BETTER


def test_an_engine_that_keeps_leaves_it_to_moves_and_phrasebook() -> None:
    (mail,) = rewrite_rows(KeepingEngine(ScriptedEngine().template), REWRITTEN)
    assert {slot for slot, (one,) in mail.record.written.items() if one.op is Op.KEEP} >= {"s1"}
    assert [change.id for change in mail.record.changes]


def test_a_kind_draft_is_not_given_to_the_model() -> None:
    kind = row(
        "I'm sorry about the wait.", "It ships today.", script=[step("keep", 1), step("keep", 2)]
    )
    engine = ScriptedEngine({"s2": (rewrite("Please send the form to desk 4."),)})
    mails = rewrite_rows(engine, REWRITTEN, kind)
    assert [len(mail.record.written) > 0 for mail in mails] == [True, False]
    assert (mails[1].counts["good"], mails[1].counts["good changed"]) == (1, 0)
    assert len(engine.asked) == 2


def test_wording_that_the_draft_had_is_no_violation() -> None:
    """A move takes the shouting away and leaves the rest as the agent wrote it."""
    one = row("Thanks a million for the awesome review!!!", script=[step("keep", 1)])
    (mail,) = rewrite_rows(ScriptedEngine(), one)
    assert mail.counts["changes"] == 1
    assert not mail.violations


def test_a_rewrite_that_fails_the_checks_counts_against_the_model_alone() -> None:
    bad = ScriptedEngine({"s1": (rewrite("I'm able to approve your request."),)})
    (ours,), (keeping,) = rewrite_rows(bad, REWRITTEN), rewrite_rows(ScriptedEngine(), REWRITTEN)
    assert not ours.violations
    assert ours.reply == keeping.reply
    assert ours.counts["alone same op"] != keeping.counts["alone same op"]


# Columns and records.


def test_baselines_are_what_they_are_called(tmp_path: Path) -> None:
    cases = make_cases([REWRITTEN])
    with Store(tmp_path / "r.jsonl", "") as store:
        made = {one.name: fill_column(one, cases, store)[0] for one in make_baselines()}
    draft = REWRITTEN.draft()
    assert made[COPIED].reply(cases[0]) == draft
    assert made[STOCK].reply(cases[0]) == draft.replace(REFUSED, f"{STOCK_LINE} {REFUSED}")
    assert made[PERSON].reply(cases[0]) == draft.replace(REFUSED, BETTER)
    assert (tmp_path / "r.jsonl").read_text() == "", "what is quick is not kept"


def test_another_person_is_held_against_the_first(tmp_path: Path) -> None:
    steps = [step("keep", 1), *REWRITTEN.script[1:]]
    other = REWRITTEN.model_copy(update={"script": steps})
    cases = make_cases([REWRITTEN])
    with Store(tmp_path / "r.jsonl", "") as store:
        columns = make_baselines({REWRITTEN.id: other})
        made = {one.name: fill_column(one, cases, store)[0] for one in columns}
    assert made[ANOTHER].reply(cases[0]) == REWRITTEN.draft()
    assert made[PERSON].reply(cases[0]) != REWRITTEN.draft()


def test_what_a_second_person_made_is_of_held_out_mails() -> None:
    known = {one.id: one for one in rows()}
    second = load_second(rows())
    assert len(second) == len(SECOND.read_text("utf-8").splitlines())
    for one in second.values():
        assert one.held_out
        assert [s.source for s in one.script if s.source] == [
            s.source for s in known[one.id].script if s.source
        ]


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    cases = make_cases([one for one in rows() if one.held_out][:3])
    path, asked = tmp_path / "r.jsonl", list[str]()

    def make(some: object, keep: object) -> None:
        for case in some:  # type: ignore[attr-defined]
            asked.append(case.id)
            key = make_key("id", case)
            keep(Record(key=key, column="c", case=case.name, result=None))  # type: ignore[operator]

    def fill(count: int, program: str = "p", *, any_program: bool = False) -> int:
        asked.clear()
        with Store(path, program, any_program=any_program) as store:
            found = fill_column(Column("c", "id", make), cases[:count], store)
        assert [one.case for one in found] == [case.name for case in cases[:count]]
        return len(asked)

    assert fill(2) == 2
    # A kill tears the last line.
    path.write_bytes(path.read_bytes()[:-20])
    assert fill(3) == 2
    assert fill(3) == 0
    assert fill(3, "another program", any_program=True) == 0
    assert fill(3, "another program") == 3


def test_a_key_is_for_one_column_and_one_text() -> None:
    (case,) = make_cases([REWRITTEN])
    (other,) = make_cases([REWRITTEN.model_copy(update={"customer_message": "Why?"})])
    assert len({make_key("a", case), make_key("b", case), make_key("a", other)}) == 3


# The page.


def test_markup_escapes_all_but_markup() -> None:
    assert tag("p", "<b>", Html("<i>x</i>"), title='"') == '<p title="&quot;">&lt;b&gt;<i>x</i></p>'
    assert join("a<", ["b", tag("br")]) == "a&lt;b<br/>"


def test_changes_are_marked_and_the_reply_stays() -> None:
    (mail,) = rewrite_rows(ScriptedEngine(), REWRITTEN)
    shown = html.fromstring(f"<p>{''.join(mark_changes(mail.reply, mail.record.changes))}</p>")
    assert len(shown.findall(".//mark")) == len(mail.record.changes)
    for name in shown.findall(".//small"):
        name.drop_tree()
    assert shown.text_content().split() == mail.reply.split()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the command's arguments over three mails, a trap and a real reply, tiny model set."""
    model = tmp_path / "model"
    causal_model().save_pretrained(model)
    bpe_tokenizer().save_pretrained(model)
    monkeypatch.setenv("DRAFTING_MODEL", str(model))
    monkeypatch.setenv("DRAFTING_DEVICE", "cpu")
    trap = {
        "id": "t-1", "kind": "refusal", "customer_message": None, "draft": f"{REFUSED} <b>{SEND}",
        "must_contain": ["nowhere <i>"], "must_not_contain": [], "unchanged": False,
        "no_opening": False, "why": "Fails always.",
    }  # fmt: skip
    # A model with random weights writes on until it is stopped, so the shortest will do.
    short = sorted(filter(lambda one: one.held_out, rows()), key=lambda one: len(one.draft()))
    real = {"id": "r-1", "source_repo": "some/where", "text": REFUSED}
    for folder, lines in (
        ("data", [one.model_dump_json() for one in short[:3]]),
        ("traps", [json.dumps(trap)]),
        ("real", [json.dumps(real)]),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return [
        *("--data", str(tmp_path / "data"), "--traps", str(tmp_path / "traps")),
        *("--real", str(tmp_path / "real/some.jsonl"), "--out", str(tmp_path / "out/r.jsonl")),
        *("--candidates", "1"),
    ]


def test_the_whole_command(files: list[str], tmp_path: Path) -> None:
    first = CliRunner().invoke(evaluate, files, catch_exceptions=False)
    assert first.exit_code == 0
    for part in ("Held-out rewrites (3)", "labels: macro-F1", "SARI", "Real replies"):
        assert part in first.output
    assert "untrained fails t-1 (refusal): lacks 'nowhere <i>'" in first.output
    written = (tmp_path / "out/r.jsonl").read_text()
    assert len(written.splitlines()) == 2 * 5, "two engines, five texts"
    page = (tmp_path / "out/r.html").read_text("utf-8")
    _check_page(page)
    again = CliRunner().invoke(evaluate, files, catch_exceptions=False)
    assert again.output.endswith(first.output[-2000:])
    assert (tmp_path / "out/r.jsonl").read_text() == written, "nothing is rewritten twice"
    assert (tmp_path / "out/r.html").read_text("utf-8") == page


def _check_page(page: str) -> None:
    tree = html.document_fromstring(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //@style | //@onclick")
    assert "http" not in page.split("</style>")[1]
    assert [h.text for h in tree.findall(".//h2")][1:2] == ["Traps"]
    heads = [h.text for h in tree.xpath("(//table)[1]/thead//th")]
    assert heads == ["figure", "untrained", "no model", COPIED, STOCK, PERSON]
    assert all(len(r) in {1, len(heads)} for r in tree.xpath("(//table)[1]/tbody/tr"))
    assert tree.xpath("//svg//rect/title")
    assert len(tree.xpath("//section[@id='held-out']//article")) >= 3
    assert "nowhere <i>" in tree.xpath("string(//ul[@class='failures'])")


def test_nothing_to_evaluate_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    where = ["--data", str(tmp_path / "data"), "--traps", str(tmp_path), "--out"]
    found = CliRunner().invoke(evaluate, [*where, str(tmp_path / "r.jsonl")])
    assert found.exit_code == 1
    assert "nothing to evaluate" in found.output
