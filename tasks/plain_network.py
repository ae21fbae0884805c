"""A network without what training adds: one sample in, its place and its probabilities out.

It reads samples as the data set holds them: uint8 images (B, C, H, W), or float32 vectors (B, D).
Its classes are those that had an annotation to learn from; others were never taught.

`annotate-vae` and `refine-projection` predict by their head, and so does what goes out. The head of
`lodemap` is made for it first (lone_head.py).
"""

import warnings
from collections.abc import Sequence
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from safetensors.torch import save
from torch import Tensor, nn

from ml.networks.columns import shortened
from ml.networks.model import LatentModel
from ml.networks.plain_encoder import FEATURE_LENGTH

OPSET: Final = 18
"""Of ONNX; read by ONNX Runtime 1.14 and later."""


class PlainNetwork(nn.Module):
    """z and class probabilities of samples."""

    shift: Tensor
    """The middle of each column of vectors, shape (D,); there is none for images."""
    scale: Tensor
    """The unit of each column, likewise."""
    reach: Tensor
    """How long vectors are read at most, in units, shape (1,)."""

    def __init__(self, model: LatentModel, class_indices: Sequence[int]) -> None:
        """Take the parts of a model that tell one sample.

        Args:
            model: On the CPU.
            class_indices: Classes it was taught, ascending; none for a pretrained network.
        """
        super().__init__()
        self.encoder = model.encoder
        # vectors come in the units of the data set
        for name in ("shift", "scale", "reach"):
            if (buffer := getattr(model, f"input_{name}")) is not None:
                self.register_buffer(name, buffer.clone())
        self.branch = model.mu
        self.head = _head_of(model.head, class_indices) if class_indices else None
        self.head_on = model.parts.head_on
        self.is_spherical = model.parts.is_spherical
        self.sample_shape = model.sample_shape
        self.latent_dim = model.latent_dim

    def forward(self, samples: Tensor) -> tuple[Tensor, ...]:
        """Return z (B, latent_dim) and, where it was taught, probabilities (B, num_classes)."""
        is_image = len(self.sample_shape) == 3
        if is_image:
            x = samples.float() / 255
        else:
            x = shortened((samples - self.shift) / self.scale, self.reach)
        h = self.encoder(x)  # (B, FEATURE_DIM)
        if self.is_spherical:
            h = FEATURE_LENGTH * F.normalize(h, dim=1)
        z = self.branch(h)  # (B, latent_dim)
        if self.head is None:
            return (z,)
        return z, self.head(z if self.head_on == "z" else h).softmax(1)

    @property
    def example(self) -> Tensor:
        """Two empty samples, shape (2, *sample_shape)."""
        dtype = torch.uint8 if len(self.sample_shape) == 3 else torch.float32
        return torch.zeros((2, *self.sample_shape), dtype=dtype)


def _head_of(head: nn.Module, class_indices: Sequence[int]) -> nn.Sequential:
    """Return a head that knows some of the classes, as if the others could not win."""
    *hidden, last = list(head.children())
    assert isinstance(last, nn.Linear)
    kept = nn.Linear(last.in_features, len(class_indices))
    with torch.no_grad():
        kept.weight.copy_(last.weight[list(class_indices)])
        kept.bias.copy_(last.bias[list(class_indices)])
    return nn.Sequential(*hidden, kept)


def to_safetensors(network: PlainNetwork) -> bytes:
    """Return the weights alone."""
    return save({name: w.detach().contiguous() for name, w in network.state_dict().items()})


