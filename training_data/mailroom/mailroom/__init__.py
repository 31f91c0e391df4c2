"""Templates, queues and bounce handling for the mail a service sends."""

from mailroom.bounces import Bounce, SuppressedError, SuppressionList, classify, hard_only
from mailroom.queues import Message, Outbox, QueueFull, drain
from mailroom.templates import MissingField, Template, TemplateError, load_templates

__all__ = [
    "Bounce",
    "Message",
    "MissingField",
    "Outbox",
    "QueueFull",
    "SuppressedError",
    "SuppressionList",
    "Template",
    "TemplateError",
    "classify",
    "drain",
    "hard_only",
    "load_templates",
]
