"""The product's presets in Wei et al.'s protocol: what is moved, trained and reported."""

import numpy as np
import pytest

from benchmarks.labelled import LabelledSet
from benchmarks.moves import Outcome
from benchmarks.sheet import Sheet
from benchmarks.wei import Condition, WeiRun
from benchmarks.wei_network import Branch
from benchmarks.wei_product import PRODUCT, ProductRun, lodemap_base, run_preset
from benchmarks.wei_report import HEADLINE, control_of, put_headline, side_of
from ml.records import PRESETS
from tests.ml.scenes import blobs


@pytest.fixture(scope="module")
def data() -> LabelledSet:
    """Blobs of three kinds, of which every sixth label is that of another kind."""
    samples = blobs(180)
    label = (np.arange(180) % 3).astype(np.int16)
    label[::6] = (label[::6] + 1) % 3
    images = np.asarray(samples.images, np.uint8)
    return LabelledSet(images, label, np.arange(180) % 2 == 0, ("a", "b", "c"))


def test_product__is_of_presets_that_can_be_chosen() -> None:
    assert set(PRODUCT) <= set(PRESETS)
    assert PRODUCT[0] == PRESETS[0], "the headline is of the default"


@pytest.mark.slow
def test_run_preset__moves_wrong_test_points_and_leaves_the_control_alone(
    data: LabelledSet,
) -> None:
    base = lodemap_base(data, 0, 2)
    assert base.model.preset == "lodemap"
    assert 40 < base.accuracy < 100
    found = run_preset(base, (2, 4))
    assert set(found.moved) == set(found.control) == {2, 4}
    assert found.accuracy == base.accuracy
    assert found.moved[4].arrive > found.control[4].arrive
    assert found.control[2].held_out == found.control[4].held_out
    again = run_preset(base, (2, 4))
    assert again.moved == found.moved


def test_headline__is_of_the_default_preset_and_the_prototype_has_keys_of_its_own() -> None:
    ours, theirs, still = (Outcome(0, x, x, x, x) for x in (0.5, 0.25, 0.125))
    outcomes: dict[Condition, Outcome] = {
        HEADLINE: theirs,
        Condition("paper", 30, 3, "lr005"): Outcome(0, 0, 0, 0, 0.5),
        control_of(HEADLINE): still,
    }
    products = {name: ProductRun(80.0, {30: ours}, {30: still}) for name in PRODUCT}
    run = WeiRun(83.0, Branch(1, 1, 1, 1), outcomes, products)
    sheet = Sheet()
    put_headline(sheet, [run, run])
    figures = sheet.report("papers").figures
    assert figures["arrive"] == figures["arrive_refine_projection"] == 0.5
    assert figures["arrive_steady"] == figures["flip_steady"] == 0.25
    assert figures["drift_ratio_vs_paper"] == 1
    assert figures["drift_ratio_vs_paper_steady"] == 0.5
    assert figures["drift_control"] == 0.125
    assert figures["heldout_minus_control"] == 0.375
    assert figures["heldout_minus_control_steady"] == 0.125
    assert side_of([run], "lodemap").moved == [ours]
