import pickle

import pytest
from vgg16_client import ServiceError, Vgg16Error, errors

ALL = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, ServiceError)
]


@pytest.mark.parametrize("kind", ALL)
def test_errors_survive_another_process(kind):
    error = kind("no such head", "NOT_FOUND", "heads", 0.5)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert vars(copy) == vars(error)
    assert str(copy) == "no such head"


def test_all_have_one_base():
    assert issubclass(errors.ConfigurationError, Vgg16Error)
    assert all(issubclass(kind, Vgg16Error) for kind in ALL)
