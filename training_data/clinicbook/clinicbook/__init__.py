"""Appointment slots and reminders for a small clinic."""

from clinicbook.reminders import (
    Reminder,
    ReminderError,
    ReminderQueue,
    reminder_time,
    render_reminder,
    send_due,
)
from clinicbook.slots import Diary, LateCancelError, Slot, SlotTakenError, day_slots

__all__ = [
    "Diary",
    "LateCancelError",
    "Reminder",
    "ReminderError",
    "ReminderQueue",
    "Slot",
    "SlotTakenError",
    "day_slots",
    "reminder_time",
    "render_reminder",
    "send_due",
]
