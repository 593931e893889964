"""What a batch leaves: a reply that the file can't hold costs its own row alone."""

from pathlib import Path

from drafting.batch.files import open_input
from drafting.batch.item import Outcome, OutcomeState
from drafting.batch.outputs import count_states, pair_up, write_outputs
from drafting.batch.review import ReviewHead, read_review
from drafting.rewriter import Request, Rewriter
from tests.scripted import ScriptedEngine


def test_a_reply_that_the_encoding_has_no_letters_for(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes("id;body\r\n1;Send it now!! Café.\r\n2;Send it now!!\r\n".encode("cp1252"))
    opened = open_input(source)
    outcomes = {}
    for item, reply in zip(opened.items, ("Please \u2192 it.", "Please send it."), strict=True):
        (result,) = Rewriter(ScriptedEngine()).rewrite([Request(item.text)])
        outcomes[item.key] = Outcome(
            key=item.key,
            number=item.number,
            state=OutcomeState.REWRITTEN,
            result=result.model_copy(update={"reply": reply}),
        )
    head = ReviewHead(
        input=str(source), input_sha256="0" * 64, output=str(target), field=opened.field
    )
    files = write_outputs(opened, pair_up(opened.items, outcomes), head, target)
    assert list(files.unfit) == [opened.items[0].key]
    lines = target.read_bytes().decode("cp1252").split("\r\n")
    assert lines[1] == "1;Send it now!! Café.;"
    assert lines[2] == "2;Send it now!!;Please send it."
    counts = count_states(opened, pair_up(opened.items, outcomes), files)
    assert counts == {OutcomeState.FAILED: 1, OutcomeState.REWRITTEN: 1}
    states = [(item.state, item.code, item.ticked) for item in read_review(files.review).items]
    assert states[0] == (OutcomeState.FAILED, "unfit_reply", False)
    assert states[1][0] is OutcomeState.REWRITTEN
