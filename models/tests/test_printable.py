import os
from pathlib import Path

import pytest
from vgg16_models.printable import shown
from vgg16_models.reports.html_page import Picture, Section, Table, html


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("photo 1.jpg", "photo 1.jpg"),
        ("café 猫 😀", "café 猫 😀"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("two\nlines\r", r"two\nlines\r"),
        ("c1 \x9b31m", r"c1 \x9b31m"),
        ("turned \u202egpj.exe", r"turned \u202egpj.exe"),
        ("line\u2028", r"line\u2028"),
        (Path(os.fsdecode(b"caf\xe9.jpg")), r"caf\xe9.jpg"),
        (Path("猫.jpg"), "猫.jpg"),
        ("lone \ud800", r"lone \ud800"),
        (3, "3"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text, wanted):
    assert shown(text) == wanted


def test_so_it_is_in_a_page():
    bad = "<b>\x1b\udce9"
    page = html(
        bad, bad, [Section(bad, bad, [Table([(bad, bad)], (bad,))], [Picture(b"png", bad)])]
    )
    page.encode()
    assert page.count(r"&lt;b&gt;\x1b\xe9") == 10
    assert "\x1b" not in page
