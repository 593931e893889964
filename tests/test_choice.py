"""What fills a slot: verified, meant, and from the surest source; else the sentence stands."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from drafting.candidate import KEEP, Candidate, Op, Source
from drafting.choice import FACTS_LOST, MEANING_UNSURE, MOST_ALTERNATIVES, Choice, Chooser
from drafting.engine import Bar, Filled, Fit, Weighed
from drafting.labels import Label
from drafting.reading import read_draft
from drafting.reasons import load_reasons
from drafting.slots import Place, Slot
from tests.scripted import ScriptedEngine

BAR = Bar(meaning=-1.0, fluency=-0.5, keep=0.3)
DELETE = Candidate(Op.DELETE)
BLAME = "You have not bothered to fill in the form."
"""Curt, and no move knows it."""
BETTER = "The form isn't filled in yet."


def rewrite(text: str, label: Label = Label.EXPLANATION) -> Candidate:
    return Candidate(Op.REWRITE, label, text)


def insert(text: str, label: Label = Label.ACKNOWLEDGEMENT) -> Candidate:
    return Candidate(Op.INSERT, label, text)


def choose(
    draft: str,
    written: Sequence[Candidate] = (KEEP,),
    place: str = "s1",
    engine: ScriptedEngine | None = None,
    message: str | None = None,
) -> Choice:
    engine = engine or ScriptedEngine(bar=BAR)
    reading = read_draft(draft, message)
    slot = next(slot for slot in reading.slots if slot.id == place)
    filled = [Filled(c, engine.log_probability, engine.share, engine.keep) for c in written]
    deletes = engine.judge_deletions if engine.bar.judges_deletions else None
    chooser = Chooser(reading, engine.weigh, engine.bar, seed=0, judge_deletions=deletes)
    return chooser.choose(slot, filled)


LATE = "My parcel should have come on Monday and I'm still waiting for it!"


def judge_opening(
    odds: dict[str, float], draft: str, message: str | None, bar: float = 0.0, least: float = 99.0
) -> Choice:
    """Choose an opening with a judge that finds 0 of what it isn't told, and all a little harmless."""
    reading = read_draft(draft, message)

    def judge(slot: Slot, candidates: Sequence[Candidate]) -> list[Fit]:
        assert slot.place is Place.OPENING
        found = [odds.get(candidate.text or "", 0.0) for candidate in candidates]
        return [Fit(each, each + 1) for each in found]

    bars = replace(BAR, opening=bar, harmless=least)
    chooser = Chooser(reading, ScriptedEngine().weigh, bars, seed=0, judge=judge)
    slot = reading.slots[0]
    assert chooser.is_judged(slot) == (message is not None)
    assert not any(map(chooser.is_judged, reading.slots[1:]))
    assert message is None or chooser.foretell(slot) is None
    return chooser.choose(slot, ())


def test_the_judge_of_openings_takes_the_best_that_clears_its_bar() -> None:
    plain = choose(BLAME, place="opening", message=LATE)
    texts = (plain.candidate.text or "", *plain.alternatives)
    assert len(texts) > 2
    assert judge_opening({}, BLAME, LATE).candidate == plain.candidate
    chosen = judge_opening({texts[2]: 2.0, texts[1]: 1.0}, BLAME, LATE, bar=0.5)
    assert chosen.candidate.text == texts[2]
    assert chosen.alternatives == (texts[1],)
    assert judge_opening({}, BLAME, LATE, bar=0.5) == Choice()
    harmless = judge_opening({texts[2]: 9.0, texts[1]: 0.4}, BLAME, LATE, bar=0.5, least=1.2)
    assert harmless.candidate.text == texts[2]
    assert harmless.alternatives == (texts[1],)
    # As they come, not as they are harmless.
    plain_ones = judge_opening({texts[2]: 0.4, texts[1]: 0.3}, BLAME, LATE, bar=0.5, least=1.0)
    assert plain_ones.candidate == plain.candidate


def test_without_a_message_or_before_something_grave_openings_are_not_judged() -> None:
    weigh = ScriptedEngine().weigh
    draft = "Your request is denied. Send the form."
    plain = choose(draft, place="opening")
    assert plain.candidate.op is Op.INSERT
    assert judge_opening({}, draft, None, bar=9.0) == plain
    own = read_draft("We made a mistake and charged you twice.", "I was charged twice!")
    assert not Chooser(own, weigh, BAR, seed=0, judge=lambda *_: []).is_judged(own.slots[0])
    reading = read_draft(BLAME, "My husband died last week and I can't cancel his contract.")
    assert not Chooser(reading, weigh, BAR, seed=0, judge=lambda *_: []).is_judged(reading.slots[0])


