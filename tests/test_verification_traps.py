"""Fillings that must never be used, each with the reason that must be given."""

import pytest

from drafting.candidate import Candidate, Op
from drafting.facts import find_facts
from drafting.labels import Label
from drafting.verification import Context, verify_candidate

DECISION = [
    # Tails that look like those which may go, and tell something.
    ("The fee is $5, and nobody will refund it.", "The fee is $5.", "denial_lost"),
    (
        "You can apply now, as anyone can apply who isn't a member.",
        "You can apply now.",
        "denial_lost",
    ),
    ("Send the form, which you have not signed.", "Please send the form.", "denial_lost"),
    ("We repair it, but not if you opened it.", "We repair it.", "denial_lost"),
    ("Please ask your doctor and don't take it.", "Please ask your doctor.", "denial_lost"),
    (
        "Your photos have a password of your own, which no one here can reset.",
        "Your photos have a password of your own.",
        "denial_lost",
    ),
    (
        "You can cancel free of charge in case you have not received the contract.",
        "You can cancel free of charge.",
        "denial_lost",
    ),
    ("We refund the vase if you carefully pack it.", "We refund the vase.", "condition_lost"),
    (
        "We can't accept the note, it is not a medical certificate.",
        "We can't accept the note.",
        "denial_lost",
    ),
    (
        "Your file is public, and anyone who is not signed in can read it.",
        "Your file is public.",
        "denial_lost",
    ),
    (
        "The seat is booked, and nobody asked you for a deposit.",
        "The seat is booked.",
        "denial_lost",
    ),
    (
        "The photo is blurred and we don't know what you ordered.",
        "The photo is blurred and we know what you ordered.",
        "decision_turned",
    ),
    (
        "The anthology takes poems and essays but no stories.",
        "The anthology takes poems and essays and stories.",
        "decision_turned",
    ),
    ("Request refused.", "We can refuse the request.", "act_became_possible"),
    (
        "Your fee for May could not be collected.",
        "I'm sorry, but we can't collect your fee for May.",
        "past_became_lasting",
    ),
    ("Your request is denied.", "I'm able to approve your request.", "decision_turned"),
    (
        "Refunds are not available after 30 days.",
        "Refunds are available after 30 days.",
        "decision_turned",
    ),
    ("The claim was rejected.", "The claim was accepted.", "decision_turned"),
    ("Your account is closed.", "Your account is not closed.", "decision_turned"),
    ("The deposit is non-refundable.", "The deposit is refundable.", "decision_turned"),
    ("We cannot reverse the charge.", "We can reverse the charge.", "decision_turned"),
    ("The fee will be charged.", "The fee will not be charged.", "decision_turned"),
    ("No refund is due.", "A refund is due.", "decision_turned"),
    ("We do not price match.", "We do price match.", "decision_turned"),
    ("The offer has expired.", "The offer is here.", "state_lost"),
    ("This decision is final.", "This decision is open.", "opposite_put"),
    ("Delivery failed.", "The delivery worked.", "opposite_put"),
    ("Your loan was approved.", "Your loan was declined.", "decision_turned"),
    (
        "The part is not covered by the warranty.",
        "The part is covered by the warranty.",
        "decision_turned",
    ),
    ("Please send the form.", "Please do not send the form.", "denial_added"),
    ("Late votes go in the bin.", "Late votes can be counted.", "denial_lost"),
    (
        "Claims without a number are thrown out.",
        "We accept claims without a number.",
        "denial_lost",
    ),
    ("The photo you sent is unusable.", "The photo that you sent can be used.", "denial_lost"),
    ("We do not give reasons, so don't ask.", "We give reasons.", "decision_turned"),
    ("Do not ask for it before Monday.", "Please ask for it before Monday.", "denial_lost"),
    ("You can only cancel if you are not ill.", "You can cancel.", "condition_lost"),
    (
        "The deed says no house may be built.",
        "The deed says a house may be built.",
        "decision_turned",
    ),
]

