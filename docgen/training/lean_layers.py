"""A base's layers in the form that a CPU trains fastest in: 4-bit values held open, adapters without detours.

In: a loaded model. Out: the same model with the same values. A 4-bit layer makes its floating-point weights anew at every pass,
which costs a CPU a third of its time; where memory has room for them, they are made once. PEFT's layer casts, copies and draws
at full width for every adapter; `LeanLinear` does the same sums in the base's own type, and keeps a byte an input for the
backward pass where PEFT keeps eight.
"""

from __future__ import annotations

from typing import Any

import torch
from peft.tuners.lora.layer import Linear as PeftLinear
from torch.nn import functional

MOST_OPEN = 2 << 30  # bytes that opened weights may take
_BYTE = 256  # values of a random byte


def opened_size(model: torch.nn.Module) -> int:
    """The bytes that all 4-bit layers would take in floating point; 0 where there are none."""
    return sum(layer.in_features * layer.out_features * 2 for _, layer in _four_bit_layers(model))


def hold_open(model: torch.nn.Module) -> bool:
    """Puts the floating-point values that the 4-bit weights stand for in their place, the very ones that each pass would make.
    Whether there were any."""
    layers = _four_bit_layers(model)
    for name, layer in layers:
        parent, _, own = name.rpartition(".")
        setattr(model.get_submodule(parent), own, _opened(layer))
    if layers:
        # What asks later finds a model in floating point, as it now is.
        model.config.quantization_config = None
        del model.config.quantization_config
        model.is_loaded_in_4bit = model.is_quantized = False
        model.hf_quantizer = None
    return bool(layers)


def _four_bit_layers(model: torch.nn.Module) -> list[tuple[str, Any]]:
    return [
        (name, module)
        for name, module in model.named_modules()
        if getattr(getattr(module, "weight", None), "quant_state", None) is not None
    ]


def _opened(layer: Any) -> torch.nn.Linear:
    from bitsandbytes.functional import dequantize_4bit

    with torch.no_grad():
        weight = dequantize_4bit(layer.weight.data, layer.weight.quant_state).to(layer.compute_dtype or torch.float32)
    plain = torch.nn.Linear(layer.in_features, layer.out_features, bias=layer.bias is not None, device="meta")
    plain.weight = torch.nn.Parameter(weight.reshape(layer.out_features, layer.in_features), requires_grad=False)
    if layer.bias is not None:
        plain.bias = torch.nn.Parameter(layer.bias.data.to(weight.dtype), requires_grad=False)
    return plain


class LeanLinear(PeftLinear):
    """PEFT's layer, with a shorter way for the one case that training is: a single ordinary adapter that is on."""

    is_lean = True

    def forward(self, x: torch.Tensor, *arguments: Any, **options: Any) -> torch.Tensor:
        """The layer's output. The shorter way draws other dropped inputs than PEFT's, as likely."""
        name = self.active_adapters[0] if len(self.active_adapters) == 1 else ""
        if arguments or options or not self._has_short_way(name, x):
            return super().forward(x, *arguments, **options)
        base = self.get_base_layer()
        dropout = getattr(self.lora_dropout[name], "p", 0.0) if self.training else 0.0
        down, up = self.lora_A[name].weight, self.lora_B[name].weight
        found: torch.Tensor = _Adapted.apply(x, base.weight, base.bias, down, up, self.scaling[name], dropout)
        return found

    def _has_short_way(self, name: str, x: torch.Tensor) -> bool:
        return (
            self.is_lean
            and torch.is_grad_enabled()
            and not (self.disable_adapters or self.merged)
            and name in self.lora_A
            and name not in self.lora_variant
            and self.lora_A[name].weight.requires_grad
            and self.lora_B[name].weight.requires_grad
            and self.lora_B[name].bias is None
            and x.dtype == self.get_base_layer().weight.dtype
        )


class _Adapted(torch.autograd.Function):
    """`x @ weight.T + bias + scale * dropped(x) @ down.T @ up.T`, in the type of `x`."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        down: torch.Tensor,
        up: torch.Tensor,
        scale: float,
        dropout: float,
    ) -> torch.Tensor:
        flat = x.reshape(-1, x.shape[-1])
        dropped, rate = _drawn(flat, dropout)
        scale = scale / (1 - rate)
        given = flat if dropped is None else flat.masked_fill(dropped, 0)
        inner = given @ down.to(x.dtype).T
        out = functional.linear(flat, weight, bias)
        out.addmm_(inner, (up * scale).to(x.dtype).T)
        ctx.save_for_backward(x, weight, down, up, inner, dropped)
        ctx.scale = scale
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, weight, down, up, inner, dropped = ctx.saved_tensors
        flat = x.reshape(-1, x.shape[-1])
        gradient = upstream[0].reshape(-1, weight.shape[0]).to(x.dtype)
        through = gradient @ (up * ctx.scale).to(x.dtype)
        given = flat if dropped is None else flat.masked_fill(dropped, 0)
        of_up = (gradient.T @ inner).to(up.dtype) * ctx.scale
        of_down = (through.T @ given).to(down.dtype)
        of_x = None
        if ctx.needs_input_grad[0]:
            of_x = through @ down.to(x.dtype)
            if dropped is not None:
                of_x = of_x.masked_fill_(dropped, 0)
            of_x = of_x.addmm_(gradient, weight).view(x.shape)
        return of_x, None, None, of_down, of_up, None, None


def _drawn(x: torch.Tensor, dropout: float) -> tuple[torch.Tensor | None, float]:
    """Which inputs are dropped, each with a chance of a multiple of 1/256, and that chance. Eight are decided by one draw: at
    one draw each, drawing would take as long as multiplying."""
    most = round(dropout * _BYTE)
    if not most:
        return None, 0.0
    draws = torch.empty(-(-x.numel() // 8), dtype=torch.int64, device=x.device).random_(-(2**63), None)
    return draws.view(torch.uint8)[: x.numel()].view(x.shape) < most, most / _BYTE