def test_blame_is_found_and_no_move_knows_it() -> None:
    """Else the tests below would not be about the model."""
    reading = read_draft(BLAME)
    assert reading.find_in(reading.slots[1])
    assert choose(BLAME) == Choice()


def test_a_filling_of_the_model_that_passes_is_used() -> None:
    choice = choose(BLAME, [rewrite(BETTER, Label.BENEFIT_OF_THE_DOUBT)])
    assert choice.candidate == rewrite(BETTER, Label.BENEFIT_OF_THE_DOUBT)
    assert choice.why == load_reasons().why.benefit_of_the_doubt
    assert choice.failure is None


@pytest.mark.parametrize(
    "text",
    [
        "The form is filled in.",
        "We'll fill in the form and refund you.",
        "the form the form the form.",
        "Das Formular ist leider noch nicht ausgefüllt, und wir können das nicht ändern.",
    ],
)
def test_a_filling_that_fails_verification_is_not_used(text: str) -> None:
    choice = choose(BLAME, [rewrite(text)])
    assert choice.candidate == KEEP
    assert choice.failure is not None


def test_the_first_filling_that_passes_is_used_and_no_other_is_offered() -> None:
    choice = choose(BLAME, [rewrite("The form is filled in."), rewrite(BETTER)])
    assert choice.candidate.text == BETTER
    assert choice.alternatives == ()


def test_a_filling_below_the_meaning_bar_is_not_used() -> None:
    unsure = ScriptedEngine(meaning=-1.01, bar=BAR)
    choice = choose(BLAME, [rewrite(BETTER)], engine=unsure)
    assert choice == Choice(failure=MEANING_UNSURE)
    assert choose(BLAME, [rewrite(BETTER)], engine=ScriptedEngine(meaning=-1.0, bar=BAR)) != choice


def test_a_filling_that_the_model_is_not_sure_of_is_not_used() -> None:
    bar = replace(BAR, likelihood=-0.3)
    sure = ScriptedEngine(log_probability=-0.3, bar=bar)
    unsure = ScriptedEngine(log_probability=-0.31, bar=bar)
    written = [rewrite(BETTER, Label.BENEFIT_OF_THE_DOUBT)]
    assert choose(BLAME, written, engine=sure).candidate == written[0]
    assert choose(BLAME, written, engine=unsure) == Choice(failure=MEANING_UNSURE)


@pytest.mark.parametrize(
    ("verdict", "is_used", "is_suggested"),
    [
        (1.0, True, False),
        (0.9, False, True),
        (0.0, False, True),
        (-0.1, False, False),
        (None, True, False),
    ],
)
def test_what_the_judge_is_unsure_of_is_suggested_and_not_used(
    verdict: float | None, is_used: bool, is_suggested: bool
) -> None:
    bar = replace(BAR, verdict=1.0, suggestion=0.0)
    choice = choose(BLAME, [rewrite(BETTER)], engine=ScriptedEngine(verdict=verdict, bar=bar))
    assert (choice.candidate.text == BETTER) is is_used
    assert choice.suggestions == ((BETTER,) if is_suggested else ())
    assert choice.failure == (None if is_used else MEANING_UNSURE)


def test_nothing_is_suggested_that_a_check_refuses_or_that_is_no_kinder() -> None:
    engine = ScriptedEngine(verdict=0.5, bar=replace(BAR, verdict=1.0, suggestion=0.0))
    for text in ("We'll fill in the form and refund you.", "You failed to fill in the form."):
        assert choose(BLAME, [rewrite(text)], engine=engine).suggestions == ()


def test_nothing_is_suggested_where_something_is_certain_or_no_bar_is_set() -> None:
    engine = ScriptedEngine(verdict=0.5, bar=replace(BAR, verdict=1.0, suggestion=0.0))
    refused = "Your request is denied."
    assert (
        choose(refused, [rewrite("Your request isn't approved.")], engine=engine).suggestions == ()
    )
    assert choose(refused, [rewrite("Your request isn't approved.")], engine=engine).candidate.text
    engine = ScriptedEngine(verdict=0.5, bar=replace(BAR, verdict=1.0))
    assert choose(BLAME, [rewrite(BETTER)], engine=engine).suggestions == ()


