"""Rows of the batch are dealt in turns: first come, first served, and nobody waits for ever."""

from hypothesis import given
from hypothesis import strategies as st

from web.sharing import TURN, Claim, share_rows

CLAIMS = st.lists(
    st.builds(Claim, st.integers(0, 40), st.integers(1, 8), st.integers(0, 100)), max_size=8
)


def test_usual_mails_are_served_whole_in_their_order() -> None:
    assert share_rows([Claim(6, 4), Claim(8, 4), Claim(4, 4)], 64, idle=True) == [6, 8, 2]


def test_a_huge_mail_takes_what_the_small_leave_over() -> None:
    assert share_rows([Claim(100, 4), Claim(3, 4), Claim(2, 4)], 64, idle=True) == [11, 3, 2]


def test_who_has_had_a_turn_goes_behind_who_has_not() -> None:
    assert share_rows([Claim(100, 4, granted=TURN), Claim(5, 4)], 16, idle=True) == [0, 4]


def test_one_alone_gets_all_that_fits() -> None:
    assert share_rows([Claim(100, 4)], 64, idle=True) == [16]


def test_an_idle_batch_always_begins_with_something() -> None:
    assert share_rows([Claim(3, 8), Claim(3, 1)], 4, idle=True) == [1, 0]
    assert share_rows([Claim(3, 8), Claim(3, 1)], 4, idle=False) == [0, 0]


@given(CLAIMS, st.integers(0, 64), st.booleans())
def test_shares_fit(claims: list[Claim], free: int, idle: bool) -> None:
    shares = share_rows(claims, free, idle=idle)
    assert all(0 <= share <= claim.slots for share, claim in zip(shares, claims, strict=True))
    used = sum(share * claim.rows for share, claim in zip(shares, claims, strict=True))
    assert used <= free or (idle and sum(shares) == 1)
    if idle:
        assert any(shares) == any(claim.slots for claim in claims)


@given(CLAIMS, st.integers(0, 64))
def test_nobody_is_served_before_one_who_had_fewer_turns(claims: list[Claim], free: int) -> None:
    shares = share_rows(claims, free, idle=True)
    for claim, share in zip(claims, shares, strict=True):
        if share < claim.slots:
            mine = (claim.granted + share * claim.rows) // TURN
            served = [
                (other.granted + (got - 1) * other.rows) // TURN
                for other, got in zip(claims, shares, strict=True)
                if got
            ]
            assert all(turn <= mine for turn in served)
