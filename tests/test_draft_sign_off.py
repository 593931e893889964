"""The sign-off is kept apart, and no decision hides in it."""

import pytest

from drafting.draft import Draft, parse

BODY = "We can't change the seat."


def sign_off_of(draft: Draft) -> str | None:
    return draft.text[slice(*draft.sign_off)] if draft.sign_off else None


@pytest.mark.parametrize(
    "sign_off",
    [
        "Kind regards,\nField Services",
        "Kind regards\n\nField Services\nTel: +44 20 7946 0857\nwww.fields.example",
        "Thanks,\nSam",
        "thx\nsam",
        "Thanks!",
        "Many thanks!",
        "Best,",
        "Best,\n\nThe Map Library",
        "Best, Sam",
        "Yours,\nthe front desk",
        "i. A. Max Muster",
        "Support Team | Kestrel | 0113 496 0000",
        "Kind regards Sam Bell",
        "Cheers Sam",
        "Best Regards Sam",
        "xoxo, Bubble Shop",
        "Happy packing,\nNadia",
        "See you soon,\nthe front desk",
        "Yours sincerely,\nD. Marsh\nCustomer Complaints",
        "Mit freundlichen Grüßen\nMax Muster",
        "Viele Grüße",
        "Cordialement",
        "Un saludo,\nPilar",
        "Warmly,\n– Team Kestrel",
        "From HMRC Agent Services Team",
        "From the Rent Office.",
        "– {{collective.name}}",
        "- Petr",
        "Darren",
        "R.",
        "Raj, Support",
        "T. Marsh\nFraud Desk",
        "T. Marsh\nFraud Desk\n0800 555 0123",
        "Vellum, Inc.\nOffice of the General Counsel",
        "Technical Support",
        "NOC",
        "IT OPS",
        "IT Asset Desk",
        "Final Billing",
        "Shared Hosting Support",
        "{{brand.name}} Billing",
        "%{agent}",
        "Osteria Nove",
        "The summer fair team",
        "Ines at the front desk",
        "Pixel, tournament admin",
        "sam",
        "mod_hugo",
        "fit team",
        "chat agent 208",
        "Department 2B",
        "Pavel, 2nd Line",
        "Lena, pharmacist",
        "The maintainers",
        "Loss Mitigation Dept.",
        "Kind regards,\nSam\n\nSent from my iPhone",
        "Regards,\nSam\n\nP.S. You can still call us.",
        "Regards,\nSam\n\n---\nThis message is meant for nobody else. Delete it.",
        "Regards,\nSam\n\n-- \nKestrel GmbH, Sitz Bonn. HRB 1234.",
    ],
)
def test_a_sign_off_is_kept_apart(sign_off: str) -> None:
    draft = parse(f"Hi Ann,\n\n{BODY}\n\n{sign_off}\n")
    assert sign_off_of(draft) == sign_off
    assert [sentence.text for sentence in draft.sentences] == [BODY]


@pytest.mark.parametrize(
    "text", ["-- \nSam Bell\nKestrel GmbH, Sitz Bonn. HRB 1234.", "--\nSam Bell"]
)
def test_a_signature_mark_starts_the_sign_off(text: str) -> None:
    assert sign_off_of(parse(f"{BODY}\n\n{text}")) == text


@pytest.mark.parametrize(
    "sign_off", ["Kind regards,\nSam", "Darren", "From HMRC Digital", "- Petr", "Fraud Desk"]
)
def test_a_sign_off_needs_no_gap_after_a_full_stop(sign_off: str) -> None:
    draft = parse(f"{BODY}\n{sign_off}")
    assert sign_off_of(draft) == sign_off
    assert [sentence.text for sentence in draft.sentences] == [BODY]


@pytest.mark.parametrize("sign_off", ["Kind regards, Sam", "Thanks, {{agent}}", "Regards,\nSam"])
def test_a_sign_off_may_end_the_last_line(sign_off: str) -> None:
    draft = parse(f"{BODY} {sign_off}")
    assert sign_off_of(draft) == sign_off
    assert [sentence.text for sentence in draft.sentences] == [BODY]


@pytest.mark.parametrize(
    "last",
    [
        "Thank you for understanding.",
        "Thanks for your patience.",
        "Thank you and happy coding.",
        "no refund for that",
        "Refund denied",
        "REFUND DENIED",
        "Rule reverted",
        "Access revoked",
        "Not possible",
        "No exceptions",
        "NO REFUNDS",
        "Final decision",
        "Final answer",
        "Final Notice",
        "Denied",
        "Sorry",
        "Read the terms",
        "Contact billing",
        "Submit Receipt",
        "bring ID",
        "so no",
        "case closed",
        "parcel lost",
        "wait here",
        "The card expired",
        "Why would you",
        "Payment required",
        "Your claim is too late",
    ],
)
def test_a_last_fragment_is_a_sentence(last: str) -> None:
    draft = parse(f"Hi Ann,\n\n{BODY}\n\n{last}")
    assert [sentence.text for sentence in draft.sentences] == [BODY, last]
    assert draft.sign_off is None


@pytest.mark.parametrize("text", ["Hi Ann,\n\nRefund denied", "Hi Ann,\n\nno refund for that"])
def test_the_only_fragment_is_a_sentence(text: str) -> None:
    draft = parse(text)
    assert draft.sign_off is None
    assert len(draft.sentences) == 1


def test_names_alone_are_no_sign_off() -> None:
    assert parse("Osteria Nove").sign_off is None
    assert parse("Please bring:\n\n- Passport").sign_off is None


def test_thanks_at_the_start_is_no_sign_off() -> None:
    draft = parse("Thanks,\nwe got your form. It is not complete.")
    assert draft.sign_off is None
    assert draft.sentences[-1].text == "It is not complete."


def test_thanks_before_more_text_is_a_sentence() -> None:
    draft = parse(
        "We shut this one.\n\nThanks again! 😊\n\n---\n\nIf you have questions, ask us here."
    )
    assert [sentence.text for sentence in draft.sentences] == [
        "We shut this one.",
        "Thanks again! 😊",
        "If you have questions, ask us here.",
    ]


def test_list_items_are_no_signature() -> None:
    draft = parse("We need these from you.\n\n- Passport\n- Birth Certificate")
    assert draft.sign_off is None
    assert [sentence.text for sentence in draft.sentences][1:] == ["Passport", "Birth Certificate"]
