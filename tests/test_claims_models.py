"""What cards claim of a model: base, licence, sizes, training and metrics, at the precision printed."""

from __future__ import annotations

import pytest
from claimed import MODEL, contradicted, entry, told

from docgen.facts import JSON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It is a fine-tuned version of `acme/base-7B`.", {"base_model": "acme/base-7B"}, id="version of"),
        pytest.param(
            "Fine-tuned from [acme/base-7B](https://huggingface.co/acme/base-7B).", {"base_model": "acme/base-7B"}, id="link"
        ),
        pytest.param("**Base model:** acme/base-7B", {"base_model": "acme/base-7B"}, id="label"),
        pytest.param("It is licensed under Apache 2.0.", {"license": "Apache-2.0"}, id="licence"),
        pytest.param("License: apache-2.0", {"license": "Apache-2.0"}, id="licence as a label"),
        pytest.param("It has 7B parameters.", {"parameters.total": 7241732096}, id="billions"),
        pytest.param("It has 7.24 billion parameters.", {"parameters.total": 7241732096}, id="billions in words"),
        pytest.param("A context length of 32768 tokens.", {"context_length": 32768}, id="context"),
        pytest.param("It has a 32K context window.", {"context_length": 32768}, id="context in thousands"),
        pytest.param("Its vocabulary size is 32,000.", {"vocab_size": 32000}, id="vocabulary"),
        pytest.param(
            "LoRA rank 16, alpha 32, dropout 0.05.", {"lora.r": 16, "lora.alpha": 32, "lora.dropout": 0.05}, id="LoRA"
        ),
        pytest.param("It was trained for 3 epochs.", {"training.epochs": 3}, id="epochs"),
        pytest.param("The batch size was 8.", {"training.batch_size": 8}, id="batch size"),
        pytest.param("Quantised to 4 bits.", {"quantization.bits": 4}, id="bits"),
        pytest.param("It reaches an accuracy of 0.898.", {"eval.accuracy": 0.8978000283}, id="metric in prose"),
        pytest.param("| Metric | Value |\n|---|---|\n| F1 | 0.771 |", {"eval.f1": 0.7712}, id="metric in a table"),
        pytest.param("- type: accuracy\n  value: 0.8978\n", {"eval.accuracy": 0.8978000283}, id="model-index"),
        pytest.param("- name: F1\n  type: f1\n  value: 77.12\n", {}, id="model-index, per cent of a share"),
        pytest.param("It reads English.", {}, id="nothing of the kind"),
        pytest.param("There are 16 classes.", {}, id="another number"),
    ],
)
def test_a_card_asserts_what_it_states(text: str, expected: dict[str, JSON]) -> None:
    assert {name: value for name, value in told(text, MODEL).items() if not name.startswith("names.")} == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("It is a fine-tuned version of `acme/base-13B`.", "base_model", id="another base"),
        pytest.param("**Base model:** [acme/other](https://huggingface.co/acme/other)", "base_model", id="another base, label"),
        pytest.param("| Base model | `acme/other` |", "base_model", id="another base, table"),
        pytest.param("An adapter for `acme/other`.", "base_model", id="another base of an adapter"),
        pytest.param("The model is released under the MIT licence.", "license", id="another licence"),
        pytest.param("License: cc-by-nc-4.0", "license", id="another licence, label"),
        pytest.param("| Model | Value |\n| --- | --- |\n| Licence | MIT |", "license", id="another licence, in a table"),
        pytest.param("It has 13B parameters.", "parameters.total", id="another size"),
        pytest.param("Parameters: 1.5M", "parameters.total", id="another size, label"),
        pytest.param("It has a context length of 4096 tokens.", "context_length", id="another context"),
        pytest.param("Maximum sequence length: 4,096", "context_length", id="another sequence length"),
        pytest.param("It has a 4096-token context.", "context_length", id="another context, hyphen"),
        pytest.param("Hidden size: 2048", "hidden_size", id="another hidden size"),
        pytest.param("It has 24 layers.", "layers", id="other layers"),
        pytest.param("Vocabulary size: 50257", "vocab_size", id="another vocabulary"),
        pytest.param("LoRA rank: 8", "lora.r", id="another rank"),
        pytest.param("`lora_alpha` = 64", "lora.alpha", id="another alpha"),
        pytest.param("It was trained for 5 epochs.", "training.epochs", id="other epochs"),
        pytest.param("`num_train_epochs`: 5", "training.epochs", id="other epochs, as the trainer has it"),
        pytest.param("It is quantized to 8 bits.", "quantization.bits", id="other bits"),
        pytest.param("An accuracy of 0.91 was reached.", "eval.accuracy", id="another accuracy"),
        pytest.param("| Metric | Value |\n|---|---|\n| accuracy | 0.91 |", "eval.accuracy", id="another accuracy, table"),
        pytest.param("- type: f1\n  value: 0.80\n", "eval.f1", id="another F1, model-index"),
        pytest.param("- name: F1\n  type: f1\n  value: 0.80\n", "eval.f1", id="another F1, named"),
    ],
)
def test_another_value_than_the_fact_is_contradicted(text: str, name: str) -> None:
    assert [claimed for _, claimed, _ in contradicted(text, MODEL)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It was fine-tuned on `acme/reviews`.", id="a data set"),
        pytest.param("Unlike `acme/base-13B`, it is small.", id="a comparison"),
        pytest.param("The code is released under the MIT licence.", id="the licence of the code"),
        pytest.param(
            "| Package | Version | Licence |\n| --- | --- | --- |\n| ink | 1.0 | The MIT License (MIT) |", id="a list of works"
        ),
        pytest.param("The data set is licensed under CC-BY-4.0.", id="the licence of the data"),
        pytest.param("See LICENSE for terms.", id="no licence named"),
        pytest.param("It has about 8B parameters.", id="about"),
        pytest.param("It has 7.2B parameters.", id="at the precision printed"),
        pytest.param("It has 40M trainable parameters.", id="those of the adapter"),
        pytest.param("The base model has 13B parameters.", id="those of the base"),
        pytest.param("It has 16 parameters to tune.", id="settings"),
        pytest.param("The base model has a context length of 4096.", id="the base's context"),
        pytest.param("We tried a rank of 8 as well as other ranks.", id="what was tried"),
        pytest.param("Accuracy at step 240 was 0.71.", id="another step"),
        pytest.param("The baseline has an accuracy of 0.71.", id="a baseline"),
        pytest.param("An accuracy of 0.9 was reached.", id="rounded"),
        pytest.param("An accuracy of 89.8 % was reached.", id="per cent"),
        pytest.param("| Split | accuracy |\n|---|---|\n| train | 0.99 |", id="another split"),
        pytest.param("<!-- It has 13B parameters. -->", id="comment"),
        pytest.param("```\naccuracy: 0.71\n```", id="output in a code block"),
        pytest.param("## Changelog\n\n- accuracy of 0.71", id="changelog"),
    ],
)
def test_what_may_be_something_else_contradicts_nothing(text: str) -> None:
    assert contradicted(text, MODEL) == []


def test_a_size_that_is_rounded_up_is_no_other_size() -> None:
    llama = entry(about="big", parameters__total=68_976_648_192)
    assert contradicted("It has 70B parameters.", llama) == []
    assert len(contradicted("It has 7B parameters.", llama)) == 1