def test_an_item_that_goes_on_with_its_lead_in_is_left_to_stand() -> None:
    draft = "If you want to teach, you can:\n\n- {} your place at the gallery\n- ask us"
    assert choose(draft.format("reserve"), place="s2").candidate is KEEP
    assert choose(draft.format("Reserve"), place="s2").candidate.op is Op.REWRITE


def test_of_two_fillings_the_one_that_keeps_more_meaning_is_used() -> None:
    other = "The form hasn't been filled in yet."
    scores = {BETTER: -0.8, other: -0.2}

    class Scoring(ScriptedEngine):
        def weigh(self, rewrites: Sequence[tuple[str, Filled]]) -> list[Weighed]:
            assert all(sentence == BLAME for sentence, _ in rewrites)
            return [Weighed(scores[filled.text]) for _, filled in rewrites]

    choice = choose(BLAME, [rewrite(BETTER), rewrite(other)], engine=Scoring(bar=BAR))
    assert choice.candidate.text == other
    assert choice.alternatives == (BETTER,)


def test_a_move_beats_the_model() -> None:
    draft = "Per our policy, refunds are not available after 30 days."
    mine = "Refunds aren't available once 30 days have passed."
    choice = choose(draft, [rewrite(mine)])
    assert choice.candidate.source is Source.MOVE
    assert choice.candidate.text == "Refunds are not available after 30 days."


def test_what_the_model_writes_like_a_move_is_offered_once() -> None:
    draft = "Per our policy, refunds are not available after 30 days."
    moved = choose(draft).candidate.text
    assert moved
    choice = choose(draft, [rewrite(moved), rewrite(moved)])
    assert choice.candidate.source is Source.MOVE
    assert moved not in choice.alternatives


def test_the_surest_stays_first_where_another_writes_the_same() -> None:
    """Putting each text in once must not reorder what is left."""
    draft = "As I already told you, the fee is $40."
    sure = choose(draft)
    same = choose(draft, [rewrite(text) for text in ("The fee is $40.", "The fee's $40.")])
    assert same.candidate == sure.candidate


def test_a_sentence_of_ours_is_not_changed_into_itself() -> None:
    choice = choose(BLAME, [rewrite(BLAME)])
    assert choice.candidate == KEEP


@pytest.mark.parametrize("draft", ["We apologise for any inconvenience.", "We are sorry about it."])
def test_a_deletion_by_the_model_is_believed_for_stock_empathy_only(draft: str) -> None:
    reading = read_draft(draft)
    stock = any(f.rule.startswith("canned_empathy") for f in reading.findings)
    assert (choose(draft, [DELETE]).candidate.op is Op.DELETE) == stock


@pytest.mark.parametrize(
    "draft", [BLAME, "Nothing can be done.", "You must sign it.", "Your claim of $5 is refused."]
)
def test_the_model_cannot_delete_what_says_something(draft: str) -> None:
    assert choose(draft, [DELETE]).candidate.op is not Op.DELETE


def deleting(odds: float) -> ScriptedEngine:
    """Return an engine that is as sure of every deletion, with a bar of 1."""
    return ScriptedEngine(bar=replace(BAR, deletion=1.0), deletion_odds=odds, share=0.7)


def test_the_judge_of_deletions_lets_go_what_clears_its_bar() -> None:
    draft = "We're not your archive. Please ask your bank for a copy."
    engine = deleting(1.5)
    choice = choose(draft, [DELETE], engine=engine, message="Where are my papers?")
    assert choice.candidate == DELETE
    assert choice.why == load_reasons().why.sting
    (asked,) = engine.deletions
    assert asked.slot.text == "We're not your archive."
    assert (asked.before, asked.after) == ((), ("Please ask your bank for a copy.",))
    assert asked.message == "Where are my papers?"
    assert choose(draft, [DELETE], engine=deleting(0.9)).candidate == KEEP
    without = replace(deleting(9.0), bar=BAR)
    assert choose(draft, [DELETE], engine=without).candidate == KEEP


@pytest.mark.parametrize(
    "sentence",
    [
        *("Ask us on 3 May.", "Your request was turned down.", "You need to ask your bank.", "No."),
        *("Here is what you keep getting wrong:", "We lost your parcel.", "We don't keep papers."),
        *("Votre demande a été refusée par le service.", "I'm glad you asked.", "You have to go."),
    ],
)
def test_the_judge_is_not_asked_of_what_says_something(sentence: str) -> None:
    engine = deleting(9.0)
    draft = f"You never read anything.\n\n{sentence}\n\nThe file is kept by your bank."
    assert choose(draft, [DELETE], "s2", engine=engine).candidate.op is not Op.DELETE
    assert engine.deletions == []


