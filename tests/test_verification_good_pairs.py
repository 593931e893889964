"""Light, good fillings that must pass all checks."""

import pytest

from drafting.candidate import KEEP, Candidate, Op
from drafting.facts import find_facts
from drafting.labels import Label
from drafting.verification import Context, verify_candidate

POLICY = [
    (
        "Per our policy, refunds are not available after 30 days.",
        "Refunds aren't available after 30 days.",
    ),
    (
        "Per our policy, refunds are not available after 30 days.",
        "Refunds aren't available after 30 days, so I'm not able to offer one here.",
    ),
    ("As per company policy, opened items cannot be returned.", "Opened items can't be returned."),
    ("It is our policy not to share addresses.", "We can't share addresses."),
    (
        "Pursuant to clause 4, the fee is not refundable.",
        "Under clause 4, I'm not able to refund the fee.",
    ),
    (
        "In accordance with our terms the account was closed.",
        "The account was closed under our terms.",
    ),
]

REFUSALS = [
    ("Your request is denied.", "I'm not able to approve your request."),
    ("Your request is denied.", "I'm sorry, but we can't approve your request this time."),
    ("Request rejected.", "I'm not able to approve your request."),
    ("The claim was rejected.", "We couldn't approve the claim."),
    ("No refund. Final.", "I'm not able to refund this, and that decision is final."),
    ("No exceptions.", "We can't make exceptions."),
    ("Late entries will not be accepted.", "We can't accept late entries."),
    ("The deposit is non-refundable.", "I'm not able to refund the deposit."),
    ("This item is excluded from the warranty.", "This item isn't covered by the warranty."),
    ("Cancellation is impossible.", "It isn't possible to cancel."),
    ("We do not negotiate by email.", "I'm not able to negotiate by email."),
    ("Your photo is unacceptable.", "We aren't able to accept your photo."),
    ("Unsigned forms will not be processed.", "We can't process forms that aren't signed."),
]

BLAME = [
    ("You failed to attach the receipt.", "The receipt doesn't seem to have come through."),
    ("You failed to attach the receipt.", "We haven't received the receipt yet."),
    ("You forgot to sign the form.", "The form isn't signed yet."),
    ("You did not pay the invoice.", "The invoice hasn't been paid yet."),
    ("You claim that the parcel never arrived.", "You've told us that the parcel never arrived."),
    ("You left the gate open.", "The gate was left open."),
    ("You deleted the folder yourself on 2 May.", "The folder was deleted on 2 May."),
    ("As I already told you, the fee is $40.", "The fee is $40."),
    ("Obviously you need to log in first.", "You'll need to log in first."),
    (
        "As clearly stated in the manual, the filter must be cleaned.",
        "The filter must be cleaned, as the manual says.",
    ),
]

REQUESTS = [
    ("Send the form.", "Please send us the form."),
    ("Send the form.", "Could you send us the form?"),
    ("Remit payment within 14 days.", "Please pay within 14 days."),
    ("Provide the serial number.", "Please send us the serial number."),
    ("The claimant must furnish two photos.", "You must send us two photos."),
    ("Applicants must submit proof of address.", "Please submit proof of address."),
    ("Photo ID is required.", "You'll need photo ID."),
    ("Do not reply to this email.", "Please don't reply to this email."),
    ("Bring both boots.", "Please bring both boots."),
    ("If it hurts more, ring the nurse.", "If it hurts more, you can ring the nurse."),
    ("Shred the old card.", "Please shred the old card."),
    ("Contact billing.", "Our billing team can help with this, so please contact billing."),
    (
        "Bring your passport or you will be turned away.",
        "Please bring your passport, or you will be turned away.",
    ),
    ("Pay by 30 June.", "Please pay by 30 June."),
    ("Requests must be made in writing.", "Please make the request in writing."),
    (
        "Subscribers who do not accept must cancel prior to the effective date.",
        "If you don't accept, please cancel before the effective date.",
    ),
    ("Confirm receipt.", "Please confirm receipt."),
    ("Wait 30 minutes.", "Please wait 30 minutes before you try again."),
    (
        "Reset your password at https://id.example/reset.",
        "You can reset your password at https://id.example/reset.",
    ),
    ("You may appeal within 21 days.", "You can appeal within 21 days."),
    ("An appeal may be lodged at {{appeal_link}}.", "You can appeal at {{appeal_link}}."),
]

