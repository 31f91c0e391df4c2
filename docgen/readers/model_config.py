"""`config.json` in plain words: architecture, task, sizes, labels, quantisation.

In: the parsed file. Out: facts under the same names for every architecture, though GPT-2 says `n_layer` where Llama says
`num_hidden_layers`. Where one name would mislead (the stages of a Swin, two towers side by side) the fact is absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docgen.facts import JSON, Fact
from docgen.readers.json_file import JsonFile, Places, first_of, number, whole_number, words

_TOP: Places = ((),)
# Where composite models keep the configuration of their language model and of their encoder for images or sound.
_LANGUAGE: Places = (
    (),
    ("text_config",),
    ("llm_config",),
    ("language_config",),
    ("thinker_config", "text_config"),
    ("decoder",),
)
_IMAGE: Places = ((), ("vision_config",), ("thinker_config", "vision_config"), ("encoder",))

_SIZES: Mapping[str, tuple[str, ...]] = {
    "hidden_size": ("hidden_size", "n_embd", "d_model", "dim", "emb_dim", "embed_dim"),
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers"),
    "encoder_layers": ("encoder_layers",),
    "decoder_layers": ("decoder_layers", "num_decoder_layers"),
    "heads": ("num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads", "attention_heads"),
    "kv_heads": ("num_key_value_heads",),
    "intermediate_size": ("intermediate_size", "n_inner", "d_ff", "ffn_dim", "encoder_ffn_dim", "ffn_hidden_size"),
    "experts": ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"),
    "experts_per_token": ("num_experts_per_tok", "num_experts_per_token", "moe_topk", "moe_k"),
}
_TEXT_SIZES: Mapping[str, tuple[str, ...]] = {
    "target_length": ("max_target_positions",),
    "vocab_size": ("vocab_size", "n_words", "padded_vocab_size"),
}
_POSITIONS = (
    "max_position_embeddings",
    "n_positions",
    "max_sequence_length",
    "max_seq_len",
    "seq_length",
    "n_ctx",
    "context_length",
    "max_source_positions",
)

# These count positions from the padding index upwards, so the first `pad_token_id + 1` of the table are never a token's.
_PADDED_POSITIONS = frozenset(
    "camembert data2vec-text esm ibert layoutlmv3 lilt longformer luke markuplm mpnet roberta roberta-prelayernorm "
    "xlm-roberta xlm-roberta-xl xmod".split()
)
_MOST_LABELS = 50  # a card can name these; the thousand of ImageNet would crowd out every other fact


def config_facts(config: JsonFile) -> Iterator[Fact]:
    """The facts of one `config.json`, in the order a card tells them."""
    architecture = architecture_of(config)
    if architecture:
        yield Fact("architecture", architecture, config.source("architectures"))
    if model_type := words(config.get("model_type")):
        yield Fact("model_type", model_type, config.source("model_type"))
    task = task_of(config, architecture)
    if task:
        yield Fact("task", task, config.source("architectures"))
    yield from _dtype(config)
    yield from _sizes(config, architecture)
    yield from _labels(config, task or "")
    yield from _quantization(config)
    yield from _code(config)


def _code(config: JsonFile) -> Iterator[Fact]:
    """Where the code lies that a model comes with, and that loading it runs: files of its folder, or the name of another."""
    named = config.get("auto_map")
    each = named.values() if isinstance(named, dict) else ()
    values = [value for value in each if isinstance(value, str) and re.fullmatch(r"[\w./-]+", value)]
    files = (value.partition("--")[0] if "--" in value else f"{value.rpartition('.')[0]}.py" for value in values)
    yield Fact("code", list[JSON](sorted({file for file in files if file != ".py"})), config.source("auto_map"))


def architecture_of(config: JsonFile) -> str:
    """The first of `architectures`; empty where there is none."""
    architectures = config.get("architectures")
    first = architectures[0] if isinstance(architectures, list) and architectures else None
    return words(first) or ""


def _dtype(config: JsonFile) -> Iterator[Fact]:
    path = first_of(config, _LANGUAGE, ("dtype", "torch_dtype"), words)
    if path:
        yield Fact("dtype", str(config.get(*path)).removeprefix("torch."), config.source(*path))


def _sizes(config: JsonFile, architecture: str) -> Iterator[Fact]:
    names = {**_SIZES, "intermediate_size": (*_SIZES["intermediate_size"], "hidden_dim")} if _is_distilbert(config) else _SIZES
    if isinstance(config.get("depths"), list):  # stages of several layers, which `num_layers` counts
        names = {fact: keys for fact, keys in names.items() if fact not in ("layers", "hidden_size")}
    yield from _context(config)
    yield from _plain(config, _TOP if _has_two_towers(config, architecture) else _LANGUAGE, names)
    yield from _plain(config, _LANGUAGE, _TEXT_SIZES)
    if config.get("use_sliding_window") is not False:
        yield from _plain(config, _LANGUAGE, {"sliding_window": ("sliding_window",)})
    yield from _image_size(config)
    yield from _plain(config, _IMAGE, {"patch_size": ("patch_size",)})


def _plain(config: JsonFile, places: Places, names: Mapping[str, tuple[str, ...]]) -> Iterator[Fact]:
    for fact, keys in names.items():
        if path := first_of(config, places, keys, whole_number):
            yield Fact(fact, config.get(*path), config.source(*path))


def _is_distilbert(config: JsonFile) -> bool:
    """DistilBERT calls `hidden_dim` what others call `intermediate_size`; elsewhere it is the hidden size."""
    return config.get("model_type") == "distilbert"


def _has_two_towers(config: JsonFile, architecture: str) -> bool:
    """Whether a text and another encoder stand side by side (CLIP, SigLIP, CLAP): neither's sizes are the model's."""
    other = isinstance(config.get("vision_config"), dict) or isinstance(config.get("audio_config"), dict)
    return other and isinstance(config.get("text_config"), dict) and architecture.endswith("Model")


def _context(config: JsonFile) -> Iterator[Fact]:
    """How many tokens fit: the positions of the model, less those its kind never gives to a token."""
    path = first_of(config, _LANGUAGE, _POSITIONS, whole_number)
    positions = whole_number(config.get(*path)) if path else None
    if path is None or positions is None:
        return
    source = config.source(*path)
    if config.get(*path[:-1], "model_type") not in _PADDED_POSITIONS:
        yield Fact("context_length", positions, source)
        return
    padding = number(config.get(*path[:-1], "pad_token_id"))
    if padding is not None and positions > padding + 1:
        yield Fact("context_length", positions - padding - 1, source)
    yield Fact("position_embeddings", positions, source)


def _image_size(config: JsonFile) -> Iterator[Fact]:
    path = first_of(config, _IMAGE, ("image_size",), _size)
    if path:
        yield Fact("image_size", _size(config.get(*path)), config.source(*path))


def _size(value: JSON) -> JSON:
    """One side of a square, or height and width."""
    if isinstance(value, dict):
        value = [value.get("height"), value.get("width")]
    if isinstance(value, list) and len(value) == 2 and all(whole_number(side) for side in value):
        return value
    return whole_number(value)


def _labels(config: JsonFile, task: str) -> Iterator[Fact]:
    """How many labels a classifier has, and their names where people gave them names.

    Two labels without names stand in older configurations of models that label nothing.
    """
    labels = config.get("id2label")
    if not isinstance(labels, dict) or not all(key.isdecimal() for key in labels):
        return
    names = [words(labels[key]) for key in sorted(labels, key=int)]
    named = all(name and not re.fullmatch(r"LABEL_\d+", name) for name in names)
    source = config.source("id2label")
    if names and (named or task.endswith("classification")):
        yield Fact("label_count", len(names), source)
    if named and len(names) <= _MOST_LABELS:
        yield Fact("labels", [name for name in names if name], source)


def _quantization(config: JsonFile) -> Iterator[Fact]:
    """How the stored weights are quantised; a switch that is off is no fact."""
    section = config.get("quantization_config")
    if not isinstance(section, dict):
        return
    found: dict[str, tuple[str, JSON]] = {
        "quantization.method": ("quant_method", _method(section)),
        "quantization.bits": _bits(section),
        "quantization.group_size": ("group_size", whole_number(section.get("group_size"))),
    }
    if section.get("load_in_4bit") is True:
        found["quantization.type"] = ("bnb_4bit_quant_type", words(section.get("bnb_4bit_quant_type")))
        found["quantization.double"] = ("bnb_4bit_use_double_quant", section.get("bnb_4bit_use_double_quant") or None)
        compute = words(section.get("bnb_4bit_compute_dtype"))
        found["quantization.compute_dtype"] = ("bnb_4bit_compute_dtype", compute and compute.removeprefix("torch."))
    for name, (key, value) in found.items():
        if value is not None:
            yield Fact(name, value, config.source("quantization_config", key))


def _method(section: Mapping[str, JSON]) -> JSON:
    """The method's name; older versions of bitsandbytes wrote none."""
    by_switch = section.get("load_in_4bit") is True or section.get("load_in_8bit") is True
    return words(section.get("quant_method")) or ("bitsandbytes" if by_switch else None)


