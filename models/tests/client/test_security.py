import pytest
from vgg16_models.client.security import Security
from vgg16_models.errors import ModelsError


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
        "::1:5000",
        "ipv4:10.0.0.1:1",
        "dns://localhost/heads:1",
    ],
)
def test_a_token_to_another_machine_requires_tls(target, token):
    with pytest.raises(ModelsError, match=r"--token-file would send the token to .* without TLS"):
        Security(token=token).channel(target, [])
    for security in (Security(token=token, tls=True), Security(token=token, plaintext=True)):
        security.channel(target, []).close()
        assert security.metadata() == [("authorization", "Bearer caller-0123456789")]


@pytest.mark.parametrize(
    "target",
    ["localhost:50051", "LOCALHOST:1", "127.0.0.1:1", "[::1]:1", "ipv6:[::1]:1", "unix:/run/x"],
)
def test_this_machine_needs_no_tls(target, token):
    Security(token=token).channel(target, []).close()
