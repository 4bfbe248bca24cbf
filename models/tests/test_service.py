import socket
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from vgg16_models.errors import ModelsError
from vgg16_models.service import FeatureService


def test_says_that_nothing_answers():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(ModelsError, match=f"^no feature service answers at {target}"):
            FeatureService(target, timeout=0.3).backbone()


def test_says_that_another_service_answers():
    server = grpc.server(ThreadPoolExecutor(1))
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        with pytest.raises(ModelsError, match=f"^what answers at {target} is no feature service"):
            FeatureService(target).backbone()
    finally:
        server.stop(None)
