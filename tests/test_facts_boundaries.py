"""Where a fact begins and ends, which of two wins, and what only looks like a fact."""

import pytest

from drafting.facts import FactKind, find_facts


def texts(text: str, kind: FactKind) -> list[str]:
    return [fact.text for fact in find_facts(text) if fact.kind is kind]


def found(text: str) -> list[str]:
    return [fact.text for fact in find_facts(text)]


@pytest.mark.parametrize(
    "text",
    [
        "May I ask what you may want, or what might march on?",
        "Is one of them what you need?",
        "It was both once and twice at noon, in the first half of it.",
        "Don't use the dogs' bowls or the cats' beds.",
        "I'm sorry, but I've told you that I'll do it.",
        "done.Please send it and/or wait, e.g. here, i.e. now.",
        "a < b and c > d, 'tis so",
        "DO NOT REPLY. THIS IS FINAL.",
        "You MUST pay NOW and NEVER ask AGAIN.",
        "Your claim is REFUSED.",
        "- Check spam\n- Still nothing? Ask us",
        "Dear Customer,\nWe wrote to you.",
        "the Customer and the Company agree with Support",
        "a penny or some pence for your thoughts",
        "",
        "   ",
        "…",
    ],
)
def test_leaves_plain_words_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay $1,204.50.", ["$1,204.50"]),
        ("See (https://x.example/a).", ["https://x.example/a"]),
        ("See https://x.example/a, then b.", ["https://x.example/a"]),
        ("<https://x.example/a>", ["https://x.example/a"]),
        ("(ticket #48213)", ["#48213"]),
        ("by 02 Aug. After that", ["02 Aug"]),
        ("Tuesday's delivery", ["Tuesday"]),
        ("(0800 389 2500)", ["0800 389 2500"]),
        ("Tel:0800 389 2500", ["0800 389 2500"]),
        ("the fee,£5", ["£5"]),
        ("under-25 surcharge, mid-2026", ["25", "2026"]),
        ("60 quid", ["60"]),
        ("two-factor", ["two"]),
        ("by the 14th or the 2nd attempt", ["the 14th", "2nd"]),
        ("On the 14th", ["the 14th"]),
        ("call 112 in need", ["112"]),
        ("call 555-0171", ["555-0171"]),
        ("1,204 items; 1.5", ["1,204", "1.5"]),
        ("a@b.example, c@d.example.", ["a@b.example", "c@d.example"]),
        ('the 12" pipe and the 14" pipe', ['12"', '14"']),
        ("11/03 14:20", ["11/03", "14:20"]),
        ("{{a}}{{b}}", ["{{a}}", "{{b}}"]),
        ("{{a.b}} {{unclosed", ["{{a.b}}"]),
        ("{{a's}} and {{b's}}", ["{{a's}}", "{{b's}}"]),
        ("{% if a %}Yes, you{% endif %} can", ["{% if a %}", "{% endif %}"]),
        ("Open Settings > Keys and save.", ["Settings > Keys"]),
        ("It is under Settings > Keys today.", ["Settings > Keys"]),
        ("Choose Account > Sign out all.", ["Account > Sign out all"]),
    ],
)
def test_draws_the_line(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_nested_blocks_are_tags_with_text_between() -> None:
    text = "{% if a %}{% if b %}pay {{fee}}{% endif %} now{% endif %}"

    assert texts(text, FactKind.MERGE_TAG) == [
        "{% if a %}",
        "{% if b %}",
        "{{fee}}",
        "{% endif %}",
        "{% endif %}",
    ]


class TestConflicts:
    def test_a_tag_outranks_the_quote_inside_it(self) -> None:
        assert found('we wrote {{ a | default: "the best" }} here') == [
            '{{ a | default: "the best" }}'
        ]

    def test_a_quote_takes_what_it_holds(self) -> None:
        assert found('we wrote "pay {{fee}} by 5 May" here') == ['"pay {{fee}} by 5 May"']

    def test_a_long_quote_is_no_fact_but_its_facts_are(self) -> None:
        speech = "“you told me last week that it would take no more than 5 days to get my $20 back”"

        assert found(speech) == ["5 days", "$20"]

    def test_code_outranks_names_and_numbers(self) -> None:
        assert found("we ran `SELECT 1 FROM Orders` here") == ["`SELECT 1 FROM Orders`"]

    def test_a_link_takes_the_domain_and_the_number(self) -> None:
        assert found("at https://norvik.com/orders/48213?d=2026-03-14 now") == [
            "https://norvik.com/orders/48213?d=2026-03-14"
        ]

    def test_a_link_is_never_torn_from_its_text(self) -> None:
        assert found("see [Terms of Use, 5 pages](https://x.example/t_(1)) here") == [
            "[Terms of Use, 5 pages](https://x.example/t_(1))"
        ]


class TestPhones:
    @pytest.mark.parametrize(
        "text",
        ["order 48213 900 1", "on 2026-03-14", "on 01-02-2026", "invoice 4410098123", "77-30418"],
    )
    def test_dates_and_order_numbers_are_no_phones(self, text: str) -> None:
        assert texts(text, FactKind.PHONE) == []

    def test_opening_hours_are_not_dialled(self) -> None:
        assert found("ring 0800 389 2500 24 hours a day") == ["0800 389 2500", "24 hours"]

    def test_a_date_after_a_number_is_a_date(self) -> None:
        assert found("on 020 7946 0958 14 March") == ["020 7946 0958", "14 March"]


class TestMay:
    @pytest.mark.parametrize("text", ["in May we", "by May 5", "5 May", "since May", "5 MAY 2026"])
    def test_is_a_month_next_to_a_number_or_after_a_lead(self, text: str) -> None:
        assert len(texts(text, FactKind.DATE)) == 1

    @pytest.mark.parametrize(
        "text", ["May I ask", "you may", "no 2 may differ", "lot 5 MAY OVERHEAT", "you march on"]
    )
    def test_is_a_word_elsewhere(self, text: str) -> None:
        assert texts(text, FactKind.DATE) == []
