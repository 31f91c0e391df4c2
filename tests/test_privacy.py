"""Secrets and personal data: what is found, what is let through, and what becomes of a row with them.

No secret stands in this file: each is put together when the tests run, so that scanners of this repository stay quiet.
"""

from __future__ import annotations

import base64
import json
import random
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.claims import verify
from docgen.corpus.privacy import Found, Place, Privacy, redacted
from docgen.corpus.removal import Removed
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact
from docgen.report import InputError
from docgen.settings import CorpusSettings

LETTERS = string.ascii_letters + string.digits


def drawn(length: int, alphabet: str = LETTERS, seed: int = 1) -> str:
    """Random letters, the same in every run."""
    return "".join(random.Random(seed).choices(alphabet, k=length))


def encoded(value: object) -> str:
    """A part of a web token: JSON in base64 without its padding."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def key_block(kind: str, newline: str = "\n") -> str:
    lines = [drawn(64, LETTERS + "+/", seed) for seed in range(4)]
    return newline.join([f"-----BEGIN {kind}PRIVATE" + " KEY-----", *lines, f"-----END {kind}PRIVATE" + " KEY-----"])


HEX = "0123456789abcdef"
PASSWORD = "Xk9#" + "mmQ2!v"
WEB_TOKEN = ".".join((encoded({"alg": "HS256", "typ": "JWT"}), encoded({"sub": "u-81723", "aud": "billing"}), drawn(43)))

# id, the text with {} for the secret, the secret
SECRETS: list[tuple[str, str, str]] = [
    ("RSA key block", "Put this in place:\n\n{}\n", key_block("RSA ")),
    ("key block of OpenSSH", "{}", key_block("OPENSSH ")),
    ("key block in one line of JSON", '{{"private_key": "{}"}}', key_block("", "\\n")),
    ("key block without an end", "Key:\n{}", key_block("EC ").rpartition("\n")[0]),
    ("service account's key id", '{{"type": "service_account", "private_key_id": "{}"}}', drawn(40, HEX)),
    ("AWS access key", "Use the key {} for uploads.", "AK" + "IA" + drawn(16, string.ascii_uppercase + "234567")),
    ("AWS session key", "aws_access_key_id = {}", "AS" + "IA" + drawn(16, string.ascii_uppercase + "234567", 2)),
    ("AWS secret", "aws_secret_access_key = {}", drawn(40, LETTERS + "/+", 3)),
    ("AWS secret in quotes", 'AWS_SECRET_ACCESS_KEY="{}"', drawn(40, LETTERS, 4)),
    ("GitHub token", "git clone https://{}@github.com/team/repo.git", "gh" + "p_" + drawn(36)),
    ("GitHub token of an app", "GITHUB_TOKEN={}", "gh" + "s_" + drawn(36, LETTERS, 6)),
    ("fine-grained GitHub token", "Set GH to {}.", "github" + "_pat_" + drawn(60)),
    ("GitLab token", "curl --header 'PRIVATE-TOKEN: {}' https://git.host", "gl" + "pat-" + drawn(20)),
    ("Slack bot token", "`{}` posts to the channel", "xo" + "xb-123981723-918273981-" + drawn(24)),
    ("Slack webhook", "Post to {} when done", "https://hooks.slack.com/services/" + "T0AB12CD/B0XY34ZW/" + drawn(24)),
    ("Hugging Face token", "Log in with {}.", "h" + "f_" + drawn(34, string.ascii_letters)),
    ("Hugging Face token in code", 'model = load("team/model", token="{}")', "h" + "f_" + drawn(34, string.ascii_letters, 5)),
    ("npm token in .npmrc", "//registry.npmjs.org/:_authToken={}", "np" + "m_" + drawn(36)),
    ("old token in .npmrc", "//registry.npmjs.org/:_authToken={}", "-".join(drawn(n, HEX, n) for n in (8, 4, 4, 4, 12))),
    ("PyPI token in .pypirc", "[pypi]\nusername = __token__\npassword = {}", "py" + "pi-AgEIcHlwaS5vcmc" + drawn(90)),
    ("password in .pypirc", "[internal]\nusername = build\npassword = {}", "Trx8" + "-kwUp-41"),
    ("password in .netrc", "machine git.host login build password {}", "sommer" + "regen7"),
    ("OpenAI key", "export OPENAI_API_KEY={}", "s" + "k-" + drawn(20) + "T3Blbk" + "FJ" + drawn(20, seed=2)),
    ("key of another model server", "client = Client('{}')", "s" + "k-ant-api03-" + drawn(80)),
    ("Google API key", "https://maps.googleapis.com/maps/api/js?key={}", "AI" + "za" + drawn(35)),
    ("Google access token", "{}", "ya" + "29." + drawn(60)),
    ("Stripe key", "stripe.api_key = '{}'", "sk" + "_live_" + drawn(24)),
    ("SendGrid key", "SENDGRID={}", "S" + "G." + drawn(22) + "." + drawn(43)),
    ("Telegram token", "bot {}", "123987456:" + "AA" + drawn(33)),
    ("Twilio key", "Client('{}')", "S" + "K" + drawn(32, HEX)),
    (
        "Azure storage key",
        "EndpointsProtocol=https;{};EndpointSuffix=core",
        "Account" + "Key=" + drawn(86, LETTERS + "+/") + "==",
    ),
    ("Databricks token", "export DATABRICKS={}", "da" + "pi" + drawn(32, HEX)),
    ("web token", "The cookie is {}.", WEB_TOKEN),
    ("bearer header", "Authorization: Bearer {}", drawn(40)),
    ("bearer header in curl", "curl -H 'Authorization: Bearer {}' https://api.host/v1", drawn(32, LETTERS, 7)),
    ("bearer header in Python", 'headers = {{"Authorization": "Bearer {}"}}', drawn(48, LETTERS, 8)),
    ("basic header", "Authorization: Basic {}", base64.b64encode(f"deploy:{PASSWORD}".encode()).decode()),
    ("token header", "Authorization: Token {}", drawn(40, HEX, 9)),
    ("connection to Postgres", "postgresql://app:{}@db.company.net:5432/billing", "sommer" + "regen"),
    ("connection to MongoDB", "mongodb+srv://reader:{}@cluster0.ab1cd.mongodb.net/x", drawn(16)),
    ("connection to Redis without a user", "redis://:{}@cache.company.net:6379/0", drawn(20)),
    ("connection to a registry", "https://robot:{}@registry.company.net/simple", drawn(24)),
    ("connection through a proxy", "http_proxy=http://jd:{}@proxy.company.net:8080", "Pr0xy" + "-77!"),
    ("password in Python", 'password = "{}"', PASSWORD),
    ("password as an argument", "connect(host, user='app', password='{}')", "trustno" + "1-2024"),
    ("password with an annotation", 'def login(user: str, password: str = "{}") -> None: ...', PASSWORD),
    ("password in JSON", '{{"db_password": "{}"}}', "Gk7-" + "polar-Bear"),
    ("password in YAML", "database:\n  user: app\n  password: {}\n", "w8Kd" + "zz41Lm"),
    ("password in an ADO string", "Server=db;User Id=app;Password={};", "w8Kd" + "$z41Lm"),
    ("password in an environment file", "DB_PASSWORD={}\nDB_HOST=db\n", "h8Gd" + "q-41Lm"),
    ("password of a command", "mysql -u root --password={} billing", "q9Zr" + "4tLm"),
    ("login of curl", "curl -u deploy:{} https://files.host/x", "q9Zr" + "4tLm!"),
    ("password in prose", "The password is `{}`.", "tR4x" + "!loQ9z"),
    ("password in a list", "- **Password**: `{}`", "tR4x" + "!loQ9z"),
    ("pass phrase", "passphrase: '{}'", "otter7" + "canyon!mill"),
    ("API key in Python", 'api_key = "{}"', drawn(32)),
    ("API key in YAML", "api-key: {}", drawn(32, HEX, 11)),
    ("API key in a query", "GET https://api.host/v2/items?api_key={}&limit=5", drawn(32, LETTERS, 12)),
    ("client secret", "client_secret: '{}'", drawn(36, LETTERS + "-_", 13)),
    ("secret key of a web framework", "SECRET_KEY = '{}'", "x" + drawn(49, LETTERS, 14)),
    ("signing secret", 'SLACK_SIGNING_SECRET = "{}"', drawn(32, HEX, 15)),
    ("token of a command", "upload --token {} dist", drawn(28, LETTERS, 16)),
    ("random string under a name of its own", 'billing = "{}"', drawn(44, LETTERS, 17)),
]


@pytest.mark.parametrize(("text", "secret"), [row[1:] for row in SECRETS], ids=[row[0] for row in SECRETS])
def test_a_secret_is_masked_whole(text: str, secret: str) -> None:
    safe = redacted(text.format(secret))
    assert "[secret]" in safe
    assert not any(secret[at : at + 6] in safe for at in range(len(secret) - 5)), safe


NO_SECRETS: list[tuple[str, str]] = [
    ("commit", "Fixed in 3f786850e387550fdab836ed7e6dc881de23001b."),
    ("commit that is assigned", 'revision = "3f786850e387550fdab836ed7e6dc881de23001b"'),
    ("UUID", 'id: "123e4567-e89b-12d3-a456-426614174000"'),
    ("checksum", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("checksum that is assigned", "md5 = 'd41d8cd98f00b204e9800998ecf8427e'"),
    ("checksum of a package", 'integrity: "sha512-' + drawn(86) + '=="'),
    ("digest of an image", "python@sha256:" + drawn(64, HEX)),
    ("placeholder of an API key", 'api_key = "YOUR_API_KEY"'),
    ("placeholder in words", 'token="your-access-token-goes-here"'),
    ("crosses", 'api_key="xxxxxxxxxxxxxxxxxxxxxxxx"'),
    ("stars", 'password = "********"'),
    ("changeme", 'password: "changeme"'),
    ("changeme with digits", "DB_PASSWORD=changeme123"),
    ("cut token", 'openai.api_key = "sk-..."'),
    ("crosses behind a prefix", "export TOKEN=" + "gh" + "p_" + "x" * 36),
    ("angle brackets", "Authorization: Bearer <token>"),
    ("a variable of the shell", "Authorization: Bearer $ACCESS_TOKEN_FOR_DOCS"),
    ("a variable of the shell in braces", "postgres://app:${DB_PASSWORD}@db.company.net/x"),
    ("a variable of Jinja", "password: {{ vault_password }}"),
    ("a variable of Python", 'f"https://{user}:{password}@{host}/"'),
    ("AWS's documented key", "aws_access_key_id = AK" + "IAIOSFODNN7EXAMPLE"),
    ("AWS's documented secret", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"),
    ("the documented web token", ".".join((encoded({"alg": "HS256"}), encoded({"sub": "1234567890", "name": "J"}), drawn(43)))),
    ("the standard's basic header", "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    ("an example's connection", "postgresql://user:password@localhost/test"),
    ("an example's connection of SQLAlchemy", "mysql://scott:tiger@hostname/dbname"),
    ("user and password alike", "amqp://guest:guest@rabbit:5672//"),
    ("password of an example", 'login("alice", password="secret")'),
    ("password in leet", "password='p@ssw0rd'"),
    ("password from the environment", 'password = os.environ["DB_PASSWORD"]'),
    ("password from a call", "password=getpass.getpass()"),
    ("password from settings", "password = settings.database.password1"),
    ("password that is a name", "password=new_password2"),
    ("password that is typed", "password: str | None = None"),
    ("password that is described", "password : str, optional\n    The password of the user."),
    ("password file", 'password_file = "/run/secrets/db1"'),
    ("password hasher", 'PASSWORD_HASHER = "pbkdf2_sha256"'),
    ("password's method", "password: pbkdf2_sha256"),
    ("token of a tokenizer", "pad_token='<|endoftext|>'"),
    ("token by name", 'eos_token: "</s>", cls_token: "[CLS]"'),
    ("token from an attribute", "token=tokenizer.additional_special_tokens[0]"),
    ("token that is a long name", "token = refresh_access_token_for_service_accounts"),
    ("key of a dictionary", 'key = "model.layers.0.self_attn.q_proj.weight"'),
    ("primary key", 'primary_key = "customer_identifier_2024"'),
    ("API key by description", "api_key: The key that the service gave you on 2024-05-01."),
    ("API key from a vault", 'api_key = Secret.from_env_var("SERVICE_API_KEY_2")'),
    ("image in base64", "![x](data:image/png;base64," + drawn(400, LETTERS + "+/") + ")"),
    ("image in quotes", 'src="data:image/png;base64,' + drawn(100, LETTERS + "+/") + '"'),
    ("long identifier", "`AutoModelForSequenceClassificationWithPoolingHead2`"),
    ("dotted name", "sklearn.linear_model.LogisticRegressionCV.predict_log_proba"),
    ("long URL", "https://docs.host/en/3.12/library/functools.html#functools.lru_cache"),
    ("URL with a port", "http://localhost:8080/@scope/package"),
    ("URL of a pinned file", "https://raw.host/team/repo/3f786850e387550fdab836ed7e6dc881de23001b/x.py"),
    ("alphabet", f'alphabet = "{string.ascii_uppercase + string.digits}"'),
    ("the word bearer", "The bearer authentication scheme is described in the standard."),
    ("the word basic", "Basic configuration: call `basicConfig` once."),
    ("key block that is cut", "-----BEGIN PRIVATE" + " KEY-----\n...\n-----END PRIVATE" + " KEY-----"),
    ("key block that is named", "The file starts with `-----BEGIN RSA PRIVATE" + " KEY-----`."),
    ("format of a token", "Tokens start with `gh" + "p_` and have 36 letters."),
    ("name in capitals", "ACCESS_TOKEN_EXPIRES_IN_SECONDS = 3600"),
    ("class with a long name", "`APDescriptorFactory` builds `ACCOUNTS`."),
    ("order of sorting", "sort_key='created_at_descending_v2'"),
    ("DNA", 'barcode = "ACGTACGTTAGCCATGACGTACGTTAGCCATG"'),
    ("a path", "weights = 'runs/2024-05-01/checkpoint_12000/model.safetensors'"),
]


@pytest.mark.parametrize("text", [row[1] for row in NO_SECRETS], ids=[row[0] for row in NO_SECRETS])
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert redacted(text) == text


PERSONAL: list[tuple[str, str, str]] = [
    ("e-mail", "Ask jane.doe@company.net first.", "Ask [e-mail] first."),
    ("e-mail in brackets", "Jane <jd@company.co.uk>", "Jane <[e-mail]>"),
    ("e-mail at a sentence's end", "Write to ops@company.io.", "Write to [e-mail]."),
    ("e-mail as a link", "[mail](mailto:jane@company.de)", "[mail](mailto:[e-mail])"),
    ("e-mail with a tag", "jane+docs@company.com", "[e-mail]"),
    ("e-mail that is spelled", "jane (at) company (dot) com", "[e-mail]"),
    ("phone with a country", "Reach us at +49 30 901820.", "Reach us at [phone]."),
    ("phone with brackets", "Support: +44 (0)20 7219 3000", "Support: [phone]"),
    ("phone with two noughts", "From abroad 0041 44 668 18 00", "From abroad [phone]"),
    ("phone by its word", "Phone: (212) 736-5000", "Phone: [phone]"),
    ("fax", "Fax 030 901820", "Fax [phone]"),
    ("call", "call us at 212-736-5000 at night", "call us at [phone] at night"),
    ("author", "Author: Jane Doe", "Author: [person]"),
    ("author in a comment", "# Author: Jane Doe <jane@company.net>", "# Author: [person] <[e-mail]>"),
    ("authors", "Authors: Jane Doe, John R. Smith and Ana de Souza", "Authors: [person], [person] and [person]"),
    ("authors in a list", "Authors:\n- Jane Doe\n- John Smith\n", "Authors:\n- [person]\n- [person]\n"),
    ("author as a field", ":author: Jane Doe", ":author: [person]"),
    ("author as a tag", " * @author Jane Doe", " * @author [person]"),
    ("author in Python", '__author__ = "Jane Doe"', '__author__ = "[person]"'),
    ("author of a module", ".. moduleauthor:: Jane Doe <jd@company.net>", ".. moduleauthor:: [person] <[e-mail]>"),
    ("author in bold", "**Author:** Jürgen Müller", "**Author:** [person]"),
    ("maintainers", "Maintainers: Jane O'Hara; Li-Wei Chen", "Maintainers: [person]; [person]"),
    (
        "written by",
        "Originally written by Jane Doe for the billing team.",
        "Originally written by [person] for the billing team.",
    ),
    ("copyright", "Copyright (c) 2020 Jane Doe", "Copyright (c) 2020 [person]"),
    (
        "copyright with years",
        "Copyright 2018-2021, Jane Doe and contributors",
        "Copyright 2018-2021, [person] and contributors",
    ),
    ("copyright sign", "© 2020 Jane Doe. All rights reserved.", "© 2020 [person]. All rights reserved."),
    ("host in a URL", "See http://wiki.internal/runbook.", "See http://[host]/runbook."),
    ("host with a hyphen", "Runs on build-01.corp at night.", "Runs on [host] at night."),
    ("host with a port", "redis.prod.internal:6379", "[host]:6379"),
    ("host of Bonjour", "ssh printer.local", "ssh [host]"),
    ("host of a network", "files.munich.lan holds them", "[host] holds them"),
    ("intranet", "https://intranet.company.net/wiki", "https://[host]/wiki"),
    ("address of class A", "The gateway is 10.1.2.3.", "The gateway is [host]."),
    ("address of class B", "http://172.20.0.9:8000/", "http://[host]:8000/"),
    ("address of class C", "192.168.17.4 answers", "[host] answers"),
    ("home on Linux", "/home/jane/models/base", "/home/[user]/models/base"),
    ("home on a Mac", "cd '/Users/jdoe/work'", "cd '/Users/[user]/work'"),
    ("home on Windows", r"C:\Users\jane.doe\models", r"C:\Users\[user]\models"),
    ("home in an escaped string", r'"C:\\Users\\jane\\models"', r'"C:\\Users\\[user]\\models"'),
]


@pytest.mark.parametrize(("text", "safe"), [row[1:] for row in PERSONAL], ids=[row[0] for row in PERSONAL])
def test_personal_data_is_masked_and_nothing_else(text: str, safe: str) -> None:
    assert redacted(text) == safe


NOT_PERSONAL: list[tuple[str, str]] = [
    ("example address", "user@example.com, jane@mail.example.org, a@b.example"),
    ("nobody reads it", "noreply@company.net and no-reply@company.net"),
    ("placeholder address", "your.name@company.com, name@domain.com"),
    ("clone over ssh", "git clone git@github.com:team/repo.git"),
    ("copy over ssh", "scp model.bin deploy@files.company.net:/srv/models"),
    ("URL with a user", "ssh://jane@git.company.net/repo and https://jane@bitbucket.org/x"),
    ("decorator", "@functools.lru_cache\ndef load(): ...\n@app.route('/x')"),
    ("version", "pip install react@18.2.0 package@v1.2.beta left@latest"),
    ("picture", "![x](icon@2x.png)"),
    ("product of matrices", "y = X@self.weights.T + b; z = q@k.transpose(0, 1)"),
    ("algorithm", "`sk-ssh-ed25519@openssh.com`"),
    ("handle", "Thanks to @jdoe!"),
    ("version numbers", "1.2.3.4567890, 2024.10.1 and 10.2.0"),
    ("date", "2024-05-01 12:30:00 and 01.05.2024"),
    ("ISBN", "ISBN 978-3-16-148410-0"),
    ("DOI", "https://doi.org/10.1109/5.771073"),
    ("hexadecimal", "0x0041446681800 and deadbeef0041446681800"),
    ("decimals", "+3.14159265358, 1e+10, 0.00123456789"),
    ("identifier", "job 4953012345678 of run 20240501123000"),
    ("time zone", "12:30+01:00"),
    ("call of a function", "call 3 times; called 1000000000 times"),
    ("number of a film", "Phone: (212) 555-0142"),
    ("author as a parameter", "author: str\n    The author of the book."),
    ("author in prose", "author: The person who wrote the entry."),
    ("group of authors", "Authors: The Docs Team"),
    ("company", "Copyright (c) 2020 Example Company Ltd."),
    ("foundation", "Copyright 2001-2024 Python Software Foundation"),
    ("project", "Copyright (c) 2015 the project's contributors"),
    ("written by hand", "written by hand, or created by the `build` command"),
    ("mathematicians", "The Bayes rule of Thomas Bayes and the Poisson distribution."),
    ("loopback", "http://127.0.0.1:8000, 0.0.0.0 and localhost"),
    ("documentation range", "192.0.2.1, 198.51.100.7 and 203.0.113.9"),
    ("private ranges themselves", "10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16"),
    ("version of a driver", "CUDA 10.1.105.2"),
    ("attribute called local", "threading.local() and self.local.value"),
    ("module called internal", "package.core.internal holds what is private"),
    ("container's host", "http://host.docker.internal:8080 and api.default.svc.cluster.local"),
    ("home of nobody", "/home/user/x, /home/runner/work, /Users/username/x and ~/x"),
    ("home as a page", "https://company.com/home/page/x"),
    ("users of an API", "GET /users/octocat/repos"),
]


@pytest.mark.parametrize("text", [row[1] for row in NOT_PERSONAL], ids=[row[0] for row in NOT_PERSONAL])
def test_what_only_looks_personal_stays(text: str) -> None:
    assert redacted(text) == text


# Rows ---------------------------------------------------------------------------------------------------------------------

FACTS = (
    Fact("kind", "function"),
    Fact("parameters", ["user", "password"]),
    Fact("parameters.password.default", f"'{PASSWORD}'"),
)
ROW = Example(
    Brief("use-case", "Use Case", "store.login", FACTS, f"def login(user, password='{PASSWORD}'): ..."),
    f"The default of `password` is `{PASSWORD}`.",
    "store",
    "MIT",
    "markdown",
    "docs/login.md",
    12,
)


def guarded(example: Example, secrets: str = "remove", personal: str = "mask") -> tuple[Example | Removed, Found]:
    privacy = Privacy(CorpusSettings(secrets=secrets, personal=personal))
    return privacy.guard(example), privacy.found


def about(text: str) -> Example:
    return replace(ROW, brief=replace(ROW.brief, facts=FACTS[:2], excerpt=""), text=text)


def test_a_row_without_anything_stays_the_same_object() -> None:
    row = about("Opens the store.")
    assert guarded(row)[0] is row


def test_a_secret_removes_its_row_with_a_reason_that_does_not_hold_it() -> None:
    kept, found = guarded(ROW)
    assert kept == Removed("secret", "docs/login.md", 12, "password …(10 characters) in the text", "Use Case")
    assert found.places == [Place("docs/login.md", 12, "password", "…(10 characters)")]
    assert found.counts == {"password": 1}


def test_a_masked_row_makes_the_same_claims() -> None:
    kept, _ = guarded(ROW, secrets="mask")
    assert isinstance(kept, Example)
    assert PASSWORD not in str(kept)
    assert kept.text == "The default of `password` is `[secret]`."
    assert kept.brief.get("parameters.password.default") == "'[secret]'"
    before = [item.verdict for item in verify(ROW.text, ROW.brief.entry)]
    assert [item.verdict for item in verify(kept.text, kept.brief.entry)] == before == ["supported", "supported"]


def test_the_make_of_a_token_is_shown_and_no_more() -> None:
    token = "AK" + "IA" + drawn(16, string.ascii_uppercase + "234567")
    kept, found = guarded(about(f"Use {token} for uploads."))
    assert isinstance(kept, Removed)
    assert kept.reason == "AWS key AKIA…(20 characters) in the text"
    assert [place.redacted for place in found.places] == ["AKIA…(20 characters)"]


@pytest.mark.parametrize(
    "fact", [[f"key {WEB_TOKEN}"], {"deep": [{"er": WEB_TOKEN}]}, WEB_TOKEN], ids=["list", "nested", "text"]
)
def test_a_secret_in_a_fact_is_found_at_any_depth(fact: JSON) -> None:
    row = replace(ROW, brief=replace(ROW.brief, facts=(Fact("doc", fact),), excerpt=""), text="Opens the store.")
    assert isinstance(guarded(row)[0], Removed)
    kept, _ = guarded(row, secrets="mask")
    assert isinstance(kept, Example)
    assert kept.brief.facts == (Fact("doc", json.loads(json.dumps(fact).replace(WEB_TOKEN, "[secret]"))),)


def test_a_value_is_masked_where_only_another_place_tells_what_it_is() -> None:
    row = about(f'Call it with password="{PASSWORD}"; {PASSWORD} opens everything.')
    kept, _ = guarded(row, secrets="mask")
    assert isinstance(kept, Example)
    assert kept.text == 'Call it with password="[secret]"; [secret] opens everything.'


def test_a_secret_in_a_file_name_is_masked_and_removes_nothing() -> None:
    token = "gh" + "p_" + drawn(36)
    kept, found = guarded(replace(about("Opens the store."), path=f"docs/{token}.md", source=f"repo-{token}"))
    assert isinstance(kept, Example)
    assert (kept.path, kept.source) == ("docs/[secret].md", "repo-[secret]")
    assert [place.path for place in found.places] == ["docs/[secret].md"]


def test_a_removed_row_does_not_tell_the_secret_of_its_file_name() -> None:
    token = "gh" + "p_" + drawn(36)
    kept, _ = guarded(replace(ROW, path=f"docs/{token}.md", brief=replace(ROW.brief, heading=f"Key {token}")))
    assert isinstance(kept, Removed)
    assert token not in str(kept)


@pytest.mark.parametrize(
    ("policy", "text"),
    [("mask", "Ask [e-mail] first."), ("keep", "Ask jane@company.net first."), ("remove", None)],
    ids=["mask", "keep", "remove"],
)
def test_personal_data_follows_its_policy_and_is_counted_by_all(policy: str, text: str | None) -> None:
    kept, found = guarded(about("Ask jane@company.net first."), personal=policy)
    assert (kept.text if isinstance(kept, Example) else None) == text
    assert isinstance(kept, Example) or (kept.rule, kept.reason) == ("personal", "e-mail address j…(16 characters) in the text")
    assert found.places == [Place("docs/login.md", 12, "e-mail address", "j…(16 characters)")]


def test_a_policy_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="corpus.secrets must be `remove` or `mask`, found `ignore`"):
        Privacy(CorpusSettings(secrets="ignore"))


def test_what_several_processes_found_joins() -> None:
    one, other = guarded(ROW)[1], guarded(about("Ask jane@company.net first."))[1]
    one.join(other)
    assert one.counts == {"password": 1, "e-mail address": 1}
    assert len(one.places) == 2


@given(st.text())
def test_any_text_is_redacted_without_an_error_and_once(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


@given(st.text(), st.text())
def test_a_row_of_any_texts_is_guarded(text: str, value: str) -> None:
    row = replace(about(text), brief=replace(ROW.brief, facts=(Fact("doc", [value, {value: value}]),)))
    kept, _ = guarded(row, secrets="mask")
    assert isinstance(kept, Example)


def test_a_long_text_costs_time_in_its_length() -> None:
    for text in (
        "a" * 200_000,
        "password=" * 20_000,
        "-----BEGIN PRIVATE" + " KEY-----\n" * 5_000,
        "a." * 100_000,
        "1 " * 100_000,
        "+1" * 50_000,
    ):
        redacted(text)
