"""Rows of a round are dealt fairly."""

from hypothesis import given
from hypothesis import strategies as st

from web.sharing import share_rows

WANTED = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=8)


def test_the_small_get_all_and_the_huge_the_rest() -> None:
    assert share_rows([(100, 4), (3, 4), (2, 4)], 64) == [11, 3, 2]


def test_one_alone_gets_all_that_fits() -> None:
    assert share_rows([(100, 4)], 64) == [16]


def test_the_first_gets_a_slot_however_large_it_is() -> None:
    assert share_rows([(3, 8), (3, 1)], 4) == [1, 0]


@given(WANTED, st.integers(1, 64))
def test_shares_are_fair_and_fit(wanted: list[tuple[int, int]], rows: int) -> None:
    shares = share_rows(wanted, rows)
    assert all(0 <= share <= slots for share, (slots, _) in zip(shares, wanted, strict=True))
    used = sum(share * each for share, (_, each) in zip(shares, wanted, strict=True))
    assert used <= rows or sum(shares) == 1
    assert any(shares) == any(slots for slots, _ in wanted)


@given(WANTED, st.integers(1, 64))
def test_of_equal_rows_nobody_has_two_more_than_one_who_still_wants(
    wanted: list[tuple[int, int]], rows: int
) -> None:
    equal = [(slots, 2) for slots, _ in wanted]
    shares = share_rows(equal, rows)
    hungry = [share for share, (slots, _) in zip(shares, equal, strict=True) if share < slots]
    assert all(max(shares) <= share + 1 for share in hungry)