JIBES = [
    (
        "The lock did not report closed, which means you did not lock it.",
        "The lock did not report that it was closed.",
    ),
    ("You have to pay for that yourself, we are not a bank.", "You have to pay for that yourself."),
    ("Allergies must be reported, we are not mind readers.", "Allergies must be reported."),
    ("The link works only once, so don't dawdle.", "The link works only once."),
    ("The wheel is £85 extra, like it or not.", "The wheel is £85 extra."),
    ("It is on the checkout page, if you had read it.", "It is on the checkout page."),
    (
        "If you had bothered to read the roadmap, you would know that this is out of scope.",
        "As the roadmap says, this is out of scope.",
    ),
    ("The number is on the bill, as anyone can see.", "The number is on the bill."),
    ("Other newsletters continue unless unsubscribed.", "Others continue unless you unsubscribe."),
    ("80% is due, no matter the reason.", "80% is due, whatever the reason."),
]

TAILS = [
    ("The limit is 5, as you may have noticed.", "The limit is 5."),
    ("It was announced in May, which you ignored.", "It was announced in May."),
    ("Refunds take 14 days, grief or no grief.", "Refunds take 14 days."),
    ("Conductors check tickets, they aren't nannies.", "Conductors check tickets."),
    ("The form is on page 3, in case you can't read.", "The form is on page 3."),
    ("You can pay by card, so you can stop writing to us.", "You can pay by card."),
    ("It takes one minute if anyone bothered to look.", "It takes one minute."),
    ("The hotline is open until 8, so nobody forced you to call at noon.", "The hotline is open until 8."),
    ("0 6 * * * is 8:00 in Madrid, any child can work that out.", "0 6 * * * is 8:00 in Madrid."),
    ("Before you ask, no, we can't move it.", "We can't move it."),
]  # fmt: skip
"""What only stings goes with its "not", "if" or "may"."""

IDIOMS = [
    ("Late votes go in the bin.", "Late votes can't be counted."),
    ("Claims without a number are thrown out.", "A claim without a number can't be accepted."),
    ("Further appeals are pointless before that.", "Further appeals won't help before that."),
    ("The photo you sent is unusable.", "The photo that you sent can't be used."),
    ("You must have left an appliance running.", "It may be that an appliance was left running."),
    ("Order 4410 has shipped and cannot be cancelled.", "Order 4410 has shipped, so I'm not able to cancel it."),
    ("If you do not agree, cancel.", "If you do not agree, you can cancel."),
    ("Riders are free to decline.", "The riders are free to decline."),
    ("Nothing else can be done about it.", "Unfortunately, nothing else can be done about it."),
    ("Payment is due before release.", "Payment is due before we can release the parcel."),
    ("Certified copies only.", "We can only take certified copies."),
    ("Tracking no. is 00340, do not call.", "The tracking no. is 00340, so please don't call."),
    ("If he finds nothing you pay the call-out, €90.", "If he finds nothing, the call-out of €90 is yours to pay."),
    ("Activate Wi-Fi calling in your settings.", "You can activate Wi-Fi calling in your settings."),
    ("Fake reviews are passed to our lawyers.", "I do have to mention that fake reviews are passed to our lawyers."),
]  # fmt: skip