def test_a_rewrite_that_may_stand_goes_before_a_deletion() -> None:
    draft = "We're not your archive. Please ask your bank for a copy."
    engine = replace(deleting(9.0), log_probability=-0.1)
    better = rewrite("We're not an archive.")
    choice = choose(draft, [DELETE, better], engine=engine)
    assert choice.candidate == better


def test_an_unlikely_deletion_of_stock_empathy_is_not_believed() -> None:
    draft = "We apologise for any inconvenience, the lift is out of order."
    bar = replace(BAR, likelihood=-0.4)
    assert choose(draft, [DELETE], engine=ScriptedEngine(bar=bar)).candidate == DELETE
    unlikely = ScriptedEngine(bar=bar, log_probability=-2.6, share=0.07)
    assert choose(draft, [DELETE], engine=unlikely).candidate.op is not Op.DELETE


def test_people_can_be_asked_where_nothing_is_deleted() -> None:
    engine = deleting(2.0)
    engine.bar = replace(BAR, may_go=0.3)
    draft = "We're not your archive. Please ask your bank for a copy."
    assert choose(draft, [DELETE], engine=engine) == Choice(may_go=True)


def test_below_the_bar_a_person_is_asked_whether_the_sentence_may_go() -> None:
    draft = "We're not your archive. Please ask your bank for a copy."
    engine = deleting(0.4)
    engine.bar = replace(engine.bar, may_go=0.3)
    assert choose(draft, [DELETE], engine=engine) == Choice(may_go=True)
    assert not choose(draft, [DELETE], "s2", engine=engine).may_go
    engine.deletion_odds = 0.2
    assert choose(draft, [DELETE], engine=engine) == Choice()
    engine.deletion_odds = 1.0
    assert not choose(draft, [DELETE], engine=engine).may_go


JIBE = "Everybody wants one, nobody wants to wait. Please ask your bank for a copy."
"""Its first sentence stings, and no rule finds it."""
KINDER = rewrite("Everybody wants one, and nobody likes to wait.", Label.BENEFIT_OF_THE_DOUBT)


def doubting(keep: float | None, verdict: float = 0.0, doubt: float = 0.1) -> ScriptedEngine:
    """Return an engine whose rewrites don't clear the bar, with how likely it finds `keep`."""
    bar = replace(BAR, verdict=1.0, suggestion=0.5, doubt=doubt)
    return ScriptedEngine(bar=bar, keep=keep, verdict=verdict)


def test_what_the_model_is_sure_not_to_keep_is_pointed_out() -> None:
    told = choose(JIBE, [KINDER], engine=doubting(0.05))
    assert told == Choice(doubt=Label.BENEFIT_OF_THE_DOUBT)
    suggested = choose(JIBE, [KINDER], engine=doubting(0.05, verdict=0.5))
    assert suggested == Choice(doubt=told.doubt, suggestions=(KINDER.text or "",))
    # What is changed needs no pointing out.
    changed = choose(JIBE, [KINDER], engine=doubting(0.05, verdict=1.0))
    assert (changed.candidate, changed.doubt) == (KINDER, None)


@pytest.mark.parametrize("keep", [None, 0.1, 0.2, 0.9])
def test_what_the_model_might_keep_is_not_pointed_out(keep: float | None) -> None:
    assert choose(JIBE, [KINDER], engine=doubting(keep)) == Choice()


def test_what_would_become_a_next_step_is_pointed_out_at_half_the_bar() -> None:
    asked = [rewrite(KINDER.text or "", Label.NEXT_STEPS)]
    assert choose(JIBE, asked, engine=doubting(0.06)) == Choice()
    assert choose(JIBE, asked, engine=doubting(0.04)) == Choice(doubt=Label.NEXT_STEPS)


def test_without_a_bar_nothing_is_pointed_out() -> None:
    assert choose(JIBE, [KINDER], engine=doubting(0.0, doubt=0.0)) == Choice()


def test_a_sentence_with_a_finding_is_no_matter_of_doubt() -> None:
    choice = choose(BLAME, [rewrite(BETTER)], engine=doubting(0.01))
    assert (choice.failure, choice.doubt) == (MEANING_UNSURE, None)


