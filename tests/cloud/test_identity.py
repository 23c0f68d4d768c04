"""People sign in, go on, and are out when a token was stolen. Appliances are paired once."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from cloud.services import Services
from cloud.services.devices import ALPHABET
from domain.errors import Forbidden, NotFound, Unauthenticated
from tests.support.cloud import (
    OWNER,
    PASSWORD,
    MovableClock,
    business_file,
    http_client,
    token_for,
)

DAY_S = 24 * 3600


async def test_signing_in_and_going_on_over_http(services: Services) -> None:
    """Email and password open the business; the refresh token goes on; logging out ends it."""
    async with http_client(services) as client:
        login = {"email": OWNER.upper(), "password": PASSWORD}
        signed_in = (await client.post("auth/login", json=login)).json()
        assert (signed_in["business_id"], signed_in["role"]) == ("trattoria", "owner")
        bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}
        mine = await client.get("businesses/my", headers=bearer)
        assert mine.json() == [{"business_id": "trattoria", "role": "owner", "name": "Trattoria"}]
        token = {"refresh_token": signed_in["refresh_token"]}
        gone_on = (await client.post("auth/refresh", json=token)).json()
        assert gone_on["business_id"] == "trattoria"
        token = {"refresh_token": gone_on["refresh_token"]}
        assert (await client.post("auth/logout", json=token)).status_code == 204
        assert (await client.post("auth/refresh", json=token)).status_code == 401


@pytest.mark.parametrize(("email", "password"), [(OWNER, "wrong"), ("nobody@x.example", PASSWORD)])
async def test_a_wrong_login_does_not_say_what_is_wrong(
    services: Services, email: str, password: str
) -> None:
    """A wrong password and an unknown address are refused in the same words."""
    with pytest.raises(Unauthenticated, match="address or the password"):
        await services.identity.login(email, password)


async def test_a_login_names_one_of_the_users_businesses(services: Services) -> None:
    """Another's business cannot be signed in to; of one's own, any."""
    with pytest.raises(Forbidden):
        await services.identity.login(OWNER, PASSWORD, "bistro")
    both = business_file("bistro", "+4930222")
    both["users"] = [{"email": OWNER, "password": PASSWORD, "role": "staff"}]
    await services.businesses.load(both)
    session = await services.identity.login(OWNER, PASSWORD, "bistro")
    assert (session.claims.business_id, session.claims.role) == ("bistro", "staff")


async def test_a_refresh_token_used_twice_ends_the_login(services: Services) -> None:
    """Whoever stole it and whoever owned it are both out; another login is not."""
    stolen = await services.identity.login(OWNER, PASSWORD)
    other = await services.identity.login(OWNER, PASSWORD)
    gone_on = await services.identity.refresh(stolen.refresh_token)
    for token in (stolen.refresh_token, gone_on.refresh_token):
        with pytest.raises(Unauthenticated):
            await services.identity.refresh(token)
    await services.identity.refresh(other.refresh_token)


async def test_a_refresh_token_used_at_the_same_time_works_once(services: Services) -> None:
    """Ten uses at once: no more than one gets a session."""
    session = await services.identity.login(OWNER, PASSWORD)
    answers = await asyncio.gather(
        *(services.identity.refresh(session.refresh_token) for _ in range(10)),
        return_exceptions=True,
    )
    assert sum(not isinstance(a, Unauthenticated) for a in answers) == 1


async def test_a_refresh_token_ends_after_thirty_days(
    services: Services, clock: MovableClock
) -> None:
    """On the 29th day it goes on, and 31 days after that it doesn't."""
    session = await services.identity.login(OWNER, PASSWORD)
    clock.ahead_s = 29 * DAY_S
    session = await services.identity.refresh(session.refresh_token)
    clock.ahead_s += 31 * DAY_S
    with pytest.raises(Unauthenticated):
        await services.identity.refresh(session.refresh_token)


