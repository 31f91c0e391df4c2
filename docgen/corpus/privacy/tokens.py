"""What tokens and keys look like: the makes that detect-secrets knows, and those that teams leak beyond them.

In: nothing. Out: `RULES` and `PLUGINS`. Each is given with letters without which it cannot match, since most texts have none
of them. Only the patterns of the plugins are used, never their verification, which sends a secret over the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from docgen.corpus.privacy.placeholders import (
    holds_login,
    is_example_password,
    is_example_web_token,
    is_method_name,
    is_placeholder,
    is_random,
)


def is_no_example(value: str) -> bool:
    """Whether a value of a make that is beyond doubt is more than a placeholder."""
    return not is_placeholder(value)


def is_drawn(value: str) -> bool:
    """Whether a value is random, and neither a placeholder nor the name of a method."""
    return not is_placeholder(value) and is_random(value) and not is_method_name(value)


def _is_key_block(value: str) -> bool:
    return not re.search(r"\.{3}|…|<|x{8}|your", value, re.I)


def _is_connection_password(value: str) -> bool:
    return not is_example_password(value) and "(" not in value


def _is_web_token(value: str) -> bool:
    return JwtTokenDetector.is_formally_valid(value) and not is_example_web_token(value)


@dataclass(frozen=True)
class Rule:
    """Finds one `sort`: one of `hints` stands in every text with it, the group `value` is the secret if `accepts` says so."""

    sort: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    accepts: Callable[[str], bool]


@dataclass(frozen=True)
class Plugin:
    """A detector of detect-secrets: one of `hints` stands in every text with what it finds."""

    sort: str
    hints: tuple[str, ...]
    detector: RegexBasedDetector
    accepts: Callable[[str], bool] = is_no_example


def _rule(sort: str, hints: str, pattern: str, accepts: Callable[[str], bool] = is_no_example) -> Rule:
    return Rule(sort, tuple(hints.split()), re.compile(pattern), accepts)


def _token(sort: str, hints: str, pattern: str, accepts: Callable[[str], bool] = is_no_example) -> Rule:
    """A token that stands by itself, not within a longer run of letters and digits."""
    return _rule(sort, hints, rf"(?<![A-Za-z0-9])(?P<value>{pattern})(?![A-Za-z0-9])", accepts)


RULES = (
    _token("Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{30,40}"),
    _token("Hugging Face token", "api_org_", r"api_org_[A-Za-z0-9]{30,40}"),
    _token("GitHub token", "github_pat_", r"github_pat_\w{22,100}"),
    _token("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _token("PyPI token", "pypi-Ag", r"pypi-Ag[\w-]{50,250}"),
    _token("Google API key", "AIza", r"AIza[\w-]{35}"),
    _token("Google OAuth secret", "GOCSPX-", r"GOCSPX-[\w-]{28}"),
    _token("Google access token", "ya29.", r"ya29\.[\w-]{30,300}"),
    _token("API key", "sk-", r"sk-(?:ant-|proj-|svcacct-|or-)?[\w-]{24,200}", is_drawn),
    _token("Slack token", "xapp- xox", r"(?:xapp|xox[a-z])-[\w-]{16,200}", is_drawn),
    _token("Databricks token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),
    _token("Docker token", "dckr_pat_", r"dckr_pat_[\w-]{20,60}"),
    _token("DigitalOcean token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _token("Weights & Biases key", "wandb_v1_", r"wandb_v1_\w{40,100}"),
    _token("age key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    _token("HashiCorp Vault token", "hvs.", r"hvs\.[\w-]{24,200}"),
    _token("JSON Web Token", "eyJ", r"eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}(?:\.[\w-]{0,2000})?", _is_web_token),
    _rule(
        "private key",
        "PRIVATE",
        r"(?P<value>-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
        r"[\w\s+/=:,.\\()-]{0,10000}?[A-Za-z0-9+/=]{24}[\s\S]{0,20000}?"
        r"(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|\Z))",
        _is_key_block,
    ),
    _rule("private key", "PuTTY-User-Key-File", r"(?P<value>PuTTY-User-Key-File-\d:[\s\S]{0,5000}?Private-MAC: ?\w+)"),
    _rule("service account key", "private_key_id", r"private_key_id['\"]?\s*[:=]\s*['\"](?P<value>[0-9a-f]{40})['\"]"),
    _rule(
        "connection password",
        "://",
        r"(?<![\w+.-])[A-Za-z][A-Za-z0-9+.-]{1,24}://(?P<user>[^\s:/?#@'\"<>`]{0,64}):"
        r"(?P<value>[^\s@/'\"<>`]{3,128})@(?=[\w\[{$-])",
        _is_connection_password,
    ),
    _rule(
        "bearer token",
        "Bearer bearer BEARER",
        r"\b(?:[Bb]earer|BEARER)[\s:]{1,3}[\"'`]?(?P<value>[\w.~+/=-]{16,2000})",
        is_drawn,
    ),
    _rule(
        "authorization header",
        "uthorization",
        r"[Aa]uthorization[\"'`\]]{0,2}\s{0,3}[:=,]\s{0,3}[f\"'`]{0,2}(?:[Tt]oken|[Aa]pi[Kk]ey|[Kk]ey|Digest)[\s=]{1,3}"
        r"(?P<value>[\w.~+/=-]{10,2000})",
        is_drawn,
    ),
    _rule(
        "authorization header", "Basic basic", r"\b[Bb]asic\s{1,2}(?P<value>[A-Za-z0-9+/]{12,400}={0,2})(?![\w-])", holds_login
    ),
    _rule(
        "npm token",
        "_auth _password",
        r"\b_(?:auth(?:Token)?|password)\s{0,2}=\s{0,2}[\"']?(?P<value>[\w+/=.-]{8,400})",
        is_drawn,
    ),
)

PLUGINS = tuple(
    Plugin(sort, tuple(hints.split()), detector, accepts)
    for sort, hints, detector, accepts in (
        ("Artifactory token", "AKC AP", ArtifactoryDetector(), is_drawn),
        ("AWS key", "AKIA ASIA ABIA ACCA A3T aws AWS", AWSKeyDetector(), is_no_example),
        ("Azure storage key", "AccountKey=", AzureStorageKeyDetector(), is_no_example),
        ("Cloudant password", "cloudant", CloudantDetector(), is_no_example),
        ("Discord token", "M N O", DiscordBotTokenDetector(), is_drawn),
        ("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", GitHubTokenDetector(), is_no_example),
        (
            "GitLab token",
            "glpat- gldt- glft- glsoat- glrt- GR1348941 glcbt- glimt- glptt- glagent- gloas-",
            GitLabTokenDetector(),
            is_no_example,
        ),
        ("Mailchimp key", "-us", MailchimpDetector(), is_no_example),
        ("OpenAI key", "T3BlbkFJ", OpenAIDetector(), is_no_example),
        ("PyPI token", "pypi-", PypiTokenDetector(), is_no_example),
        ("SendGrid key", "SG.", SendGridDetector(), is_no_example),
        ("Slack token", "xox hooks.slack.com", SlackDetector(), is_no_example),
        ("SoftLayer key", "softlayer", SoftlayerDetector(), is_no_example),
        ("Square secret", "sq0csp-", SquareOAuthDetector(), is_no_example),
        ("Stripe key", "k_live_", StripeDetector(), is_no_example),
        ("Telegram token", ":AA", TelegramBotTokenDetector(), is_no_example),
        ("Twilio key", "AC SK", TwilioKeyDetector(), is_no_example),
    )
)