@pytest.mark.parametrize("kind", ["Thank you for telling us.", "We're sorry that it hurts."])
def test_thanks_and_regret_are_not_pointed_out(kind: str) -> None:
    written = [rewrite("We know that it hurts.", Label.EXPLANATION)]
    assert choose(kind, written, engine=doubting(0.01)) == Choice()
    assert choose(kind, [DELETE], engine=doubting(0.01)) == Choice()


def test_what_the_model_would_rather_leave_out_is_for_a_person_to_decide() -> None:
    draft = "We're not your archive. Please ask your bank for a copy."
    engine = replace(deleting(0.2), keep=0.05)
    engine.bar = replace(engine.bar, may_go=0.3, doubt=0.1)
    assert choose(draft, [DELETE], engine=engine) == Choice(may_go=True, doubt=Op.DELETE)
    assert choose(draft, [DELETE], engine=replace(engine, keep=0.2)) == Choice()
    # A question may be one that the customer is to answer, and a delay something to know.
    asked = "Are we your archive? Please ask your bank for a copy."
    assert choose(asked, [DELETE], engine=engine) == Choice(doubt=Op.DELETE)
    delayed = "You delayed everybody else. Please ask your bank for a copy."
    assert choose(delayed, [DELETE], engine=engine) == Choice(doubt=Op.DELETE)


def test_in_a_draft_without_a_finding_nothing_is_changed_whatever_the_model_writes() -> None:
    reading = read_draft(
        "Everybody wants one, nobody wants to wait. Just reply if that is unclear."
    )
    assert reading.is_kind
    slot = reading.heard_slots[0]

    def listen(candidate: Candidate, keep: float) -> Choice:
        engine = doubting(keep, verdict=9.0)
        chooser = Chooser(reading, engine.weigh, engine.bar, seed=0)
        return chooser.listen(slot, [Filled(candidate, -0.1, 0.9, keep)])

    assert listen(KINDER, 0.05) == Choice(
        doubt=Label.BENEFIT_OF_THE_DOUBT, suggestions=(KINDER.text or "",)
    )
    assert listen(KINDER, 0.2) == Choice()
    assert listen(KEEP, 0.9) == Choice()


@pytest.mark.parametrize("odds", [-9.0, 0.4, 2.0])
def test_in_such_a_draft_what_would_go_for_certain_is_for_a_person_to_decide(odds: float) -> None:
    reading = read_draft("They all say that. The lift is on the left.")
    assert reading.is_kind
    engine = replace(deleting(odds), keep=0.01)
    engine.bar = replace(engine.bar, may_go=0.3, doubt=0.1)
    chooser = Chooser(
        reading, engine.weigh, engine.bar, seed=0, judge_deletions=engine.judge_deletions
    )
    choice = chooser.listen(reading.heard_slots[0], [Filled(DELETE, -0.1, 0.9, 0.01)])
    assert choice == Choice(may_go=True, doubt=Op.DELETE)


def test_in_such_a_draft_what_moves_are_sure_of_is_suggested() -> None:
    reading = read_draft("We close at 8 pm, do the maths. Just reply if that is unclear.")
    assert reading.is_kind
    chooser = Chooser(reading, ScriptedEngine().weigh, replace(BAR, doubt=0.1), seed=0)
    written = [Filled(rewrite("We shut."), -0.1, 0.9, 0.05)]
    choice = chooser.listen(reading.heard_slots[0], written)
    assert choice == Choice(doubt=Label.EXPLANATION, suggestions=("We close at 8 pm.",))


def test_a_sentence_that_the_model_keeps_is_not_left_out() -> None:
    draft = "We're not your archive. Please ask your bank for a copy."
    engine = replace(deleting(9.0), share=0.4)
    assert choose(draft, [KEEP, DELETE], engine=engine).candidate == KEEP


def test_nobody_deletes_a_list_item() -> None:
    draft = "We need:\n\n- We apologise for any inconvenience.\n- The form.\n"
    assert choose(draft, [DELETE], "s2").candidate.op is not Op.DELETE


def test_a_filling_that_swaps_facts_is_never_used_whoever_wrote_it() -> None:
    draft = "You have not bothered to tell Anna Okafor about Mr Demir."
    choice = choose(draft, [rewrite("Mr Demir isn't known to Anna Okafor yet.")])
    assert choice.candidate == KEEP
    assert choice.failure == FACTS_LOST


