"""Payments, refunds and idempotency keys."""

from tollbooth.idempotency import (
    Entry,
    IdempotencyStore,
    KeyConflictError,
    KeyInFlightError,
    fingerprint,
)
from tollbooth.payments import (
    Payment,
    PaymentDeclined,
    PaymentError,
    PaymentUncertain,
    charge,
    charge_cents,
    parse_amount,
)
from tollbooth.refunds import Refund, RefundError, issue_refund, refund_each, split_amount

__all__ = [
    "Entry",
    "IdempotencyStore",
    "KeyConflictError",
    "KeyInFlightError",
    "Payment",
    "PaymentDeclined",
    "PaymentError",
    "PaymentUncertain",
    "Refund",
    "RefundError",
    "charge",
    "charge_cents",
    "fingerprint",
    "issue_refund",
    "parse_amount",
    "refund_each",
    "split_amount",
]
