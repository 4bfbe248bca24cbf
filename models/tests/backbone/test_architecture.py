from vgg16_models.backbone import architecture
from vgg16_models.backbone.keras_reference import keras_backbone
from vgg16_models.heads.keras_model import head_model, layer_rows


def test_parameters_are_those_of_vgg16_without_top():
    assert architecture.PARAMETERS == 14_714_688
    assert len(architecture.CONVS) == 13


def test_parameters_of_backbone_and_head_add_up_to_the_published_total():
    assert architecture.PARAMETERS + head_model(2).count_params() == 14_978_370


def test_layers_are_the_rows_of_keras_summary(weights):
    ours, keras = architecture.layer_rows(), layer_rows(keras_backbone(weights))
    assert ours[1:] == keras[1:]
    # Keras numbers its input layers; ours is the first one always.
    assert ours[0].type == keras[0].type
    assert ours[0].output_shape == (160, 160, 3)
    assert ours[-1].output_shape == architecture.FEATURES
