"""Cards of models that real libraries have saved: true in every section, complete, and quiet about what nobody told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt

from docgen.check import check
from docgen.claims import contradictions
from docgen.cli import run
from docgen.document import Document
from docgen.facts import JSON
from docgen.front_matter import parse_fields, problems_of
from docgen.readers.model_folder import read_model
from docgen.write import write
from docgen.write.card.training import _cost, _duration

DEV = 'writes the model: pip install -e ".[dev]"'


def onnx_model(folder: Path) -> None:
    onnx = pytest.importorskip("onnx", reason=DEV)
    from onnx import TensorProto, helper

    inputs, outputs = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 4]) for name in ("x", "y"))
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [inputs], [outputs], doc_string="Cuts at zero.")
    onnx.save(
        helper.make_model(graph, producer_name="ours", opset_imports=[helper.make_opsetid("", 17)], ir_version=10),
        folder / "model.onnx",
    )


def gguf_model(folder: Path) -> None:
    from test_gguf_file import store

    store(folder / "notes-q8_0.gguf", tokenizer__chat_template="{{ messages }}")
    store(folder / "notes-f16.gguf", quantised=False, tokenizer__chat_template="{{ messages }}")


def skops_model(folder: Path) -> None:
    skops_io = pytest.importorskip("skops.io", reason=DEV)
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5)).fit([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0]], [0, 1, 1])
    skops_io.dump(model, folder / "model.skops")


def adapter(folder: Path) -> None:
    lora: dict[str, JSON] = {
        "peft_type": "LORA",
        "base_model_name_or_path": "openai-community/gpt2",
        "r": 8,
        "lora_alpha": 16,
        "task_type": "CAUSAL_LM",
        "target_modules": ["c_attn"],
        "peft_version": "0.21.2",
    }
    history: list[JSON] = [
        {"step": 10, "loss": 2.0, "epoch": 1.0},
        {"step": 10, "eval_loss": 1.5, "eval_num_tokens": 400, "epoch": 1.0},
        {"step": 20, "loss": 1.0, "epoch": 2.0},
        {"step": 20, "eval_loss": 1.6, "eval_num_tokens": 800, "epoch": 2.0},
    ]
    state = {"best_metric": 1.5, "best_global_step": 10, "global_step": 20, "epoch": 2.0, "log_history": history}
    (folder / "adapter_config.json").write_text(json.dumps(lora))
    (folder / "trainer_state.json").write_text(json.dumps(state))
    (folder / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")


def sentence_model(folder: Path) -> None:
    from test_model_folder import sentence_model as files_of
    from test_model_folder import write as write_files

    config: dict[str, JSON] = {
        "architectures": ["NewModel"],
        "model_type": "new",
        "auto_map": {"AutoModel": "modeling_new.New"},
    }
    write_files(folder, {**files_of("Transformer", "Pooling", "Normalize"), "config.json": config})


MODELS = [
    pytest.param(onnx_model, "`tagger` is a model in the ONNX format. It takes `x` and returns `y`.", id="ONNX"),
    pytest.param(
        gguf_model,
        "`tagger` is a llama model in the GGUF format for text generation. It has 20,544 parameters. "
        "It reads up to 2048 tokens. The licence is Apache-2.0.",
        id="GGUF",
    ),
    pytest.param(
        skops_model,
        "`tagger` is a scikit-learn `Pipeline` for tabular classification. Its steps are `StandardScaler` and "
        "`LogisticRegression`. It was fitted on 2 features.",
        id="skops",
    ),
    pytest.param(
        adapter,
        "`tagger` is a LoRA adapter for text generation, fine-tuned from `openai-community/gpt2`. The adapter has rank 8 and "
        "alpha 16. The licence is MIT.",
        id="LoRA",
    ),
    pytest.param(
        sentence_model, "`tagger` is a `NewModel` model for sentence similarity. It reads up to 256 tokens.", id="sentences"
    ),
]
make = pytest.mark.parametrize(("make", "introduction"), MODELS)
Make = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "tagger").mkdir()
    return tmp_path / "tagger"


def card(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


@make
def test_a_card_introduces_the_model_and_holds_no_form_to_fill_in(folder: Path, make: Make, introduction: str) -> None:
    make(folder)
    write([str(folder)], root=folder.parent)
    assert introduction in card(folder)
    assert not [
        word
        for word in ("None", "unknown", "More Information", "TODO", "N/A", "nan")
        if f" {word}" in card(folder) and f"`{word}`" not in card(folder)
    ]


@make
def test_no_section_contradicts_the_files_and_a_second_run_writes_nothing(folder: Path, make: Make, introduction: str) -> None:
    make(folder)
    write([str(folder)], root=folder.parent)
    (entry,) = read_model(folder, folder.parent)
    assert contradictions(card(folder), entry) == []
    assert check([], root=folder.parent).findings == ()
    assert write([str(folder)], root=folder.parent).summary["written"] == []


@make
def test_the_hub_accepts_the_front_matter(folder: Path, make: Make, introduction: str) -> None:
    make(folder)
    write([str(folder)], root=folder.parent)
    assert problems_of(parse_fields(Document.parse(card(folder)).front_matter or "", "README.md")) == []


@make
def test_every_template_for_models_fits(folder: Path, make: Make, introduction: str) -> None:
    make(folder)
    for name in ("short_card", "technical_documentation"):
        write([str(folder)], root=folder.parent, template=name, output=folder.parent / f"{name}.md")
        text = (folder.parent / f"{name}.md").read_text()
        assert introduction in text and "\n\n\n" not in text
    assert check([], root=folder.parent).findings == ()


def test_what_only_people_know_is_asked_for_once_until_they_say_it(folder: Path) -> None:
    adapter(folder)
    write([str(folder)], root=folder.parent)
    (comment,) = [line for line in card(folder).splitlines() if line.startswith("<!-- Not told")]
    assert "`language`, `datasets`" in comment
    assert comment.count("(owner: ") == 4 and "known risks and biases (owner: model developer)" in comment
    (folder / "README.md").write_text(card(folder) + "\n## Bias and Risks\n\nIt speaks like its time.\n\n## Contact\n\nUs.\n")
    write([str(folder)], root=folder.parent)
    (comment,) = [line for line in card(folder).splitlines() if line.startswith("<!-- Not told")]
    assert "risks" not in comment and "whom to ask" not in comment and comment.count("(owner: ") == 2


def test_the_best_checkpoint_is_told_from_the_last_and_tokens_are_no_metric(folder: Path) -> None:
    adapter(folder)
    write([str(folder)], root=folder.parent)
    assert (
        "| Metric | Best (step 10, epoch 1) | Last (step 20, epoch 2) |\n| --- | --- | --- |\n| Loss | 1.5 | 1.6 |\n\n"
        in card(folder)
    )


def test_a_base_from_a_folder_of_one_machine_is_named_and_is_no_field_for_the_hub(folder: Path) -> None:
    adapter(folder)
    path = folder / "adapter_config.json"
    path.write_text(path.read_text().replace("openai-community/gpt2", "/home/someone/our-base"))
    write([str(folder)], root=folder.parent)
    front = parse_fields(Document.parse(card(folder)).front_matter or "", "README.md")
    assert "base_model" not in front and "fine-tuned from `our-base`" in card(folder) and "someone" not in card(folder)


def test_a_licence_has_its_usual_spelling_and_a_count_its_commas(folder: Path) -> None:
    numpy = pytest.importorskip("safetensors.numpy", reason=DEV)
    (folder / "config.json").write_text(json.dumps({"architectures": ["BertModel"], "model_type": "bert"}))
    numpy.save_file({"weight": np.zeros((1000, 76), dtype=np.float32)}, folder / "model.safetensors")
    (folder / "README.md").write_text("---\nlicense: mit\n---\n\n# Notes\n")
    write([str(folder)], root=folder.parent)
    assert "\nMIT.\n" in card(folder)
    assert "| Parameters | 76,000 |" in card(folder)
    assert check(root=folder.parent).exit_code == 0


def test_a_changed_file_makes_its_sections_stale_and_no_others(folder: Path) -> None:
    skops_io = pytest.importorskip("skops.io", reason=DEV)
    skops_model(folder)
    write([str(folder)], root=folder.parent)
    from sklearn.linear_model import LinearRegression

    skops_io.dump(LinearRegression().fit([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0]), folder / "model.skops")
    stale = {finding.section.partition(":")[0] for finding in check([], root=folder.parent).findings}
    assert {"estimator", "estimator-settings", "use-case"} <= stale and "missing" not in stale
    write([str(folder)], root=folder.parent)
    assert check([], root=folder.parent).findings == ()
    assert "`tagger` is a scikit-learn `LinearRegression` for tabular regression." in card(folder)


def test_a_folder_that_is_nothing_says_what_was_looked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "weights.pt").write_bytes(b"x")
    assert run(["--root", str(folder.parent), "write", str(folder)]) == 2
    error = capsys.readouterr().err
    for name in (
        "config.json",
        "*.safetensors",
        "*.onnx",
        "*.gguf",
        "*.skops",
        "dataset_infos.json",
        "`weights.pt` is not opened",
    ):
        assert name in error


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.808, "0.808 s"), (45, "45 s"), (99.9, "99.9 s"), (720, "12 min"), (7200, "2 h"), (16_800, "4 h 40 min"), (7190, "2 h")],
)
def test_a_time_is_told_as_people_say_it(seconds: float, words: str) -> None:
    assert _duration(seconds) == words


@pytest.mark.parametrize(("value", "words"), [(0.36781, "0.368"), (187.41, "187"), (3, "3"), ("Denmark", "Denmark")])
def test_a_measured_value_has_three_digits(value: JSON, words: str) -> None:
    assert _cost(value) == words


def test_a_base_that_is_not_on_the_hub_has_no_link(folder: Path) -> None:
    adapter(folder)
    write([str(folder)], root=folder.parent)
    assert "| Base model | [`openai-community/gpt2`](https://huggingface.co/openai-community/gpt2) |" in card(folder)
    (folder / "docgen.json").write_text(json.dumps({"base": {"kind": "embedded", "name": "docgen/sm"}}))
    path = folder / "adapter_config.json"
    path.write_text(path.read_text().replace("openai-community/gpt2", "docgen/sm"))
    write([str(folder)], root=folder.parent)
    assert "| Base model | `docgen/sm` |" in card(folder)


HOSTILE = "a|b`c\n<!-- docgen:end mark=000000 --> ``` <script> --> ](x) | y"


def hostile_run(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"architectures": [HOSTILE], "model_type": HOSTILE}))
    settings = {"learning_rate": HOSTILE, "seed": 1, "base_model": HOSTILE, "datasets": [{"path": HOSTILE, "split": HOSTILE}]}
    (folder / "axolotl.yaml").write_text(json.dumps(settings))
    (folder / "emissions.csv").write_text(f'run_id,energy_consumed,gpu_model\n1,2,"{HOSTILE}"\n')
    history: list[JSON] = [{"step": step, f"eval_{HOSTILE}loss": 1.0, "eval_loss": 1.0 + step} for step in (1, 2)]
    (folder / "trainer_state.json").write_text(json.dumps({"global_step": 2, "log_history": history}))


def hostile_dataset(folder: Path) -> None:
    features = {HOSTILE: {"dtype": "string", "_type": "Value"}, "l": {"names": [HOSTILE, "b"], "_type": "ClassLabel"}}
    info = {"features": features, "description": f"D {HOSTILE}", "license": HOSTILE, "splits": {HOSTILE: {"num_examples": 3}}}
    (folder / "dataset_info.json").write_text(json.dumps(info))
    (folder / "rows.csv").write_text("a\n")


def hostile_onnx(folder: Path) -> None:
    onnx = pytest.importorskip("onnx", reason=DEV)
    from onnx import TensorProto, helper

    ways = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [HOSTILE]) for name in (HOSTILE, "y")]
    node = helper.make_node(HOSTILE, [HOSTILE], ["y"])
    graph = helper.make_graph([node], "g", ways[:1], ways[1:], doc_string=f"D {HOSTILE}")
    model = helper.make_model(graph, producer_name=HOSTILE)
    helper.set_model_props(model, {HOSTILE: HOSTILE})
    onnx.save(model, folder / "model.onnx")


def hostile_gguf(folder: Path) -> None:
    from test_gguf_file import store

    store(folder / "model.gguf", general__license=HOSTILE, tokenizer__ggml__model=HOSTILE)


@pytest.mark.parametrize("make", [hostile_run, hostile_dataset, hostile_onnx, hostile_gguf])
def test_no_name_in_a_file_breaks_out_of_its_place_on_the_card(folder: Path, make: Make) -> None:
    make(folder)
    write([str(folder)], root=folder.parent)
    document = Document.parse(card(folder), "README.md")
    assert not [section.key for section in document.sections if section.edited]
    body = card(folder).partition("\n---\n")[2]
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body)
    markup = [part.content for token in tokens for part in (token, *(token.children or ())) if part.type.startswith("html_")]
    assert not [text for text in markup if "<script" in text]
    ends = [text for text in markup if text.startswith("<!-- docgen:end")]
    assert len(ends) == len(document.sections) - 1, "one for each section, the front matter's aside"
    assert write([str(folder)], root=folder.parent).summary["written"] == []


def test_a_text_model_saved_without_its_tokenizer_is_loaded_with_that_of_its_base(folder: Path) -> None:
    config = {"architectures": ["BertForMaskedLM"], "model_type": "bert", "_name_or_path": "bert-base-uncased"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "trainer_state.json").write_text(json.dumps({"global_step": 3, "log_history": []}))
    write([str(folder)], root=folder.parent)
    assert f'pipeline("fill-mask", model="{folder.name}", tokenizer="bert-base-uncased")' in card(folder)


def test_a_sentence_model_is_loaded_by_its_library_with_a_warning_of_the_code_that_runs(folder: Path) -> None:
    sentence_model(folder)
    write([str(folder)], root=folder.parent)
    text = card(folder)
    assert "library_name: sentence-transformers\npipeline_tag: sentence-similarity\n" in text
    warned = "# Runs code that came with the model: read modeling_new.py first.\n"
    assert f'{warned}model = SentenceTransformer("tagger", trust_remote_code=True)\n' in text
    assert "| Steps | `Transformer`, `Pooling`, `Normalize` |" in text and "| Numbers in a vector | 768 |" in text
    assert "| Prompt for queries | “query:” |" in text and "| Vectors of length 1 | yes |" in text


def test_an_adapter_for_speech_is_loaded_with_a_processor(folder: Path) -> None:
    mapping = {
        "base_model_class": "WhisperForConditionalGeneration",
        "parent_library": "transformers.models.whisper.modeling_whisper",
    }
    lora = {"peft_type": "LORA", "r": 8, "base_model_name_or_path": "openai/whisper-tiny", "auto_mapping": mapping}
    (folder / "adapter_config.json").write_text(json.dumps(lora))
    write([str(folder)], root=folder.parent)
    assert 'processor = AutoProcessor.from_pretrained("openai/whisper-tiny")' in card(folder)
    assert "AutoTokenizer" not in card(folder)


def test_a_gguf_file_of_a_vocabulary_alone_is_said_to_be_for_nothing_else(folder: Path) -> None:
    gguf = pytest.importorskip("gguf", reason=DEV)
    writer = gguf.GGUFWriter(str(folder / "vocab.gguf"), "llama")
    writer.add_context_length(2048)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(["a", "b"])
    writer.add_string("tokenizer.chat_template", "{{ messages }}")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    write([str(folder)], root=folder.parent)
    assert "| Holds | a vocabulary, no weights |" in card(folder)
    assert "text-generation" not in card(folder) and "2048" not in card(folder) and "Llama(" not in card(folder)


def test_an_adapter_by_docgen_tells_its_corpus_and_what_it_was_set_to(folder: Path) -> None:
    adapter(folder)
    record = {
        "base": {"name": "docgen/sm"},
        "corpus": {"mark": "ca1f", "rows": {"train": 262, "validation": 98, "scored": 72}, "licenses": {"MIT": 200, "": 62}},
        "settings": {"rank": 16, "dropout": 0.2, "learning_rate": 0.002},
        "scores": {"test": {"adapter": {"contradicted": 0.0, "claims.F1": 46.5}}},
    }
    (folder / "docgen.json").write_text(json.dumps(record))
    write([str(folder)], root=folder.parent)
    text = card(folder)
    assert "| Rows trained on | 262 |" in text and "| Revision of the corpus | `ca1f` |" in text
    assert "| Licences of the rows | MIT (200), not stated (62) |" in text
    settings = text[text.index("## Settings") :]
    assert "| Dropout | 0.2 | 0.05 |" in settings and "| Rank | 16 | 16 |" in settings
    assert settings.index("| Dropout ") < settings.index("| Rank ")
    assert "| test | Contradicted claims | 0 |" in text and "| test | Claims, F1 | 46.5 |" in text
    assert "to write documentation with docgen" in text
    assert "where the training data came from" not in text
