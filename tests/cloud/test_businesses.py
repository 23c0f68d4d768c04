"""A business is set up from a file, and the same file again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cloud.services import Services
from domain.errors import Conflict, Invalid, NotFound, Unauthenticated
from sync.wire import PushItem
from tests.support.cloud import OWNER, PASSWORD, business_file
from web.passwords import check_password


async def records(services: Services, business_id: str = "trattoria") -> dict[str, dict[str, Any]]:
    changes = (await services.feed.changes(business_id, 0)).changes
    return {f"{c.collection}/{c.key}": c.data for c in changes}


async def test_a_file_becomes_records(services: Services) -> None:
    """Profile, menu, printers, routing and staff are records; a PIN is stored as its hash only."""
    stored = await records(services)
    file = business_file()
    assert stored["settings/business"] == file["business"]
    assert stored["menu/main"] == file["menu"]
    assert stored["printer/kitchen-1"] == file["printers"][0]
    assert stored["routing/kitchen"] == file["routing"][0]
    anna = stored["staff/anna"]
    assert anna.keys() == {"id", "name", "role", "pin_hash"}
    assert check_password("1234", anna["pin_hash"])
    assert (await services.businesses.profile("trattoria")).timezone == "Europe/Berlin"
    assert await services.businesses.of_number("+4930111") == "trattoria"
    assert await services.businesses.of_number("+4930999") is None


async def test_the_same_file_again_changes_nothing(services: Services) -> None:
    """No record moves in the feed, so no edge hears of anything."""
    before = await services.feed.changes("trattoria", 0)
    loaded = await services.businesses.load(business_file())
    assert loaded.changed == ()
    assert await services.feed.changes("trattoria", 0) == before


async def test_only_what_differs_is_changed(services: Services) -> None:
    """A new price, a new PIN and a new password: three changes, and the old password is out."""
    file = business_file()
    file["menu"]["items"][0]["price"] = 1000
    file["staff"][0]["pin"] = "9876"
    file["users"][0]["password"] = "another one"
    loaded = await services.businesses.load(file)
    assert loaded.changed == ("menu/main", "staff/anna", f"user/{OWNER}")
    assert (await services.identity.login(OWNER, "another one")).claims.role == "owner"


async def test_who_is_not_on_the_staff_any_more_is_removed(services: Services) -> None:
    """As the file has it; one that names no staff leaves them as they are."""
    file = business_file()
    file["staff"] = [{"id": "ben", "name": "Ben", "role": "staff", "pin": "4321"}]
    assert (await services.businesses.load(file)).changed == ("staff/ben", "staff/anna")
    changes = (await services.feed.changes("trattoria", 0)).changes
    assert {c.key: c.deleted for c in changes if c.collection == "staff"} == {
        "anna": True,
        "ben": False,
    }
    assert (await services.businesses.load(file | {"staff": []})).changed == ()


@pytest.mark.parametrize("pin", ["1234", "12", "", "12 4", "١٢٣٤"])
async def test_a_pin_is_one_persons_and_long_enough(services: Services, pin: str) -> None:
    file = business_file()
    file["staff"].append({"id": "ben", "name": "Ben", "role": "owner", "pin": pin})
    with pytest.raises(Invalid) as wrong:
        await services.businesses.load(file)
    assert [error.field for error in wrong.value.fields] == ["staff[1].pin"]


async def test_what_the_edge_learnt_stays(services: Services) -> None:
    """A printer's status, which no file names, survives the file being loaded again."""
    learnt = business_file()["printers"][0] | {"status": "online", "fence": True}
    item = PushItem("op-1", "printer", "kitchen-1", 1, learnt)
    await services.sync.push("trattoria", [item], actor="device:e")
    assert (await services.businesses.load(business_file())).changed == ()
    assert (await records(services))["printer/kitchen-1"] == learnt


WRONG: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("business_id",), "a/b", "business_id"),
    (("business", "day_starts_hour"), 25, "business.day_starts_hour"),
    (("menu", "currency"), "euro", "menu.currency"),
    (("printers", 0, "uri"), "lpt1", "printers[0].uri"),
    (("staff", 0, "id"), "", "staff[0].id"),
    (("users", 0, "role"), "king", "users[0].role"),
    (("users", 0, "password"), "short", "users[0].password"),
    (("opening_hours",), "always", "opening_hours"),
    (("phone_numbers", 0), "030 1234", "phone_numbers[0]"),  # of which country?
    (("phone_numbers", 0), "call us", "phone_numbers[0]"),
    (("phone_numbers", 0), "+49", "phone_numbers[0]"),
    (("business", "staff_phone"), "0170 1234567", "business.staff_phone"),
]


async def test_a_wrong_file_changes_nothing(services: Services) -> None:
    """The field is named, and of a file that is half right nothing is taken."""
    before = await records(services)
    for path, value, field in WRONG:
        file: Any = business_file()
        file["business"]["phone"] = "+49"
        spot = file
        for step in path[:-1]:
            spot = spot[step]
        spot[path[-1]] = value
        with pytest.raises(Invalid) as refused:
            await services.businesses.load(file)
        assert field in str(refused.value)
    assert await records(services) == before