def test_a_kind_sentence_is_left_alone_where_the_model_keeps_it() -> None:
    draft = "The form is on the second page. Your request is denied."
    likes_it = [KEEP, rewrite("You'll find the form on the second page.")]
    assert choose(draft, likes_it, engine=ScriptedEngine(share=0.3, bar=BAR)).candidate == KEEP


def test_a_kind_sentence_is_changed_only_for_a_model_that_hardly_keeps_it() -> None:
    draft = "You may fill in the form on the web page. Your request is denied."
    better = [rewrite("You can fill in the form on the web page."), KEEP]
    assert choose(draft, better, engine=ScriptedEngine(share=0.29, bar=BAR)).candidate.text
    assert choose(draft, better, engine=ScriptedEngine(share=0.31, bar=BAR)).candidate == KEEP


def test_nothing_written_is_nothing_changed() -> None:
    assert choose("The form is here for you. Your request is denied.", []) == Choice()


def test_a_kept_sentence_without_a_finding_has_no_failure() -> None:
    draft = "The form is here for you to fill in. Your request is denied."
    bad = [rewrite("We can pay you for the form.")]
    assert choose(draft, bad) == Choice()


def test_a_rewrite_that_is_no_kinder_is_not_used() -> None:
    choice = choose(BLAME, [rewrite("You haven't bothered to fill in the form.")])
    assert choice.candidate == KEEP


def test_alternatives_are_few_and_other_than_what_is_chosen() -> None:
    choice = choose("Your request is denied.", [KEEP], "opening")
    assert 0 < len(choice.alternatives) <= MOST_ALTERNATIVES
    assert choice.candidate.text not in choice.alternatives
    assert len(set(choice.alternatives)) == len(choice.alternatives)


@pytest.mark.parametrize("place", ["opening", "closing"])
def test_nothing_is_inserted_where_the_draft_lacks_nothing(place: str) -> None:
    kind = (
        "I'm sorry that the parcel is late. You failed to pay. Just reply if anything is unclear."
    )
    assert choose(kind, [insert("This is hard.")], place) == Choice()


def test_the_phrasebook_goes_before_the_model_in_an_opening() -> None:
    written = [insert("I can see why a denied request is upsetting.")]
    choice = choose("Your request is denied.", written, "opening")
    assert choice.candidate.source is Source.PHRASEBOOK


UNHEARD = "We apologise for any inconvenience. The llama has been fed."
"""A situation that the phrasebook has nothing for."""
OPENING = "I can see why this is frustrating."


def test_an_opening_of_the_model_is_used_where_the_phrasebook_has_none() -> None:
    assert read_draft(UNHEARD).lacks_opening
    assert choose(UNHEARD, [KEEP], "opening") == Choice()
    choice = choose(UNHEARD, [insert(OPENING)], "opening")
    assert choice.candidate == insert(OPENING)


@pytest.mark.parametrize(
    ("candidate", "log_probability"),
    [
        (insert(OPENING), -0.51),
        (insert("You were careless with the llama."), -0.1),
        (insert("We'll feed the llama for you."), -0.1),
        (insert("Losing your luggage must be hard."), -0.1),
        (insert(OPENING, Label.NEXT_STEPS), -0.1),
        (rewrite(OPENING), -0.1),
    ],
)
def test_an_opening_that_does_not_clear_the_bar_is_left_out(
    candidate: Candidate, log_probability: float
) -> None:
    engine = ScriptedEngine(log_probability=log_probability, bar=BAR)
    choice = choose(UNHEARD, [candidate], "opening", engine)
    assert choice.candidate == KEEP


@pytest.mark.parametrize("message", ["I'll burn your barn down.", "There's nothing left for me."])
def test_no_opening_is_used_where_words_of_ours_could_do_harm(message: str) -> None:
    assert choose(UNHEARD, [insert(OPENING)], "opening", message="Where is it??").candidate.text
    assert choose(UNHEARD, [insert(OPENING)], "opening", message=message) == Choice()


def test_another_seed_may_give_another_opening_and_the_same_seed_the_same() -> None:
    reading = read_draft("Your refund is denied.", "I want my money back!")
    engine = ScriptedEngine()

    def opening(seed: int) -> str | None:
        chooser = Chooser(reading, engine.weigh, engine.bar, seed)
        return chooser.choose(reading.slots[0], []).candidate.text

    assert len({opening(seed) for seed in range(8)}) > 1
    assert opening(3) == opening(3)
