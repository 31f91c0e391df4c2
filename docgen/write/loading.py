"""The code that loads a model or a dataset: what a reader of its card copies first.

In: an entry. Out: a few lines of Python for the library that loads it: transformers 5, PEFT, ONNX Runtime, llama-cpp-python,
skops or datasets. One reason to change: how those libraries load.
"""

from __future__ import annotations

import re

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
_PROCESSED = frozenset(("automatic-speech-recognition", "image-text-to-text", "audio-text-to-text", "image-to-text"))
_TEXT_TASKS = frozenset(("text-classification", "token-classification", "fill-mask", "text-generation", "feature-extraction"))
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
    task, form = entry.get("task"), entry.get("format")
    if isinstance(form, str) and form in _FORMATS:
        return _FORMATS[form](entry)
    if entry.get("adapter.type") is not None:
        return _adapter(entry, task) if isinstance(entry.get("base_model"), str) else ""
    if entry.get("embedding.modules"):
        return _embedding(entry)
    if not isinstance(task, str):
        return ""
    if task in _PIPELINES:
        return _pipeline(entry, task)
    return _class(entry, task) if task in _AUTO else ""


def _trust(entry: Entry) -> tuple[list[str], str]:
    """What says that code of the model's own may run, as an argument, with a warning for the line above; nothing for a model
    without any."""
    files = entry.strings("code")
    if not files:
        return [], ""
    return [f"# Runs code that came with the model: read {', '.join(files)} first."], ", trust_remote_code=True"


def _embedding(entry: Entry) -> str:
    """A model that turns texts into vectors, and how alike two of them are."""
    warning, trusted = _trust(entry)
    name = "SparseEncoder" if entry.get("task") == "feature-extraction" else "SentenceTransformer"
    made = f'model = {name}("{entry.about}"{trusted})'
    used = ['vectors = model.encode(["Some text.", "Another text."])', "print(model.similarity(vectors, vectors))"]
    return "\n".join([f"from sentence_transformers import {name}", "", *warning, made, *used])


def _pipeline(entry: Entry, task: str) -> str:
    """A pipeline; where a text model was saved without its tokenizer, with that of its base."""
    given, base = _INPUTS.get(task, '"Some text."'), entry.get("base_model")
    is_bare = task in _TEXT_TASKS and isinstance(base, str) and not any(True for _ in entry.under("tokenizer"))
    warning, trusted = _trust(entry)
    made = f'pipeline("{task}", model="{entry.about}"' + (f', tokenizer="{base}"' if is_bare else "") + f"{trusted})"
    return "\n".join(["from transformers import pipeline", "", *warning, f"run = {made}", f"print(run({given}))"])


def _adapter(entry: Entry, task: JSON) -> str:
    """PEFT loads the base that an adapter names together with it."""
    auto, tokenizer = _AUTO.get(str(task)), entry.get("tokenizer.class") is not None
    name = f"AutoPeftModelFor{auto}" if auto else "AutoPeftModel"
    reads = "processor" if task in _PROCESSED else "tokenizer"  # of sound and pictures
    lines = [f"from peft import {name}", f"from transformers import Auto{reads.capitalize()}", ""]
    lines.append(f'model = {name}.from_pretrained("{entry.about}")')
    source = entry.about if tokenizer else entry.get("base_model")
    lines.append(f'{reads} = Auto{reads.capitalize()}.from_pretrained("{source}")')
    if auto in ("CausalLM", "Seq2SeqLM"):
        lines += _generated(chat=entry.get("tokenizer.chat_template") is True)
    elif auto in ("SequenceClassification", "TokenClassification"):
        lines += ["", 'inputs = tokenizer("Some text.", return_tensors="pt")', "print(model(**inputs).logits.argmax(-1))"]
    return "\n".join(lines)


def _class(entry: Entry, task: str) -> str:
    name, (warning, trusted) = f"AutoModelFor{_AUTO[task]}", _trust(entry)
    lines = [f"from transformers import {name}, AutoTokenizer", "", *warning]
    lines.append(f'model = {name}.from_pretrained("{entry.about}"{trusted})')
    lines.append(f'tokenizer = AutoTokenizer.from_pretrained("{entry.about}")')
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