@pytest.mark.parametrize("written", ["+49 30 555-1234", "+49 (0)30 5551234", "+49305551234"])
async def test_a_number_is_met_however_it_was_written(services: Services, written: str) -> None:
    """What a telephone shows finds the business; again in other clothes is the same number."""
    file = business_file(number=written)
    file["business"]["staff_phone"] = "+49 170 1234567"
    assert "number/+49305551234" in (await services.businesses.load(file)).changed
    for called in ("+49305551234", "+49 30 5551234"):
        assert await services.businesses.of_number(called) == "trattoria"
    assert (await services.businesses.profile("trattoria")).staff_phone == "+491701234567"
    file["phone_numbers"] = ["+49305551234", written]
    assert (await services.businesses.load(file)).changed == ()
    with pytest.raises(Conflict):
        await services.businesses.load(business_file("bistro", "+49-30-555 1234"))


async def test_a_number_belongs_to_one_business(services: Services) -> None:
    """Claiming another's number is refused, with everything else in that file."""
    file = business_file("bistro", "+4930111")
    file["business"]["phone"] = "+4930111"
    before = await records(services, "bistro")
    with pytest.raises(Conflict):
        await services.businesses.load(file)
    assert await records(services, "bistro") == before


async def test_a_business_that_is_not_there_has_no_profile(services: Services) -> None:
    """It is refused as not found."""
    with pytest.raises(NotFound):
        await services.businesses.profile("nowhere")


async def test_a_time_zone_that_does_not_exist(services: Services) -> None:
    """A slip in the file is refused by its field, and what was there stays."""
    file = business_file()
    file["business"]["timezone"] = "Mars/X"
    with pytest.raises(Invalid, match="there is no time zone 'Mars/X'") as refused:
        await services.businesses.load(file)
    assert [error.field for error in refused.value.fields] == ["business.timezone"]
    assert (await services.businesses.profile("trattoria")).timezone == "Europe/Berlin"


def _shared(password: str | None, email: str = OWNER) -> dict[str, Any]:
    """The bistro's file, which names the trattoria's owner too."""
    file = business_file("bistro", "+4930222")
    user = {"email": email, "role": "owner"}
    file["users"] = [user | ({"password": password} if password is not None else {})]
    return file


async def test_another_businesss_file_gives_nobody_a_password(services: Services) -> None:
    """Whoever writes a file for the bistro must not get into the trattoria by it: one that names
    its owner with another password is refused as a whole, in words that say what to do."""
    for email in (OWNER, OWNER.upper()):
        with pytest.raises(Invalid) as refused:
            await services.businesses.load(_shared("guessed by me", email))
        (error,) = refused.value.fields
        assert error.field == "users[0].password"
        assert f"panbot cloud password {OWNER}" in error.message
    assert (await services.identity.login(OWNER, PASSWORD)).claims.business_id == "trattoria"
    with pytest.raises(Unauthenticated):
        await services.identity.login(OWNER, "guessed by me")


@pytest.mark.parametrize("password", [PASSWORD, None])
async def test_an_owner_of_two_signs_in_to_both(services: Services, password: str | None) -> None:
    """With the account's own password, or none, in the second file: one address, one password, two
    businesses; and it is told that they share it."""
    loaded = await services.businesses.load(_shared(password))
    assert (loaded.changed, loaded.shared) == ((f"user/{OWNER}",), (OWNER,))
    for business_id in ("trattoria", "bistro"):
        session = await services.identity.login(OWNER, PASSWORD, business_id)
        assert (session.claims.business_id, session.claims.role) == (business_id, "owner")
    own = business_file()
    own["users"][0]["password"] = "another one"
    with pytest.raises(Invalid, match="one person has one"):
        await services.businesses.load(own)


async def test_a_password_is_set_for_all_and_stays(services: Services) -> None:
    """It ends the logins that there are, opens all businesses, and a file that is loaded again
    brings the old one back to nobody."""
    await services.businesses.load(business_file())
    await services.businesses.load(_shared(PASSWORD))
    before = await services.identity.login(OWNER, PASSWORD)
    opens = await services.identity.set_password(OWNER.upper(), "a better one")
    assert [one.business_id for one in opens] == ["bistro", "trattoria"]
    with pytest.raises(Unauthenticated):
        await services.identity.refresh(before.refresh_token)
    loaded = await services.businesses.load(business_file())
    assert (loaded.changed, [one.record for one in loaded.kept]) == ((), [f"user/{OWNER}"])
    assert (await services.identity.login(OWNER, "a better one")).claims.role == "owner"
    with pytest.raises(Invalid):
        await services.identity.set_password(OWNER, "short")
    with pytest.raises(NotFound):
        await services.identity.set_password("nobody@example.org", "long enough")


async def test_a_new_person_needs_a_password(services: Services) -> None:
    with pytest.raises(Invalid, match="no account yet"):
        await services.businesses.load(_shared(None, "new@example.org"))
