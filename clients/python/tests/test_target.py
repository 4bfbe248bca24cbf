import pytest
from vgg16_client.errors import ConfigurationError
from vgg16_client.target import is_loopback, validate_target


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("localhost", "'localhost' has no port: the default is localhost:50051"),
        ("heads.example", "the default is heads.example:50051"),
        ("dns:///localhost", "has no port"),
        ("::1", r"the default is \[::1\]:50051"),
        ("[::1]", r"the default is \[::1\]:50051"),
        ("55051", "'55051' is a port without a host: use localhost:55051"),
        (":55051", "has no host"),
        ("", "has no host"),
        ("localhost:", "has the port '': it must be 1 to 65535"),
        ("localhost:grpc", "has the port 'grpc'"),
        ("localhost:70000", "has the port '70000'"),
        ("localhost:0", "has the port '0'"),
        ("http://localhost:50051", "is a URL: it must be HOST:PORT"),
        ("local\x1bhost", r"local.+x1bhost"),
    ],
)
def test_the_error_shows_a_valid_target(target, message):
    with pytest.raises(ConfigurationError, match=message) as refused:
        validate_target(target)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "target",
    [
        "localhost:50051",
        "[::1]:50051",
        "dns:///heads:50051",
        "dns://8.8.8.8/heads:50051",
        "ipv4:10.0.0.1:1,10.0.0.2:1",
        "unix:/run/vgg16",
        "xds:///vgg16",
    ],
)
def test_targets_of_grpc(target):
    validate_target(target)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("localhost:1", True),
        ("127.1.2.3:1", True),
        ("[::1]:1", True),
        ("dns:///localhost:1", True),
        ("unix:/run/x", True),
        ("10.0.0.1:1", False),
        ("localhost.example:1", False),
        ("0.0.0.0:1", False),
    ],
)
def test_loopback(target, expected):
    assert is_loopback(target) == expected
