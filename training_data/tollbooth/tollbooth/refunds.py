"""Refunds against payments, whole or in part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tollbooth.payments import Payment

REFUND_WINDOW_DAYS = 90
DEFAULT_REASON = "requested by customer"


class RefundError(Exception):
    """Raised when a payment cannot be refunded as asked.

    :param message: What is wrong.
    :param payment_id: The payment concerned.
    """

    def __init__(self, message: str, payment_id: str) -> None:
        super().__init__(f"{payment_id}: {message}")
        self.payment_id = payment_id


@dataclass(frozen=True)
class Refund:
    payment_id: str
    amount: int
    reason: str
    issued_on: date


def issue_refund(
    payment: Payment,
    amount: int | None = None,
    *,
    reason: str = DEFAULT_REASON,
    today: date | None = None,
    window_days: int = REFUND_WINDOW_DAYS,
) -> Refund:
    """Record a refund and add it to ``payment.refunded``.

    :param payment: Payment to refund.
    :param amount: Minor units to pay back, all that is left if omitted.
    :param reason: Kept with the refund.
    :param today: Day of the refund, the current one if omitted.
    :param window_days: Age in days up to which a payment is refundable.
    :returns: The refund.
    """
    today = today or date.today()
    if today - payment.taken_on > timedelta(days=window_days):
        raise RefundError(f"older than {window_days} days", payment.id)
    if payment.refundable == 0:
        raise RefundError("already refunded in full", payment.id)
    if amount is None:
        amount = payment.refundable
    if amount <= 0:
        raise ValueError(f"amount must be positive, got {amount}")
    if amount > payment.refundable:
        raise RefundError(f"only {payment.refundable} left to refund", payment.id)
    payment.refunded += amount
    return Refund(payment.id, amount, reason, today)


def split_amount(total: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount in proportion to weights, without losing a unit.

    :param total: Minor units to divide.
    :param weights: One weight for each share.
    :returns: Shares in the order of the weights; they add up to ``total``.
    """
    if total < 0:
        raise ValueError(f"total must not be negative, got {total}")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        raise ValueError("at least one weight must be positive")
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: total * weights[i] % whole, reverse=True)
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def refund_each(payments: Iterable[Payment], *, reason: str = DEFAULT_REASON) -> Iterator[Refund | RefundError]:
    for payment in payments:
        try:
            yield issue_refund(payment, reason=reason)
        except RefundError as error:
            yield error
