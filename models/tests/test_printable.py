import os
from pathlib import Path

import pytest
from vgg16_models.printable import printable
from vgg16_models.reports.html_page import Figure, Section, Table, render


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_non_printable_characters_are_escaped(text, expected):
    assert printable(text) == expected


def test_html_pages_escape_all_text():
    bad = "<b>\x1b\udce9"
    page = render(
        bad, bad, [Section(bad, bad, [Table([(bad, bad)], (bad,))], [Figure(b"png", bad)])]
    )
    page.encode()
    assert page.count(r"&lt;b&gt;\x1b\xe9") == 10
    assert "\x1b" not in page
