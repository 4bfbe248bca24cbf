import pytest
from vgg16_models.client.address import is_loopback, require_address
from vgg16_models.errors import ModelsError


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("localhost", "'localhost' names no port: the usual one is localhost:50051"),
        ("heads.example", "the usual one is heads.example:50051"),
        ("dns:///localhost", "names no port"),
        ("::1", r"the usual one is \[::1\]:50051"),
        ("[::1]", r"the usual one is \[::1\]:50051"),
        ("55051", "'55051' is a port without a host: as in localhost:55051"),
        (":55051", "names no host"),
        ("", "names no host"),
        ("localhost:", "has the port '': it must be from 1 to 65535"),
        ("localhost:grpc", "has the port 'grpc'"),
        ("localhost:70000", "has the port '70000'"),
        ("localhost:0", "has the port '0'"),
        ("http://localhost:50051", "is a web page's address: HOST:PORT is wanted"),
        ("local\x1bhost", r"local.x1bhost"),
    ],
)
def test_what_is_no_address_is_told_with_one_that_is(target, said):
    with pytest.raises(ModelsError, match=said) as refused:
        require_address(target)
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
def test_what_grpc_understands_is_left_to_it(target):
    require_address(target)


@pytest.mark.parametrize(
    ("target", "wanted"),
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
def test_what_is_this_machine(target, wanted):
    assert is_loopback(target) == wanted
