"""Models that do not exist: what the embedded base learns model cards from.

In: a random generator. Out: a model's facts, in the form that the model reader gives them.
"""

from __future__ import annotations

import random

from docgen.facts import JSON, Entry, Fact

_FAMILIES = (
    ("LlamaForCausalLM", "llama", "text-generation"),
    ("Qwen2ForCausalLM", "qwen2", "text-generation"),
    ("Qwen3ForCausalLM", "qwen3", "text-generation"),
    ("GPT2LMHeadModel", "gpt2", "text-generation"),
    ("Gemma3ForCausalLM", "gemma3", "text-generation"),
    ("MistralForCausalLM", "mistral", "text-generation"),
    ("BertForSequenceClassification", "bert", "text-classification"),
    ("RobertaForTokenClassification", "roberta", "token-classification"),
    ("DistilBertForSequenceClassification", "distilbert", "text-classification"),
    ("ViTForImageClassification", "vit", "image-classification"),
    ("T5ForConditionalGeneration", "t5", "text2text-generation"),
    ("WhisperForConditionalGeneration", "whisper", "automatic-speech-recognition"),
    ("DebertaV2ForSequenceClassification", "deberta-v2", "text-classification"),
    ("ElectraForQuestionAnswering", "electra", "question-answering"),
)
_WORDS = """amber anchor atlas autumn basin beacon birch bridge cedar cobalt copper coral delta ember falcon fjord forge garnet
    glacier harbor hazel heron indigo iris ivory jasper juniper kestrel lagoon lantern larch maple marble meadow meridian
    nimbus north onyx orchid osprey otter pebble pine plover quartz raven reef river rowan saffron sage sierra slate
    sparrow spruce summit tamarind tern thistle tundra umber vale violet walnut willow wren yarrow zephyr intent notes
    triage reply report tagger summary search query support claims orders docs review alert invoice route""".split()
_METRICS = (
    "accuracy",
    "f1",
    "loss",
    "rougeL",
    "bleu",
    "wer",
    "exact_match",
    "precision",
    "recall",
    "perplexity",
    "rouge1",
    "chrf",
    "mse",
    "auc",
)
_MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_SIZES = ("base", "small", "1b", "0.6b", "7b", "instruct", "large")
_LICENCES = ("Apache-2.0", "MIT", "BSD-3-Clause", "CC-BY-4.0", "ISC", "llama3.2", "gemma")
_OWNERS = ("acme", "north", "studio", "lab", "openfield", "bluebird", "team", "harbor", "orchard", "civic")


def draw_model(draw: random.Random) -> Entry:
    """The facts of a model that does not exist, in the form that the model reader gives them."""
    architecture, kind, task = draw.choice(_FAMILIES)
    name = "-".join(draw.sample(_WORDS, draw.choice((2, 2, 3)))) + draw.choice(
        ("", "", f"-{kind}", f"-{draw.randrange(1, 9)}b")
    )
    facts: dict[str, JSON] = {}
    is_adapter = kind in ("llama", "qwen2", "qwen3", "gpt2", "gemma3", "mistral") and draw.random() < 0.6
    base = f"{draw.choice(_OWNERS)}/{draw.choice(_WORDS)}-{kind}-{draw.choice(_SIZES)}"
    if is_adapter:
        rank = draw.choice((4, 8, 16, 32, 64))
        facts |= {
            "task": task,
            "base_model": base,
            "lora.r": rank,
            "lora.alpha": rank * draw.choice((1, 2)),
            "lora.dropout": draw.choice((0.0, 0.05, 0.1)),
        }
        if draw.random() < 0.5:
            facts |= {"quantization.method": "bitsandbytes", "quantization.bits": draw.choice((4, 8))}
        if draw.random() < 0.6:
            facts["lora.target_modules"] = draw.sample(_MODULES, draw.randint(2, 4))
    else:
        facts |= {"architecture": architecture, "model_type": kind, "task": task}
        if draw.random() < 0.6:
            facts["base_model"] = base
        if task.endswith("classification") and draw.random() < 0.7:
            labels = draw.sample(_WORDS, draw.randint(2, 5))
            facts |= {"labels": list[JSON](labels), "label_count": len(labels)}
        if task.startswith("image"):
            facts["image_size"] = draw.choice((128, 192, 224, 256, 384))
        if draw.random() < 0.5:
            facts |= {
                "dtype": draw.choice(("float32", "bfloat16", "float16")),
                "vocab_size": draw.randrange(8, 160) * 1000 + draw.randrange(999),
            }
        if draw.random() < 0.7:
            facts["parameters.total"] = draw.randrange(12, 9000) * 1_000_000 + draw.randrange(1_000_000)
        facts |= {
            "hidden_size": draw.choice((256, 384, 512, 768, 1024, 2048)),
            "layers": draw.randrange(4, 36),
            "heads": draw.choice((4, 8, 12, 16)),
        }
    if draw.random() < 0.75:
        facts["context_length"] = draw.choice((128, 256, 448, 512, 1024, 2048, 4096, 8192, 32768))
    if draw.random() < 0.7:
        facts["license"] = draw.choice(_LICENCES)
    return Entry(name, tuple(Fact(key, value) for key, value in (facts | _training(draw)).items()))


def _training(draw: random.Random) -> dict[str, JSON]:
    last = draw.randrange(20, 400) * 10
    best = draw.choice((last, draw.randrange(10, last, 10)))
    metric = draw.choice(_METRICS)
    facts: dict[str, JSON] = {"training.epochs": draw.randrange(1, 12), "training.steps": last}
    if draw.random() < 0.6:
        facts["training.samples"] = draw.randrange(120, 60_000)
    if draw.random() < 0.8:
        facts |= {
            "best.metric": round(draw.uniform(0.05, 0.99), draw.choice((2, 3, 4))),
            "best.name": metric,
            "best.step": best,
            "last.step": last,
        }
    for name in draw.sample(_METRICS, draw.randrange(1, 4)):
        facts[f"eval.{name}"] = round(draw.uniform(0.02, 0.99), draw.choice((2, 3, 4)))
    return facts