MODALITY = [
    ("This may lead to a fixed penalty.", "This will lead to a fixed penalty.", "choice_lost"),
    ("You must return the device.", "You may return the device.", "duty_lost"),
    ("Documents are required.", "Documents are optional.", "duty_lost"),
    ("You must have a ticket.", "You may have a ticket.", "duty_lost"),
    ("Drivers must refuse stairs.", "Drivers may refuse stairs.", "duty_lost"),
    ("Payment is due now.", "We can release the payment.", "act_became_possible"),
    ("You may appeal in writing.", "You must appeal in writing.", "choice_lost"),
    ("Applicants must enclose a copy.", "You can enclose a copy.", "duty_lost"),
    ("The account will be closed.", "The account may be closed.", "doubt_added"),
    ("The case was reviewed.", "We could review the case.", "act_became_possible"),
    (
        "These payments attract a 55% tax.",
        "These payments can attract a 55% tax.",
        "act_became_possible",
    ),
    ("Refunds take a week.", "Refunds can take a week.", "act_became_possible"),
    ("Late payers are fined.", "Late payments can get you fined.", "act_became_possible"),
    ("Please reply within 14 days.", "Please reply after 14 days.", "bound_changed"),
    ("Payment is due before 1 March.", "Payment is due after 1 March.", "bound_changed"),
    ("Pay by 30 June.", "Please pay from 30 June.", "bound_changed"),
    ("The code is valid until 5 May.", "The code is valid from 5 May.", "bound_changed"),
    ("A fee of at least $20 applies.", "A fee of up to $20 applies.", "bound_changed"),
    ("Refunds are paid only to the card.", "Refunds are paid to the card.", "condition_lost"),
    ("The order ships unless you cancel it.", "The order ships.", "condition_lost"),
    ("We can reopen the case if you send proof.", "We can reopen the case.", "condition_lost"),
    (
        "The account stays locked until you verify it.",
        "The account stays locked.",
        "condition_lost",
    ),
    ("Entry is free except on Sundays.", "Entry is free on Sundays.", "condition_lost"),
]

PERSONS = [
    ("You declined it at checkout.", "We declined it at checkout.", "person_swapped"),
    ("You missed your appointment.", "We missed your appointment.", "person_swapped"),
    ("We will refund the fee.", "You will refund the fee.", "person_swapped"),
    ("Your bank declined the payment.", "We declined the payment.", "person_swapped"),
    ("The driver left the parcel outside.", "We left the parcel outside.", "person_swapped"),
    ("The seller cancelled the order.", "You cancelled the order.", "person_swapped"),
    ("Send the receipt.", "We send the receipt.", "person_swapped"),
    (
        "You have not bothered to fill in the form.",
        "We haven't filled in the form yet.",
        "person_swapped",
    ),
    ("We forgot to sign the form.", "You haven't signed the form.", "person_swapped"),
    ("You must return the router.", "We must return the router.", "person_swapped"),
    ("The claim was rejected.", "You couldn't approve the claim.", "person_swapped"),
    ("You entered the wrong address.", "We entered the wrong address.", "person_swapped"),
    ("Your documents are incomplete.", "Our documents aren't complete.", "owner_swapped"),
    ("Our records show one payment.", "Your records show one payment.", "owner_swapped"),
    ("Send us the form.", "Please send you the form.", "person_turned"),
    (
        "Your package was not published and is not available for consumption.",
        "We didn't publish your package and aren't available for consumption.",
        "person_turned",
    ),
    (
        "Protocol 2023-119 has not received approval.",
        "We have not received approval for protocol 2023-119.",
        "person_swapped",
    ),
    ("You are 61 days in arrears.", "We are 61 days in arrears.", "person_swapped"),
    ("You broke the seal.", "I broke the seal.", "person_swapped"),
    (
        "An affidavit of alias is required.",
        "We need to write an affidavit of alias.",
        "person_swapped",
    ),
    ("This decision cannot be appealed.", "We can't appeal this decision.", "person_swapped"),
    ("The fine cannot be contested.", "We aren't able to contest the fine.", "person_swapped"),
    ("An appeal may be lodged online.", "We may lodge an appeal online.", "person_swapped"),
]

