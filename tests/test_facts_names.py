"""Names by their capitals: which ones count, and what the whole text adds."""

import pytest

from drafting.facts import FactKind, find_facts, find_names


def names(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    return [fact.text for fact in find_facts(text, known) if fact.kind is FactKind.NAME]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Osteria Nove is closed.", ["Osteria Nove"]),
        ("Mr Hale signed it.", ["Mr Hale"]),
        ("WordPress is down.", ["WordPress"]),
        ("VPN access is back.", ["VPN"]),
        ("Refunds are closed.", []),
        ("Cancel Taskbird first.", ["Taskbird"]),
        ("Refunding Mr Hale takes time.", ["Mr Hale"]),
        ("Under Galleries you see it.", ["Galleries"]),
        ("It ended. Leave it. Why? Because! So: Wait", []),
        ("Is it so? Yes (Really) or no; Then what", []),
        ("we met Mr. Hale and J. R. Smith", ["Mr. Hale", "J. R. Smith"]),
        ("a city, e.g. Leeds, is far", ["Leeds"]),
        ("take plan B. Send it back", ["B"]),
        ("we read Taskbird's manual", ["Taskbird"]),
        ("at Rowntree's Healthcare today", ["Rowntree's Healthcare"]),
        ("under the Passage Contract the Company may", ["Passage Contract"]),
        ("the accounts of HOLLOWAY TOOLS LTD are late", ["HOLLOWAY TOOLS LTD"]),
        ("rights in the US, so call US", ["US"]),
        ("{% if a %}Your{% endif %} plan", []),
        ("give us the IDs and the ID", ["IDs", "ID"]),
        ("no ETA, no SKU, see the FAQ", []),
        ("we saved it as Notes-restored today", ["Notes-restored"]),
        ("we asked @norvik.help and Renée", ["@norvik.help", "Renée"]),
    ],
)
def test_reads_capitals(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "VPN IS DOWN AND LEEDS TOO. WE KNOW.",
        "NO REFUNDS AT HARBOUR STREET!",
        "THE DRIVER OF FERRANTE WAS LATE",
    ],
)
def test_shouted_text_has_no_names(text: str) -> None:
    assert names(text) == []


def test_one_shouted_sentence_does_not_hide_the_names_of_the_next() -> None:
    assert names("DO NOT REPLY. The parcel is at Harbour Street.") == ["Harbour Street"]


def test_a_sentence_start_is_a_name_only_when_known() -> None:
    assert names("Netflix is down.") == []
    assert names("Netflix is down.", frozenset({"Netflix"})) == ["Netflix"]
    assert names("Netflix's app is down.", frozenset({"Netflix"})) == ["Netflix"]


class TestFindNames:
    def test_collects_what_stands_inside_a_sentence(self) -> None:
        text = "Taskbird is down.\nWe know that you pay for Taskbird each month."

        assert find_names(text) == {"Taskbird"}

    def test_collects_titled_people_and_who_is_greeted(self) -> None:
        text = "Dear Imogen,\n\nthe parcel went to Mr Yusuf Demir last week."

        assert find_names(text) == {"Imogen", "Yusuf", "Demir"}

    def test_leaves_out_what_also_stands_in_lower_case(self) -> None:
        text = "Go to the Galleries page. The galleries are closed. Press Orders in the app."

        assert find_names(text) == frozenset()

    def test_leaves_out_roles_and_signatures(self) -> None:
        text = "Dear Customer,\n\nwe sent it back to you.\n\nRaj, Claims\nBilling Team, Norvik"

        assert find_names(text) == frozenset()

    def test_leaves_out_dates_tags_and_acronyms(self) -> None:
        text = "we told you on Monday, in {{Month}}, that the VPN was down in March."

        assert find_names(text) == frozenset()
