"""Keeps the machine-learning libraries from speaking and from calling home.

In: nothing. Out: environment variables and log levels, set before the first of those libraries is imported, because that is
when they read them. One reason: what a library sends or prints without being asked.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings

_TALKATIVE = ("bitsandbytes", "transformers", "trl", "peft", "accelerate", "datasets")


def quiet_libraries() -> None:
    """Turns telemetry off, unless the environment says otherwise, and lets through errors only. Call it before the imports."""
    unset = "HF_HUB_DISABLE_TELEMETRY" not in os.environ
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    # bitsandbytes warns on each import about a kernel that only the Hub has; docgen does not fetch native code.
    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    # The libraries warn of each other's renamed options.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(?:transformers|trl|peft|accelerate)\b")
    warnings.filterwarnings("ignore", message="fan_in_fan_out is set to", category=UserWarning)
    constants = sys.modules.get("huggingface_hub.constants")
    if unset and constants is not None:  # imported before docgen: it has read the environment already
        constants.HF_HUB_DISABLE_TELEMETRY = True  # type: ignore[attr-defined]