TURNS = [
    (
        "Your package was suspended despite payment.",
        "We had to suspend your package because of payment.",
        "relation_turned",
    ),
    ("Calls are billed regardless of cause.", "We bill calls.", "condition_lost"),
    (
        "Your plan will end unless the arrears are paid.",
        "Your plan will end until the arrears are paid.",
        "condition_turned",
    ),
    (
        "You claim that your badge was displayed.",
        "We have confirmed that your badge was displayed.",
        "claim_confirmed",
    ),
    (
        "Your booking must be cancelled or moved.",
        "If your booking is cancelled or moved, you'll need to change it.",
        "duty_supposed",
    ),
    ("Re-sent today.", "Please send us the email today.", "done_asked"),
    ("Closing as stale.", "Please close it as stale.", "done_asked"),
    ("It works for us.", "Our system works for you.", "person_turned"),
    ("Regulator informed.", "The regulator informed us.", "person_turned"),
    (
        "Receipts must be uploaded within 30 days.",
        "If you have any questions, please send the receipts within 30 days.",
        "question_invited",
    ),
    (
        "Your site was compromised through a plugin.",
        "We compromised your site through a plugin.",
        "harm_owned",
    ),
    ("The warning at 90% was ignored.", "We ignored the warning at 90%.", "harm_owned"),
    (
        "Parental controls are the responsibility of the account holder.",
        "We're responsible for parental controls.",
        "harm_owned",
    ),
    ("Claim HC-55092 is declined.", "Our claim HC-55092 is declined.", "owner_swapped"),
]

PROMISES = [
    ("The fee is $40.", "The fee is $40. We'll refund you in full.", "promise_added"),
    ("The fee is $40.", "The fee is $40, and we will look into this for you.", "promise_added"),
    (
        "The parcel is lost.",
        "The parcel is lost. We'll get back to you as soon as possible.",
        "promise_added",
    ),
    ("The case is closed.", "The case is closed, and it will not happen again.", "promise_added"),
    ("The order is late.", "The order is late, so we offer you a discount.", "offer_added"),
    ("Your plan has ended.", "Your plan has ended, and you can have a credit.", "offer_added"),
    (
        "The site was offline.",
        "The site was offline because we are short of staff.",
        "reason_added",
    ),
    (
        "Your request is closed.",
        "Your request is closed due to a power cut in our warehouse.",
        "reason_added",
    ),
    ("Your card was blocked.", "We made a mistake and blocked your card.", "fault_admitted"),
    ("The bill is correct.", "The bill is correct, and this was our mistake.", "fault_admitted"),
    (
        "The cleaner was not informed.",
        "We didn't tell the cleaner, and I'm sorry.",
        "fault_admitted",
    ),
    (
        "You did not buy from a reseller.",
        "I'm sorry that you did not buy from a reseller.",
        "apology_blames",
    ),
]

WORDING = [
    ("The fee is $40.", "The fee is $45.", "fact_changed"),
    ("The fee is $40 until 3 May.", "Until 3 May, the fee is $40.", "fact_changed"),
    ("Refunds take a week.", "Refunds take a week, as Mr Harker said.", "fact_added"),
    ("Refunds take a week.", "Your parcel waits at the depot in town.", "new_words"),
    (
        "Refunds take a week.",
        "Refunds take a week, like a slow river under winter skies.",
        "new_words",
    ),
    ("Refunds take a week.", "Refunds take a week and", "not_a_sentence"),
    ("Refunds take a week.", "refunds take a week.", "not_a_sentence"),
    ("It had his number.", "It had his number, which we know from.", "not_a_sentence"),
    ("Refunds take a week.", "Refunds take a week...", "not_a_sentence"),
    ("Refunds take a week.", "Refunds take (a week.", "not_a_sentence"),
    ("See www.a.example.", "See www.a.example. The form is at www.", "not_a_sentence"),
    ("Refunds take a week.", "Refunds refunds take a week.", "garbled"),
    ("Refunds take a week.", "Refunds take a wwk.", "garbled"),
    ("Refunds take a week.", "Refunds do may take a week.", "garbled"),
    ("Refunds take a week.", "Refunds take a week. Refunds are refunds.", "repeats_itself"),
    (
        "Refunds take a week.",
        "Die Erstattung dauert eine Woche, und wir danken Ihnen.",
        "language_changed",
    ),
    (
        "Die Erstattung ist nicht möglich und wir bitten Sie um Geduld.",
        "Die Erstattung ist möglich.",
        "language_unknown",
    ),
    ("I'm sorry.", "I'm sorry, and we apologise, and I'm sorry.", "apologises_twice"),
    (
        "No.",
        "I'm sorry, but with all that has been going on around here we would have to say no to it.",
        "too_long",
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "code"), DECISION + MODALITY + PERSONS + TURNS + PROMISES + WORDING
)
def test_it_rejects(before: str, after: str, code: str) -> None:
    candidate = Candidate(Op.REWRITE, Label.EXPLANATION, after)
    failures = verify_candidate(candidate, Context(before, before, facts=find_facts(before)))
    assert code in {failure.code for failure in failures}


