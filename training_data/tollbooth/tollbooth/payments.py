"""Payments through a gateway, with amounts in minor units such as cents."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

DEFAULT_CURRENCY = "EUR"
DEFAULT_TIMEOUT = 15.0
MAX_AMOUNT = 2_000_000
SUPPORTED_CURRENCIES = ("EUR", "GBP", "USD")


class PaymentError(Exception):
    """Base class for payments that did not go through as asked."""


class PaymentDeclined(PaymentError):
    """The gateway refused the payment; nothing was taken."""


class PaymentUncertain(PaymentError):
    """The gateway did not answer in time; the outcome is unknown."""


class Gateway(Protocol):
    """What a payment provider has to offer."""

    def debit(self, token: str, amount: int, currency: str, *, timeout: float) -> dict[str, str]: ...


@dataclass
class Payment:
    """Money that was taken.

    :param id: Identifier given by the gateway.
    :param amount: Amount taken, in minor units.
    :param currency: Three-letter code.
    :param taken_on: Day of the payment.
    :param refunded: Part of the amount already paid back.
    """

    id: str
    amount: int
    currency: str
    taken_on: date
    refunded: int = 0

    @property
    def refundable(self) -> int:
        return self.amount - self.refunded


def parse_amount(text: str) -> int:
    """Convert a decimal text such as ``12.50`` to minor units.

    :param text: Amount with at most two decimals and a dot.
    :raises ValueError: If the text is not such an amount.
    """
    try:
        minor = Decimal(text.strip()) * 100
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {text!r}") from error
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise ValueError(f"not an amount with at most two decimals: {text!r}")
    return int(minor)


def charge(
    gateway: Gateway,
    token: str,
    amount: int,
    currency: str = DEFAULT_CURRENCY,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    today: date | None = None,
) -> Payment:
    """Take money through a gateway.

    :param gateway: The provider.
    :param token: Stands for the payer's card.
    :param amount: Amount in minor units.
    :param currency: One of ``SUPPORTED_CURRENCIES``.
    :param timeout: Seconds to wait for the gateway.
    :param today: Day to record, the current one if omitted.
    :returns: The payment as taken.
    """
    if not 0 < amount <= MAX_AMOUNT:
        raise ValueError(f"amount must be between 1 and {MAX_AMOUNT}, got {amount}")
    if currency not in SUPPORTED_CURRENCIES:
        raise ValueError(f"unsupported currency: {currency!r}")
    try:
        reply = gateway.debit(token, amount, currency, timeout=timeout)
    except TimeoutError as error:
        raise PaymentUncertain(f"no answer within {timeout} seconds") from error
    if reply["status"] == "declined":
        raise PaymentDeclined(reply.get("reason", "no reason given"))
    if reply["status"] != "taken":
        raise PaymentError(f"unexpected status {reply['status']!r}")
    return Payment(reply["id"], amount, currency, today or date.today())


def charge_cents(gateway: Gateway, token: str, cents: int) -> Payment:
    """Deprecated, use :func:`charge`."""
    warnings.warn("charge_cents is deprecated, use charge", DeprecationWarning, stacklevel=2)
    return charge(gateway, token, cents, "USD")
