"""Peak memory of training on 100,000 images beyond what torch itself takes, in float32 data sizes.

    python -m benchmarks.contenders.peak_memory NUM_STEPS

The baseline is a process that has trained the same network on 512 images. Linux only.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np

from ml.learning.pacing import FramePacer
from ml.networks.model import build_model
from ml.records import NO_CLASS, Frame, RunConfig, Step
from ml.training import TrainingSet, train

NUM_IMAGES = 100_000
SIDE = 28


def resident_bytes() -> int:
    """Return the memory the process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def learn(num_images: int, num_steps: int) -> int:
    """Train for `num_steps`, with a snapshot and frames; return how many frames left."""
    images = np.random.default_rng(0).integers(0, 256, (num_images, 1, SIDE, SIDE), np.uint8)
    nothing = np.full(num_images, NO_CLASS, np.int16)
    samples = TrainingSet(images, nothing, np.zeros(num_images, bool), nothing, 2)
    config = RunConfig(preset="annotate-vae", num_epochs=1)
    model = build_model(config, samples.sample_shape, 2)
    num_frames = 0
    for event in train(model, samples, config, FramePacer(time.monotonic)):
        num_frames += isinstance(event, Frame)
        if isinstance(event, Step) and event.step == num_steps:
            break
    return num_frames


def main() -> int:
    """Measure and print the ratio."""
    learn(512, 4)
    before = resident_bytes()
    learn(NUM_IMAGES, int(sys.argv[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(f"{(peak - before) / (NUM_IMAGES * SIDE * SIDE * 4)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
