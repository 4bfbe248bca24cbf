"""The list of variables in docker-compose.yml is what the file uses, with its defaults."""

import re

from services import ROOT


def test_the_list_equals_the_variables_in_use() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    comment, body = text.split("\nname: ", 1)
    listing = comment.split("Variables, with their defaults:")[1].split(
        "# Options of the services"
    )[0]
    listed = dict(re.findall(r"\b([A-Z_]+)=(\S+)", listing))
    used: dict[str, str] = {}
    for name, default in re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", body):
        assert used.setdefault(name, default) == default, name
    assert listed == used