MESSAGE = "My parcel never arrived and I need the shoes for a wedding on Friday!"
DRAFT = "Your parcel was delivered on 4 May. We cannot refund it. Do not reply to this email."

OPENINGS = [
    ("It's annoying when a bus is late and the concert has started.", "situation_unknown"),
    ("You should have checked the porch first.", "opening_blames"),
    ("You failed to be at home.", "opening_blames"),
    ("Could you tell us where you live?", "opening_asks"),
    ("Missing a parcel is annoying, and we will find it.", "promise_added"),
    ("A parcel lost since 4 May is annoying.", "opening_states_facts"),
    ("Missing a parcel is annoying. This was our mistake.", "fault_admitted"),
    ("Missing a parcel and shoes is annoying, Mr Holt.", "opening_states_facts"),
    ("You can see why a missing parcel is annoying.", "person_swapped"),
    ("You're very sorry about the parcel.", "person_swapped"),
    ("We were right to ask about the parcel.", "person_swapped"),
    ("We need the shoes for a wedding, and I'm sorry.", "person_swapped"),
    ("Our parcel is lost, and I'm sorry.", "owner_swapped"),
    ("It's annoying to lose a parcel, and we can't help with shoes.", "decision_told_first"),
    ("It's annoying to lose a parcel, because I'm sorry.", "garbled"),
]

CLOSINGS = [
    ("If you have a question about the parcel, just reply to this email.", "reply_not_possible"),
    ("If you'd like a replacement, please ask us.", "situation_unknown"),
    ("If you have a question about the parcel, please call us.", "channel_unknown"),
    ("If you have a question about the parcel, we will look into it.", "promise_added"),
    ("The parcel is here.", "closing_is_no_door"),
    ("If you have a question, please ask us by 9 May.", "closing_states_facts"),
]


@pytest.mark.parametrize(("text", "code"), OPENINGS)
def test_it_rejects_an_opening(text: str, code: str) -> None:
    candidate = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)
    failures = verify_candidate(candidate, Context(None, DRAFT, MESSAGE))
    assert code in {failure.code for failure in failures}


def test_it_rejects_bad_news_that_the_draft_does_not_bring() -> None:
    text = "I know that this isn't the answer you were hoping for."
    candidate = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)
    failures = verify_candidate(
        candidate, Context(None, "Yes, there is parking.", "Can I park there?")
    )
    assert [failure.code for failure in failures] == ["refusal_unknown"]


def test_it_rejects_a_feeling_of_a_customer_who_has_not_written() -> None:
    text = "I can see why you were so worried about the parcel."
    candidate = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)
    assert verify_candidate(candidate, Context(None, DRAFT, MESSAGE)) == ()
    failures = verify_candidate(candidate, Context(None, DRAFT))
    assert [failure.code for failure in failures] == ["feeling_unknown"]


def test_it_rejects_an_apology_where_nothing_went_wrong() -> None:
    candidate = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, "I'm sorry about the parking.")
    failures = verify_candidate(
        candidate, Context(None, "Yes, there is parking.", "Can I park there?")
    )
    assert [failure.code for failure in failures] == ["apology_unfounded"]


@pytest.mark.parametrize(("text", "code"), CLOSINGS)
def test_it_rejects_a_closing(text: str, code: str) -> None:
    candidate = Candidate(Op.INSERT, Label.NEXT_STEPS, text)
    failures = verify_candidate(candidate, Context(None, DRAFT, MESSAGE))
    assert code in {failure.code for failure in failures}


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("The fee is $40.", "fact_dropped"),
        ("Please send the form.", "content_dropped"),
        ("You must sign it.", "content_dropped"),
        ("Your account is closed.", "content_dropped"),
        ("We offer no refund.", "content_dropped"),
    ],
)
def test_it_rejects_a_deletion(sentence: str, code: str) -> None:
    failures = verify_candidate(Candidate(Op.DELETE), Context(sentence, sentence))
    assert [failure.code for failure in failures] == [code]


def test_no_message_repeats_the_mail() -> None:
    for before, after, _ in DECISION + PERSONS:
        candidate = Candidate(Op.REWRITE, Label.EXPLANATION, after)
        for failure in verify_candidate(candidate, Context(before, before)):
            assert before not in failure.message
            assert after not in failure.message