def _bits(section: Mapping[str, JSON]) -> tuple[str, JSON]:
    """The key that tells the bits of a stored weight, and how many."""
    for key, bits in (("load_in_4bit", 4), ("load_in_8bit", 8)):
        if section.get(key) is True:
            return key, bits
    key = "w_bit" if "w_bit" in section else "bits"
    return key, whole_number(section.get(key))


# The task by the end of the architecture's name, longest first where one ends in another.
_TASKS: Mapping[str, str] = {
    "ForCausalLM": "text-generation",
    "LMHeadModel": "text-generation",
    "ForMaskedLM": "fill-mask",
    "WithLMHeadModel": "fill-mask",  # XLM and FlauBERT
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering",
    "ForMultipleChoice": "multiple-choice",
    "ForImageClassification": "image-classification",
    "ForImageClassificationWithTeacher": "image-classification",
    "ForVideoClassification": "video-classification",
    "ForAudioClassification": "audio-classification",
    "ForObjectDetection": "object-detection",
    "ForSegmentation": "image-segmentation",
    "ForSemanticSegmentation": "image-segmentation",
    "ForInstanceSegmentation": "image-segmentation",
    "ForUniversalSegmentation": "image-segmentation",
    "ForDepthEstimation": "depth-estimation",
    "ForSpeechSeq2Seq": "automatic-speech-recognition",
    "ForSpeechToText": "automatic-speech-recognition",
    "ForCTC": "automatic-speech-recognition",
    "ForRNNT": "automatic-speech-recognition",
    "ForTDT": "automatic-speech-recognition",
    "ForTextToSpeech": "text-to-speech",
    "ForTextToText": "text2text-generation",
    "MarianMTModel": "translation",
    "VisionEncoderDecoderModel": "image-to-text",
    "SpeechEncoderDecoderModel": "automatic-speech-recognition",
    "EncoderDecoderModel": "text2text-generation",
}
# Where the name's end says too little, the kind of model decides.
_SOUND = frozenset(
    "audio-spectrogram-transformer data2vec-audio hubert sew sew-d unispeech unispeech-sat wav2vec2 wav2vec2-bert "
    "wav2vec2-conformer wavlm whisper".split()
)
_SPEECH_TO_TEXT = frozenset("whisper moonshine speech_to_text".split())
_TEXT_TO_TEXT = frozenset(
    "t5 mt5 umt5 longt5 switch_transformers bart mbart m2m_100 pegasus pegasus_x prophetnet xlm-prophetnet bigbird_pegasus led "
    "nllb-moe plbart t5gemma mvp fsmt blenderbot blenderbot-small".split()
)
_OTHER_QUESTIONS: Mapping[str, str] = {
    "vilt": "visual-question-answering",
    "blip": "visual-question-answering",
    "layoutlm": "document-question-answering",
    "layoutlmv2": "document-question-answering",
    "layoutlmv3": "document-question-answering",
    "tapas": "table-question-answering",
}
_ZERO_SHOT_DETECTION = frozenset("grounding-dino mm-grounding-dino omdet-turbo owlvit owlv2".split())


def task_of(config: JsonFile, architecture: str) -> str | None:
    """What the model is for, by the Hub's name of the task; None where the architecture does not tell."""
    model_type = words(config.get("model_type")) or ""
    if architecture.endswith("ForConditionalGeneration"):
        return _conditional_task(config, model_type)
    if architecture.endswith("ForSequenceClassification") and model_type in _SOUND:
        return "audio-classification"
    if architecture.endswith("ForQuestionAnswering") and model_type in _OTHER_QUESTIONS:
        return _OTHER_QUESTIONS[model_type]
    if architecture.endswith("ForObjectDetection") and model_type in _ZERO_SHOT_DETECTION:
        return "zero-shot-object-detection"
    endings = [ending for ending in _TASKS if architecture.endswith(ending)]
    return _TASKS[max(endings, key=len)] if endings else None


def _conditional_task(config: JsonFile, model_type: str) -> str | None:
    if model_type in _SPEECH_TO_TEXT:
        return "automatic-speech-recognition"
    if model_type in _TEXT_TO_TEXT:
        return "text2text-generation"
    if isinstance(config.get("vision_config"), dict):
        return "image-text-to-text"
    return "audio-text-to-text" if isinstance(config.get("audio_config"), dict) else None
