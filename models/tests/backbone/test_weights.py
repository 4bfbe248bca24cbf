import hashlib

import numpy as np
import pytest
from vgg16_models.backbone.weights import ConvWeights, digest, require_digest, weights_from_arrays
from vgg16_models.errors import ModelsError


def test_digest_is_sha256_of_kernels_and_biases_in_turn():
    first = ConvWeights(np.array([[[[1.0]]]], "<f4"), np.array([2.0], "<f4"))
    second = ConvWeights(np.array([[[[-0.5]]]], "<f4"), np.array([0.0], "<f4"))
    content = bytes.fromhex("0000803f00000040000000bf00000000")
    assert digest((first, second)) == hashlib.sha256(content).hexdigest()


def test_digest_does_not_depend_on_how_the_arrays_lie_in_memory(weights):
    elsewhere = tuple(
        ConvWeights(np.asfortranarray(conv.kernel), conv.bias.astype(">f4")) for conv in weights
    )
    assert digest(elsewhere) == digest(weights)


def test_digest_changes_with_one_bit(weights):
    bias = weights[-1].bias.copy()
    bias[-1] = np.nextafter(bias[-1], np.float32(1))
    assert digest((*weights[:-1], ConvWeights(weights[-1].kernel, bias))) != digest(weights)


def test_other_weights_than_imagenets_are_refused_by_name(weights):
    with pytest.raises(ModelsError, match=r"weights of some\.h5 are not the expected ones"):
        require_digest(weights, "some.h5")


@pytest.mark.parametrize("change", [lambda pairs: pairs[:-1], lambda pairs: pairs[::-1]])
def test_other_shapes_are_refused(weights, change):
    pairs = [(conv.kernel, conv.bias) for conv in weights]
    with pytest.raises(ModelsError, match=r"some\.h5 does not have the 13 convolutions"):
        weights_from_arrays(change(pairs), "some.h5")