# Other formats ---------------------------------------------------------------------------------------------------------


def _onnx(entry: Entry) -> str:
    """A session that runs once on zeros: every side without a size is 1."""
    files, inputs = entry.strings("files"), entry.strings("inputs")
    made = [_zeros(entry.get(f"inputs.{name}")) for name in inputs]
    if len(files) != 1:
        return ""
    session = f'session = onnxruntime.InferenceSession("{entry.about}/{files[0]}")'
    if not inputs or not all(made):
        return f"import onnxruntime\n\n{session}\nprint([one.name for one in session.get_inputs()])"
    pairs = [f'"{name}": {zeros}' for name, zeros in zip(inputs, made, strict=True)]
    one = f"inputs = {{{', '.join(pairs)}}}"
    several = ["inputs = {", *(f"    {pair}," for pair in pairs), "}"]
    lines = [one] if len(one) <= _WIDEST else several
    return "\n".join(["import numpy", "import onnxruntime", "", session, *lines, "print(session.run(None, inputs))"])


_WIDEST = 100  # characters of a line of code
_NUMPY = frozenset("float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool".split())


def _zeros(kind: JSON) -> str:
    """The code for an input of zeros, where numpy has the type."""
    found = re.fullmatch(r"(\w+)\[(.*)\]", kind) if isinstance(kind, str) else None
    if found is None or found[1] not in _NUMPY:
        return ""
    sides = [side if side.isdecimal() else "1" for side in found[2].split(", ") if side]
    shape = f"({', '.join(sides)}{',' if len(sides) == 1 else ''})"
    return f"numpy.zeros({shape}, dtype=numpy.{found[1]})"


def _gguf(entry: Entry) -> str:
    files = entry.strings("files")
    if entry.get("task") != "text-generation" or not files:
        return ""
    load = f'model = Llama(model_path="{entry.about}/{files[0]}")'
    if entry.get("tokenizer.chat_template") is True:
        said = ['messages = [{"role": "user", "content": "Some text."}]']
        said.append('print(model.create_chat_completion(messages, max_tokens=64)["choices"][0]["message"]["content"])')
    else:
        said = ['print(model("Some text.", max_tokens=64)["choices"][0]["text"])']
    return "\n".join(["from llama_cpp import Llama", "", load, *said])


def _skops(entry: Entry) -> str:
    """Loading, and one prediction where nothing but numbers goes in. Types from elsewhere are shown before they are trusted."""
    files = entry.strings("files")
    if len(files) != 1:
        return ""
    path = f"{entry.about}/{files[0]}"
    if entry.strings("sklearn.other_types"):
        lines = ["from skops.io import get_untrusted_types, load", "", f'others = get_untrusted_types(file="{path}")']
        lines += ["print(others)  # look at these first: loading trusts them", f'model = load("{path}", trusted=others)']
    else:
        lines = ["from skops.io import load", "", f'model = load("{path}")']
    steps = [str(entry.get(f"sklearn.steps.{name}")) for name in entry.strings("sklearn.steps")]
    features, names = entry.get("sklearn.feature_count"), entry.strings("features")
    if entry.get("task") is None or not isinstance(features, int) or any(step.endswith(_NOT_NUMBERS) for step in steps):
        return "\n".join([*lines, "print(model)"])
    row = f"[[0.0] * {features}]"
    if names:
        lines.insert(0, "import pandas")
        lines.append(f"rows = pandas.DataFrame({row}, columns=model.feature_names_in_)")
        row = "rows"
    return "\n".join([*lines, f"print(model.predict({row}))"])


_NOT_NUMBERS = ("Vectorizer", "Encoder", "ColumnTransformer", "FeatureHasher")


def _dataset(entry: Entry) -> str:
    layout, configurations = entry.get("dataset.layout"), entry.strings("dataset.configurations")
    if not isinstance(layout, str):
        return ""
    name = "load_from_disk" if layout == "saved" else "load_dataset"
    chosen = f', "{configurations[0]}"' if configurations and layout == "files" else ""
    return f'from datasets import {name}\n\nrows = {name}("{entry.about}"{chosen})\nprint(rows)'


_FORMATS = {"ONNX": _onnx, "GGUF": _gguf, "skops": _skops, "dataset": _dataset}
