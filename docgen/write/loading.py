"""The code that loads a model: what a reader of its card copies first.

In: a model's entry. Out: a few lines of Python for transformers 5 and PEFT. One reason to change: how those libraries load.
"""

from __future__ import annotations

from docgen.facts import JSON, Entry

_PIPELINES = frozenset(
    """audio-classification automatic-speech-recognition text-to-audio feature-extraction text-classification
    token-classification table-question-answering document-question-answering fill-mask text-generation zero-shot-classification
    image-classification image-segmentation image-text-to-text object-detection zero-shot-object-detection depth-estimation
    video-classification mask-generation""".split()
)
_INPUTS = {
    "fill-mask": 'f"Paris is the {run.tokenizer.mask_token} of France."',
    "image-classification": '"photo.jpg"',
    "image-segmentation": '"photo.jpg"',
    "object-detection": '"photo.jpg"',
    "depth-estimation": '"photo.jpg"',
    "mask-generation": '"photo.jpg"',
    "video-classification": '"clip.mp4"',
    "automatic-speech-recognition": '"speech.wav"',
    "audio-classification": '"sound.wav"',
}
_AUTO = {
    "text-generation": "CausalLM",
    "text2text-generation": "Seq2SeqLM",
    "summarization": "Seq2SeqLM",
    "translation": "Seq2SeqLM",
    "text-classification": "SequenceClassification",
    "token-classification": "TokenClassification",
    "question-answering": "QuestionAnswering",
    "feature-extraction": "FeatureExtraction",
}


def loading_code(entry: Entry) -> str:
    """Python that loads this model: an adapter on its base, a pipeline of its task, or its class; empty where none fits."""
    task = entry.get("task")
    if entry.get("adapter.type") is not None:
        return _adapter(entry, task) if isinstance(entry.get("base_model"), str) else ""
    if not isinstance(task, str):
        return ""
    if task in _PIPELINES:
        return _pipeline(entry.about, task)
    return _class(entry.about, task) if task in _AUTO else ""


def _pipeline(name: str, task: str) -> str:
    given = _INPUTS.get(task, '"Some text."')
    return f'from transformers import pipeline\n\nrun = pipeline("{task}", model="{name}")\nprint(run({given}))'


def _adapter(entry: Entry, task: JSON) -> str:
    """PEFT loads the base that an adapter names together with it."""
    auto, tokenizer = _AUTO.get(str(task)), entry.get("tokenizer.class") is not None
    name = f"AutoPeftModelFor{auto}" if auto else "AutoPeftModel"
    lines = [
        f"from peft import {name}",
        "from transformers import AutoTokenizer",
        "",
        f'model = {name}.from_pretrained("{entry.about}")',
    ]
    lines.append(f'tokenizer = AutoTokenizer.from_pretrained("{entry.about if tokenizer else entry.get("base_model")}")')
    if auto in ("CausalLM", "Seq2SeqLM"):
        lines += _generated(chat=entry.get("tokenizer.chat_template") is True)
    return "\n".join(lines)


def _class(folder: str, task: str) -> str:
    name = f"AutoModelFor{_AUTO[task]}"
    lines = [f"from transformers import {name}, AutoTokenizer", "", f'model = {name}.from_pretrained("{folder}")']
    lines.append(f'tokenizer = AutoTokenizer.from_pretrained("{folder}")')
    return "\n".join([*lines, *(_generated(chat=False) if _AUTO[task] == "Seq2SeqLM" else ())])


def _generated(*, chat: bool) -> list[str]:
    if chat:
        lines = [
            'messages = [{"role": "user", "content": "Some text."}]',
            "inputs = tokenizer.apply_chat_template(",
            '    messages, add_generation_prompt=True, return_tensors="pt", return_dict=True',
            ")",
        ]
    else:
        lines = ['inputs = tokenizer("Some text.", return_tensors="pt")']
    return ["", *lines, "print(tokenizer.decode(model.generate(**inputs)[0], skip_special_tokens=True))"]