async def test_a_guesser_has_to_wait(services: Services, clock: MovableClock) -> None:
    """After ten refusals even the right password is not looked at, until a minute has passed."""
    async with http_client(services) as client:
        wrong = {"email": OWNER, "password": "wrong"}
        right = {"email": OWNER, "password": PASSWORD}
        for _ in range(10):
            assert (await client.post("auth/login", json=wrong)).status_code == 401
        assert (await client.post("auth/login", json=right)).status_code == 429
        device = {"device_id": "edge-1", "device_secret": "wrong"}
        unharmed = await client.post("devices/token", json=device)
        assert unharmed.status_code == 401, "others behind the same balancer are still looked at"
        clock.ahead_s = 61
        assert (await client.post("auth/login", json=right)).status_code == 200


async def test_pairing_codes_cannot_be_guessed_at(services: Services) -> None:
    """Ten wrong codes from one address, then it has to wait."""
    async with http_client(services) as client:
        code = {"code": "AAAAAAAA", "name": "x"}
        statuses = [(await client.post("devices/pair", json=code)).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_guessing_all_at_once_is_no_faster(services: Services) -> None:
    """Of thirty passwords that arrive together, ten are looked at; right ones leave no trace."""
    async with http_client(services) as client:
        right = {"email": OWNER, "password": PASSWORD}
        for _ in range(11):
            assert (await client.post("auth/login", json=right)).status_code == 200
        wrong = {"email": OWNER, "password": "wrong"}
        guesses = (client.post("auth/login", json=wrong) for _ in range(30))
        statuses = [guess.status_code for guess in await asyncio.gather(*guesses)]
        assert (statuses.count(401), statuses.count(429)) == (10, 20)


async def test_a_device_is_paired_and_syncs(owner: httpx.AsyncClient, services: Services) -> None:
    """The owner's code makes a device; its secret makes a token; the token reads the feed."""
    code = (await owner.post("devices/pairing-codes")).json()["code"]
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    async with http_client(services) as box:
        spoken = {"code": f"{code[:4]}-{code[4:]}".lower(), "name": "Kitchen box"}
        paired = await box.post("devices/pair", json=spoken)
        assert paired.status_code == 201, paired.text
        assert paired.json()["business_id"] == "trattoria"
        secret = {name: paired.json()[name] for name in ("device_id", "device_secret")}
        for _ in range(2):  # a lost reply costs nothing: the secret goes on working
            token = (await box.post("devices/token", json=secret)).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert (await box.get("sync/changes", headers=bearer)).status_code == 200
        wrong = secret | {"device_secret": "x"}
        assert (await box.post("devices/token", json=wrong)).status_code == 401
        assert (await box.post("devices/pair", json=spoken)).status_code == 401


async def test_a_pairing_code_pairs_one_device(services: Services) -> None:
    """Ten boxes try one code at once: one gets in."""
    code = (await services.devices.pairing_code("trattoria")).code
    answers = await asyncio.gather(
        *(services.devices.pair(code, f"box {n}") for n in range(10)), return_exceptions=True
    )
    assert sum(not isinstance(a, Unauthenticated) for a in answers) == 1


async def test_a_pairing_code_ends_after_ten_minutes(
    services: Services, clock: MovableClock
) -> None:
    """A code that was written on the wall opens nothing the next day."""
    code = (await services.devices.pairing_code("trattoria")).code
    clock.ahead_s = 10 * 60 + 1
    with pytest.raises(Unauthenticated):
        await services.devices.pair(code, "box")


async def test_no_code_for_a_business_that_is_not_there(services: Services) -> None:
    """Asked for by a mistyped id, there is no code."""
    with pytest.raises(NotFound):
        await services.devices.pairing_code("nowhere")


async def test_a_device_is_no_owner(services: Services) -> None:
    """An appliance makes no codes, changes no menu and has no businesses to choose from."""
    token = token_for(services, sub="edge-1", role="staff", kind="device")
    async with http_client(services, token) as box:
        assert (await box.post("devices/pairing-codes")).status_code == 403
        assert (await box.get("businesses/my")).status_code == 403
