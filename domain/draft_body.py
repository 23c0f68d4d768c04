"""A draft as a client sends it: what it says of the customer is read as strictly as the rest.

A stored customer keeps fields that a newer program has added; a request's would be lost, and with a
slip in its name the telephone number of whoever waits for the food.
"""

from __future__ import annotations

from msgspec.structs import asdict

from domain.order import Customer
from domain.ordering import Draft

__all__ = ["DraftBody", "DraftCustomer"]


class DraftCustomer(Customer, frozen=True, forbid_unknown_fields=True):
    """A name, a telephone number, an address; nothing else."""


class DraftBody(Draft, frozen=True, forbid_unknown_fields=True):
    """What `POST …/orders` takes, at the edge and in the cloud."""

    customer: DraftCustomer = DraftCustomer()

    def draft(self) -> Draft:
        """The same with a plain customer, as it is placed and stored."""
        fields = {name: getattr(self, name) for name in Draft.__struct_fields__}
        return Draft(**fields | {"customer": Customer(**asdict(self.customer))})
