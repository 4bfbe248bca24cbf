import pytest
from vgg16_client.connection import Target
from vgg16_client.environment import Environment
from vgg16_client.errors import ConfigurationError
from vgg16_client.security import Security


@pytest.fixture
def token(tmp_path):
    file = tmp_path / "token"
    file.write_text("caller-0123456789\n")
    return file


@pytest.mark.parametrize(
    "target",
    [
        "heads:50051",
        "dns:///heads:1",
        "10.0.0.1:1",
        "[::2]:1",
        "ipv4:10.0.0.1:1",
        "dns://localhost/heads:1",
    ],
)
def test_a_token_to_another_machine_requires_tls(target, token):
    with pytest.raises(ConfigurationError, match=r"^token_file would send the token to .* without"):
        Target(target, Security(token_file=token))
    with pytest.raises(ConfigurationError, match=r"^token would send the token"):
        Target(target, Security(token="secret"))
    for security in (
        Security(token_file=token, tls=True),
        Security(token_file=token, plaintext=True),
    ):
        Target(target, security).channel().close()
        assert security.metadata() == (("authorization", "Bearer caller-0123456789"),)


@pytest.mark.parametrize(
    "target",
    ["localhost:50051", "LOCALHOST:1", "127.0.0.1:1", "[::1]:1", "ipv6:[::1]:1", "unix:/run/x"],
)
def test_this_machine_needs_no_tls(target, token):
    Target(target, Security(token_file=token)).channel().close()


def test_arguments_that_exclude_or_need_each_other():
    with pytest.raises(ConfigurationError, match="tls_cert and tls_key must be given together"):
        Security(tls_cert="client.pem")
    with pytest.raises(ConfigurationError, match="token and token_file can't both be given"):
        Security(token="a", token_file="b")


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none.pem can't be read: No such file"):
        Security(tls_ca=tmp_path / "none.pem").credentials()


@pytest.mark.parametrize("text", ["", "\n", "two words", "caf\u00e9", "a\nb"])
def test_a_token_that_cannot_be_sent(text, tmp_path):
    file = tmp_path / "token"
    file.write_text(text)
    for security in (Security(token=text), Security(token_file=file)):
        with pytest.raises(ConfigurationError, match="must hold one token"):
            security.metadata()


def test_the_token_is_not_printed():
    assert "secret" not in repr(Security(token="secret"))


def test_the_variables_of_the_command_line():
    environment = Environment(
        {
            "VGG16_TARGET": "features:1",
            "VGG16_HEAD_TARGET": "",
            "VGG16_TLS_CA": "ca.pem",
            "VGG16_TLS_CERT": "client.pem",
            "VGG16_TLS_KEY": "key.pem",
            "VGG16_TOKEN_FILE": "token",
            "VGG16_PLAINTEXT": "True",
            "VGG16_TIMEOUT": "2.5",
            "VGG16_IN_FLIGHT": "8",
        }
    )
    assert (environment.target, environment.head_target) == ("features:1", None)
    assert (environment.timeout, environment.in_flight) == (2.5, 8)
    assert environment.security == Security(
        tls_ca="ca.pem",
        tls_cert="client.pem",
        tls_key="key.pem",
        token_file="token",
        plaintext=True,
    )
    assert Environment({}).security == Security()
    assert Environment({}).target == "localhost:50051"


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("TLS", "yes", "security"),
        ("TIMEOUT", "soon", "timeout"),
        ("IN_FLIGHT", "1.5", "in_flight"),
        ("IN_FLIGHT", "nan", "in_flight"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named(name, text, read):
    with pytest.raises(ConfigurationError, match=f"VGG16_{name} must be"):
        getattr(Environment({f"VGG16_{name}": text}), read)
