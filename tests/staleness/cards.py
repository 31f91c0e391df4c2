"""Model cards: values stale at the precision printed, settings where they are cited, and what no run has twice."""

from __future__ import annotations

import re

from staleness.case import both, cases, drop, encoded, move, put, swap
from staleness.models import CARD_PATH, FOLDER, MODEL, weights

CONFIG, ADAPTER, RESULTS, STATE, TOKENIZER = (
    f"{FOLDER}/{name}.json" for name in ("config", "adapter_config", "eval_results", "trainer_state", "tokenizer_config")
)
TABLE = "| Metric | Value |\n|---|---|\n| `eval_f1` | 0.8978 |\n| `eval_accuracy` | 0.9101 |"
F1 = "It reaches an F1 of 0.8978."


def _sorted(text: bytes) -> bytes:
    lines = [line.rstrip(b",") for line in text.splitlines()]
    return b"\n".join([lines[0], b",\n".join(reversed(lines[1:-1])), lines[-1]])


ROWS = [
    *cases(
        "managed",
        [
            ("a metric changes behind the precision printed", F1, swap("0.8978000283", "0.89779", RESULTS), ""),
            ("a metric changes at the precision printed", F1, swap("0.8978000283", "0.8991", RESULTS), "stale-metric"),
            (
                "a metric changes and is printed more coarsely",
                "It reaches an F1 of 0.90.",
                swap("0.8978000283", "0.8991", RESULTS),
                "",
            ),
            (
                "a metric as a percentage changes",
                "It reaches an F1 of 89.8 %.",
                swap("0.8978000283", "0.8791", RESULTS),
                "stale-metric",
            ),
            ("a metric as a percentage stays", "It reaches an F1 of 89.8 %.", swap("0.8978000283", "0.8981", RESULTS), ""),
            ("a metric in a table changes", TABLE, swap("0.8978000283", "0.8991", RESULTS), "stale-metric"),
            ("a metric changes that is not printed", F1, swap('"eval_accuracy": 0.9101', '"eval_accuracy": 0.7', RESULTS), ""),
            ("a printed metric goes", F1, swap('  "eval_f1": 0.8978000283,\n', "", RESULTS), "stale-metric"),
            ("a metric goes that is not printed", F1, swap('  "eval_accuracy": 0.9101,\n', "", RESULTS), ""),
            ("a metric is added", F1, swap('"eval_f1"', '"eval_recall": 0.9,\n  "eval_f1"', RESULTS), "review-context"),
            ("a metric is spelled with more digits", F1, swap("0.8978000283", "0.89780002830", RESULTS), ""),
            ("the time of an evaluation changes", F1, swap("12.5", "99.5", RESULTS), ""),
            (
                "the sum of evaluated examples changes that is stated",
                "Evaluated on 320 examples.",
                swap("320", "640", RESULTS),
                "stale-metric",
            ),
            (
                "the best metric changes that is stated",
                "The best checkpoint has a loss of 0.41.",
                swap("0.41", "0.39", STATE),
                "stale-metric",
            ),
            (
                "the last metric changes beside a stated best one",
                "The best checkpoint has a loss of 0.41.",
                swap("0.4468", "0.4512", STATE),
                "",
            ),
            (
                "the path of the best checkpoint changes",
                F1,
                swap("out/checkpoint-200", "/home/me/out/checkpoint-200", STATE),
                "",
            ),
        ],
        about=MODEL,
        kind="evaluation",
    ),
    *cases(
        "managed",
        [
            (
                "the base model changes that is stated",
                "Built on `acme/base`.",
                both(
                    swap("acme/base", "acme/other", ADAPTER), swap("base_model: acme/base", "base_model: acme/other", CARD_PATH)
                ),
                "stale-model",
            ),
            (
                "the base model changes and front matter has it",
                "Tags texts.",
                swap("acme/base", "acme/other", ADAPTER),
                "contradicted-front-matter",
            ),
            (
                "the base model changes in both places",
                "Built on `acme/base`.",
                swap("acme/base", "acme/other", ADAPTER),
                "contradicted-front-matter stale-model",
            ),
            (
                "the base's revision changes that is stated",
                "Built at revision `abc123`.",
                swap("abc123", "def456", ADAPTER),
                "stale-model",
            ),
            ("the base's revision changes that is not stated", "Tags texts.", swap("abc123", "def456", ADAPTER), ""),
            (
                "the licence changes that is stated",
                "Its licence is MIT.",
                both(
                    put(f"{FOLDER}/LICENSE", "SPDX-License-Identifier: Apache-2.0\n"),
                    swap("license: mit", "license: apache-2.0", CARD_PATH),
                ),
                "stale-model",
            ),
            (
                "the licence changes and front matter has it",
                "Tags texts.",
                put(f"{FOLDER}/LICENSE", "SPDX-License-Identifier: Apache-2.0\n"),
                "contradicted-front-matter",
            ),
            (
                "the licence file is written otherwise",
                "Its licence is MIT.",
                put(f"{FOLDER}/LICENSE", "\nSPDX-License-Identifier:  MIT\n\n"),
                "",
            ),
            (
                "the number of parameters changes that is stated",
                "It has 1.5M parameters.",
                lambda root: weights(root, 2_500_000),
                "stale-model",
            ),
            (
                "the number of parameters changes behind the precision",
                "It has 1.5M parameters.",
                lambda root: weights(root, 1_500_100),
                "",
            ),
            (
                "the context length changes that is stated",
                "Its context length is 4,096 tokens.",
                both(swap("4096", "8192", CONFIG), swap("4096", "8192", TOKENIZER)),
                "stale-model",
            ),
            (
                "the context length changes that is not stated",
                "Tags texts.",
                both(swap("4096", "8192", CONFIG), swap("4096", "8192", TOKENIZER)),
                "",
            ),
            (
                "the tokenizer changes that is stated",
                "It uses `PreTrainedTokenizerFast`.",
                swap("PreTrainedTokenizerFast", "LlamaTokenizer", TOKENIZER),
                "stale-model",
            ),
            (
                "the architecture changes that is stated",
                "A `LlamaForCausalLM`.",
                swap("LlamaForCausalLM", "Qwen2ForCausalLM", CONFIG),
                "stale-model",
            ),
            (
                "the layers change that are stated",
                "It has 12 layers.",
                swap('"num_hidden_layers": 12', '"num_hidden_layers": 24', CONFIG),
                "stale-model",
            ),
            (
                "the rank changes that is stated",
                "The adapter has a rank of 8.",
                swap('"r": 8', '"r": 16', ADAPTER),
                "stale-model",
            ),
            ("the rank changes that is not stated", "Tags texts.", swap('"r": 8', '"r": 16', ADAPTER), ""),
            ("the dropout changes that is stated", "Dropout is 0.05.", swap("0.05", "0.1", ADAPTER), "stale-model"),
            (
                "the epochs change that are stated",
                "Trained for 3 epochs.",
                both(
                    swap('"num_train_epochs": 3', '"num_train_epochs": 4', STATE),
                    swap('"epoch": 3.0,\n  "global', '"epoch": 4.0,\n  "global', STATE),
                ),
                "stale-model",
            ),
            (
                "the batch size changes that is stated",
                "The batch size is 16.",
                swap('"train_batch_size": 16', '"train_batch_size": 32', STATE),
                "stale-model",
            ),
            (
                "a stated target module goes",
                "Adapts `k_proj` and `q_proj`.",
                swap('"k_proj",\n    ', "", ADAPTER),
                "stale-model",
            ),
            (
                "target modules are reordered",
                "Adapts `k_proj` and `q_proj`.",
                swap('"k_proj",\n    "q_proj"', '"q_proj",\n    "k_proj"', ADAPTER),
                "",
            ),
            ("the version of a library changes", "Tags texts.", swap("4.50.0", "4.57.1", CONFIG), ""),
            ("keys are reordered", "The adapter has a rank of 8.", encoded(RESULTS, _sorted), ""),
            (
                "a file is written on one line",
                "It has 12 layers.",
                encoded(CONFIG, lambda text: re.sub(rb"\s+", b" ", text)),
                "",
            ),
            (
                "a file has Windows line ends",
                "It has 12 layers.",
                encoded(CONFIG, lambda text: text.replace(b"\n", b"\r\n")),
                "",
            ),
            (
                "a person declares another licence",
                "Tags texts.",
                swap("license: mit", "license: apache-2.0", CARD_PATH),
                "contradicted-front-matter",
            ),
            (
                "front matter gets a picture",
                "Tags texts.",
                swap("license: mit", "license: mit\nthumbnail: tagger.png", CARD_PATH),
                "",
            ),
            ("a configuration is no JSON", "It has 12 layers.", put(CONFIG, '{"model_type": "llama",,}'), "unknown-source"),
            ("the front matter is no YAML", "Tags texts.", swap("license: mit", "license: [mit", CARD_PATH), "unknown-source"),
            (
                "the model folder is gone",
                "Tags texts.",
                both(
                    *(drop(path) for path in (CONFIG, ADAPTER, RESULTS, STATE, TOKENIZER)), drop(f"{FOLDER}/model.safetensors")
                ),
                "orphaned-subject",
            ),
            (
                "the model folder moves with its card",
                "The adapter has a rank of 8.",
                move(FOLDER, "models/marker"),
                "orphaned-ledger",
            ),
        ],
        about=MODEL,
    ),
    *cases(
        "tracked",
        [
            (
                "a rank that a person stated changes",
                "The adapter has a rank of 8.",
                swap('"r": 8', '"r": 16', ADAPTER),
                "stale-model",
            ),
            ("a metric that a person printed changes", F1, swap("0.8978000283", "0.8991", RESULTS), "stale-metric"),
            ("a metric that a person printed stays at its precision", F1, swap("0.8978000283", "0.89779", RESULTS), ""),
            (
                "the base model that a person stated changes",
                "Built on `acme/base`.",
                swap("acme/base", "acme/other", ADAPTER),
                "contradicted-front-matter stale-model",
            ),
            ("a person's card and another value changes", "The adapter has a rank of 8.", swap("0.05", "0.1", ADAPTER), ""),
        ],
        about=MODEL,
    ),
    *cases(
        "plain",
        [
            (
                "a card without a ledger and the rank becomes another",
                "A rank of 8.",
                swap('"r": 8', '"r": 16', ADAPTER),
                "contradicted-model",
            ),
            (
                "a card without a ledger and the metric becomes another",
                F1,
                swap("0.8978000283", "0.8991", RESULTS),
                "contradicted-metric",
            ),
            ("a card without a ledger and the metric stays at its precision", F1, swap("0.8978000283", "0.89779", RESULTS), ""),
        ],
        about=MODEL,
    ),
]