def to_onnx(network: PlainNetwork, metadata: dict[str, str]) -> bytes:
    """Return the network as an ONNX model: `samples` in, `z` and `probabilities` out.

    Args:
        network: In evaluation mode.
        metadata: Written into the model's properties.
    """
    names = ["z", "probabilities"] if network.head is not None else ["z"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts of PyTorch that are not used here
        program = torch.onnx.export(
            network,
            (network.example,),
            input_names=["samples"],
            output_names=names,
            opset_version=OPSET,
            dynamic_shapes={"samples": {0: torch.export.Dim("batch")}},
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    program.model.metadata_props.update(metadata)
    data: bytes = program.model_proto.SerializeToString()
    return data


SOURCE: Final = '''"""{title}

Written by Lodemap {version}. `Network` needs PyTorch and nothing else; README.md says how to load
it.
"""

import torch
import torch.nn.functional as F
from torch import nn

CLASS_NAMES = {class_names}
"""What the columns of the probabilities mean."""
SAMPLE_SHAPE = {sample_shape}
"""Of one sample: {reads}."""


class Network(nn.Module):
    """Samples in, their places on the map and their class probabilities out."""

    def __init__(self):
        super().__init__()
{parts}

    def forward(self, samples):
        """Return z (B, {latent_dim}) and probabilities (B, {num_classes}); None without classes."""
{steps}
'''


READ_VECTORS: Final = (
    "x = (samples - self.shift) / self.scale",
    "largest = x.abs().amax(1, keepdim=True).clamp_min(1)",
    "length = largest * (x / largest).square().mean(1, keepdim=True).sqrt()",
    "x = x * (self.reach / torch.maximum(length, self.reach))",
)
"""What `LatentModel.scaled` does, in the words of `SOURCE`."""


def to_source(
    network: PlainNetwork, title: str, version: str, class_names: Sequence[str], prepare: str = ""
) -> str:
    """Return a Python module that defines this very network in plain PyTorch.

    Args:
        network: What to define.
        title: What it is, one line.
        version: Of this Lodemap.
        class_names: Of its classes, in any script.
        prepare: Source of what makes samples of files, at its end.
    """
    is_image = len(network.sample_shape) == 3
    parts = [("encoder", network.encoder), ("branch", network.branch), ("head", network.head)]
    made = [f"self.{name} = {_made(part, 8)}" for name, part in parts]
    if not is_image:
        columns = network.sample_shape[0]
        made.append(f'self.register_buffer("shift", torch.zeros({columns}))')
        made.append(f'self.register_buffer("scale", torch.ones({columns}))')
        made.append('self.register_buffer("reach", torch.ones(1))')
    source = SOURCE.format(
        title=title.replace("\\", "/").replace('"', "'"),
        version=version,
        class_names=_listed([repr(name) for name in class_names]),
        sample_shape=tuple(network.sample_shape),
        reads="uint8 image (channels, height, width)" if is_image else "float32 vector",
        parts="\n".join(f"        {line}" for line in made),
        latent_dim=network.latent_dim,
        num_classes=len(class_names),
        steps="\n".join(f"        {step}" for step in _steps(network, is_image)),
    )
    return source + prepare


def _steps(network: PlainNetwork, is_image: bool) -> list[str]:
    steps = ["x = samples.float() / 255"] if is_image else list(READ_VECTORS)
    steps.append("h = self.encoder(x)")
    if network.is_spherical:
        steps.append(f"h = {FEATURE_LENGTH} * F.normalize(h, dim=1)")
    steps.append("z = self.branch(h)")
    if network.head is None:
        return [*steps, "return z, None"]
    return [*steps, f"return z, self.head({'z' if network.head_on == 'z' else 'h'}).softmax(1)"]


def _made(part: nn.Module | None, indent: int) -> str:
    """Return the expression that makes a part: PyTorch's own words for it are Python."""
    if part is None:
        return "None"
    if not isinstance(part, nn.Sequential):
        return f"nn.{part!r}"
    lines = ",\n".join(f"{' ' * (indent + 4)}{_made(each, indent + 4)}" for each in part.children())
    return f"nn.Sequential(\n{lines},\n{' ' * indent})"


def _listed(items: Sequence[str]) -> str:
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]" if items else "[]"
