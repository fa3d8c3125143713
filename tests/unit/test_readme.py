"""What is read about the add-ons: made from fragments, complete, with its pictures."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "setup"))

import description_page  # noqa: E402
import generate_readme  # noqa: E402
import newsfragments  # noqa: E402

ADDON = REPOSITORY / "l10n_fr_chorus_exchange"
SHOWN = ADDON / "static" / "description"
# A page that is opened by everybody who looks at the application.
LARGEST_PICTURE = 200_000
SECTIONS = ("DESCRIPTION", "CONTEXT", "CONFIGURE", "USAGE", "ROADMAP")


@pytest.mark.parametrize("script", ["generate_readme.py", "generate_rules.py"])
def test_what_is_generated_is_up_to_date(script: str) -> None:
    ended = subprocess.run(
        [sys.executable, str(REPOSITORY / "setup" / script), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("name", SECTIONS)
def test_each_fragment_is_there_in_both_languages(name: str) -> None:
    for folder in ADDON / "readme", ADDON / "readme" / "fr":
        assert (folder / f"{name}.rst").read_text(encoding="utf-8").strip()


def test_the_main_screens_are_there_small_and_shown_in_both_places() -> None:
    page = (SHOWN / "index.html").read_text(encoding="utf-8")
    readme = (REPOSITORY / "README.rst").read_text(encoding="utf-8")
    assert len(description_page.PICTURES) == 5
    for name in description_page.PICTURES:
        width, _height = _size(SHOWN / name)
        assert width <= 1000
        assert (SHOWN / name).stat().st_size <= LARGEST_PICTURE, name
        assert f'src="{name}"' in page
        assert f"l10n_fr_chorus_exchange/static/description/{name}" in readme


def test_the_icon_is_square() -> None:
    assert _size(SHOWN / "icon.png") == (140, 140)


def test_the_page_of_the_application_loads_nothing_from_elsewhere() -> None:
    page = (SHOWN / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    assert page.count("<li>") == page.count("</li>") > 10


def test_a_description_becomes_paragraphs_and_a_list() -> None:
    text = "One **word** & more.\n\n- First *item*\n  on two lines\n- ``code``\n"
    page = description_page.page({"en": "Title"}, {"en": text})
    assert "<p>One <b>word</b> &amp; more.</p>" in page
    assert "<li>First <i>item</i> on two lines</li>" in page
    assert "<li><code>code</code></li>" in page


def test_fragments_of_news_become_a_section_of_the_history(tmp_path: Path) -> None:
    news = tmp_path / "readme" / "newsfragments"
    news.mkdir(parents=True)
    history = tmp_path / "readme" / "HISTORY.rst"
    history.write_text("19.0.1.0.0\n~~~~~~~~~~\n\n- First.\n", encoding="utf-8")
    (news / "late.misc.rst").write_text("- Small thing.\n", encoding="utf-8")
    (news / "big.feature.rst").write_text("- Big thing.\n", encoding="utf-8")
    assert newsfragments.not_released(tmp_path).startswith(newsfragments.NEXT)
    assert newsfragments.release(tmp_path, "19.0.1.1.0")
    assert history.read_text(encoding="utf-8") == (
        "19.0.1.1.0\n~~~~~~~~~~\n\n- Big thing.\n- Small thing.\n\n"
        "19.0.1.0.0\n~~~~~~~~~~\n\n- First.\n"
    )
    assert not list(news.iterdir())
    assert not newsfragments.release(tmp_path, "19.0.1.2.0")


@pytest.mark.parametrize(
    ("name", "text"), [("big.huge.rst", "- Item"), ("big.feature.rst", "A sentence")]
)
def test_a_fragment_that_nobody_would_find_is_refused(
    tmp_path: Path, name: str, text: str
) -> None:
    news = tmp_path / "readme" / "newsfragments"
    news.mkdir(parents=True)
    (news / name).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="feature"):
        newsfragments.fragments(tmp_path)


def test_the_fragments_of_the_add_ons_are_in_order() -> None:
    for addon in generate_readme.TITLES:
        newsfragments.fragments(REPOSITORY / addon)


def test_the_version_of_a_release_is_that_of_this_series() -> None:
    assert newsfragments.main(["1.2"]) == 2


def _size(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, from its header."""
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", picture
    width, height = struct.unpack(">II", head[16:24])
    return width, height
