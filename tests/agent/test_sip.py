"""Which restaurant was called, and by whom, from what the SIP bridge says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sip import Arrival, e164, resolve

OURS = {"sip.trunkPhoneNumber": "+4930999000"}


@pytest.mark.parametrize(
    ("attributes", "business_id", "called"),
    [
        pytest.param({}, "", (), id="nothing"),
        pytest.param(OURS, "", ("+4930999000",), id="the-number-of-the-trunk"),
        pytest.param(
            OURS | {"panbot.business": "trattoria"},
            "trattoria",
            ("+4930999000",),
            id="the-dispatch-rule",
        ),
        pytest.param(
            OURS | {"panbot.diversion": "<sip:+4930111222@carrier.example>;reason=no-answer"},
            "",
            ("+4930111222", "+4930999000"),
            id="a-forwarded-line-before-the-trunk",
        ),
        pytest.param(
            {"panbot.diversion": '"Trattoria, Mitte" <sip:+4930111222@h;user=phone>;counter=1'},
            "",
            ("+4930111222",),
            id="with-a-name-and-parameters",
        ),
        pytest.param(
            {"panbot.diversion": "<tel:+49-30-111222>;reason=user-busy"},
            "",
            ("+4930111222",),
            id="tel",
        ),
        pytest.param(
            {"panbot.diversion": "sips:%2B4930111222@h"}, "", ("+4930111222",), id="bare-escaped"
        ),
        pytest.param(
            {"panbot.diversion": "<sip:+4930111222@h>;reason=x, <sip:+4930333444@h>;reason=y"},
            "",
            ("+4930111222", "+4930333444"),
            id="diverted-twice-the-latest-first",
        ),
        pytest.param(
            {"sip.h.diversion": "<sip:+4930111222@h>"},
            "",
            ("+4930111222",),
            id="all-headers-included",
        ),
        pytest.param(
            {"sip.h.to": "<sip:+4930999000@sip.example>;tag=1"}, "", ("+4930999000",), id="to"
        ),
        pytest.param(
            {"sip.h.to": "<sip:+4930999000@h>", "sip.trunkPhoneNumber": "+4930999000"},
            "",
            ("+4930999000",),
            id="the-same-number-once",
        ),
        pytest.param({"panbot.diversion": "<sip:reception@h>"}, "", (), id="a-name-is-no-number"),
        pytest.param({"panbot.diversion": "no header at all"}, "", (), id="nonsense"),
        pytest.param({"sip.trunkPhoneNumber": "sales"}, "", (), id="an-extension-by-name"),
        pytest.param({"sip.trunkPhoneNumber": "+491"}, "", (), id="too-short"),
        pytest.param({"sip.trunkPhoneNumber": "030 999000"}, "", (), id="which-country"),
    ],
)
def test_the_called_number_is_found(
    attributes: dict[str, str], business_id: str, called: tuple[str, ...]
) -> None:
    """Rule, diversion, trunk, To: in this order, in E.164, and nothing that is no number."""
    arrival = resolve(attributes)
    assert (arrival.business_id, arrival.called) == (business_id, called)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("+49 30 123456", "+4930123456"),
        ("+49 (0)30 123456", "+4930123456"),
        ("", ""),
        ("anonymous", ""),
        ("Anonymous", ""),
        ("restricted", ""),
        ("+266696687", ""),
        ("110", ""),
        ("030123456", ""),
        ("sip-user", ""),
    ],
)
def test_a_callers_number_is_e164_or_withheld(said: str, number: str) -> None:
    """Nothing is made of a number that was withheld or that nobody could call back."""
    assert resolve({"sip.phoneNumber": said}).caller == number


def test_a_region_reads_national_numbers() -> None:
    """With the country in the settings, a trunk that leaves the country code out is understood."""
    said = {"sip.phoneNumber": "030 123456", "sip.trunkPhoneNumber": "030999000"}
    assert resolve(said, region="DE") == Arrival("", "+4930123456", "", ("+4930999000",))
    assert e164("(415) 555-0132", "US") == "+14155550132"


def test_the_calls_own_id_is_kept() -> None:
    """It is what makes placing idempotent."""
    assert resolve({"sip.callID": "SCL_abc"}).call_id == "SCL_abc"


@given(
    st.dictionaries(st.sampled_from(["panbot.diversion", "sip.h.to", "sip.phoneNumber"]), st.text())
)
def test_no_header_breaks_it(attributes: dict[str, str]) -> None:
    """They come from outside: whatever is in them, every number is one or is left out."""
    arrival = resolve(attributes, region="DE")
    assert all(number.startswith("+") for number in arrival.called)


def test_a_header_full_of_addresses_is_bounded() -> None:
    """Each number may cost a look into the database."""
    header = ",".join(f"<sip:+49301{n:05}@h>" for n in range(10_000))
    assert len(resolve({"panbot.diversion": header}).called) == 8