PLAIN = [
    (
        "Repeat prescription for Mr Demir cannot be dispensed.",
        "We can't dispense the repeat prescription for Mr Demir.",
    ),
    ("The refund has been processed.", "We have processed the refund."),
    ("A replacement will be dispatched on 4 May.", "We'll send a replacement on 4 May."),
    ("Your order was delayed.", "Your order was delayed, and I'm sorry."),
    ("The charge was made in error.", "The charge was our error, and I'm sorry."),
    ("Technician delayed.", "Your technician is delayed."),
    ("New window 2-6pm.", "Your new window is 2-6pm."),
    ("YOUR ACCOUNT {{account.number}} IS OVERDUE.", "Your account {{account.number}} is overdue."),
    ("Your parcel is at the depot!!!", "Your parcel is at the depot."),
    ("Further charges may apply.", "Further charges may apply."),
    ("The file exceeds the limit of 20 MB.", "The file is over the limit of 20 MB."),
    ("Notify us of any change.", "Please let us know of any change."),
    ("Access terminates on 31 May.", "Your access ends on 31 May."),
    ("The unit is defective.", "The unit is faulty."),
    ("We regret that the venue is full.", "I'm sorry, but the venue is full."),
    ("Correspondence should quote %{case_id}.", "Please quote %{case_id} when you write to us."),
    ("Processing takes 5 working days.", "It takes 5 working days to process this."),
]


@pytest.mark.parametrize(
    ("before", "after"), POLICY + REFUSALS + BLAME + REQUESTS + JIBES + TAILS + IDIOMS + PLAIN
)
def test_it_passes(before: str, after: str) -> None:
    candidate = Candidate(Op.REWRITE, Label.EXPLANATION, after)
    assert verify_candidate(candidate, Context(before, before, facts=find_facts(before))) == ()


MESSAGE = "Three weeks without internet! I work from home and you charged me twice."
DRAFT = "The fault in the cabinet was fixed today. The second charge was an error. The contract ends in June."

OPENINGS = [
    "Three weeks without internet is a long time when you work from home.",
    "I can see why a second charge is upsetting, and I'm sorry.",
    "We charged you twice, and I'm sorry.",
    "Being without internet must be frustrating.",
    "You were right to ask about this charge.",
    "It's hard to work from home without internet.",
]

CLOSINGS = [
    "If you have any questions about the contract, just reply to this email.",
    "If something here doesn't look right to you, please tell us.",
    "I'm happy to help with any questions about the charge.",
    "Please ask us if anything is unclear.",
]


@pytest.mark.parametrize("text", OPENINGS)
def test_it_passes_an_opening(text: str) -> None:
    candidate = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)
    assert verify_candidate(candidate, Context(None, DRAFT, MESSAGE)) == ()


@pytest.mark.parametrize("text", CLOSINGS)
def test_it_passes_a_closing(text: str) -> None:
    candidate = Candidate(Op.INSERT, Label.NEXT_STEPS, text)
    assert verify_candidate(candidate, Context(None, DRAFT, MESSAGE)) == ()


@pytest.mark.parametrize(
    "sentence", ["You should have checked first.", "This was careless.", "Everybody knows that."]
)
def test_it_passes_a_deletion_of_nothing(sentence: str) -> None:
    assert verify_candidate(Candidate(Op.DELETE), Context(sentence, sentence)) == ()


def test_a_keep_always_passes() -> None:
    assert verify_candidate(KEEP, Context("whatever stands here", "whatever stands here")) == ()


def test_it_passes_what_the_customer_wrote_of_themselves() -> None:
    sentence = "Denying it does not change the evidence."
    after = "You've told us that you don't smoke, but that does not change the evidence."
    candidate = Candidate(Op.REWRITE, Label.EXPLANATION, after)
    assert verify_candidate(candidate, Context(sentence, sentence, "I don't smoke!")) == ()
    assert verify_candidate(candidate, Context(sentence, sentence, "I paid for the room.")) != ()


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            "I've waited 30 years for this house.",
            "Thirty years is a long time to wait for a house.",
        ),
        ("This is the 7th time I ask.", "Asking seven times is tiring."),
        ("I am 48 and lost my job.", "Losing a job at forty-eight is hard."),
        ("Third time this month.", "Three times in a month is annoying."),
        ("In the fifth week now without heating.", "Five weeks without heating is miserable."),
        ("I was diagnosed with MS.", "I'm sorry to hear that you were diagnosed with MS."),
        ("Dad always came for the eggs. He's gone now.", "I'm sorry to hear about your dad."),
    ],
)
def test_it_passes_an_opening_about_numbers_and_losses(message: str, text: str) -> None:
    candidate = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)
    draft = "The notice period applies. The last lesson is on 17 May. We need a new account."
    assert verify_candidate(candidate, Context(None, draft, message)) == ()
