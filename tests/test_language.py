"""Every sentence of the code has its Chinese, with the same fields."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from seatcast.language import _, join, n_, speaking

SOURCE = Path(__file__).parents[1] / "src" / "seatcast"
CATALOGUE = SOURCE / "language" / "zh_CN" / "LC_MESSAGES" / "seatcast.po"


def sentences():
    found = {}
    methods = [("**.py", "python"), ("**.html", "jinja2"), ("**.typ", "ignore")]
    keywords = {"_": None, "n_": (1, 2), "gettext": None, "ngettext": (1, 2)}
    for file, line, message, *__ in extract_from_dir(SOURCE, method_map=methods, keywords=keywords):
        for text in message if isinstance(message, tuple) else (message,):
            found[text] = f"{file}:{line}"
    return found


def catalogue():
    with CATALOGUE.open("rb") as file:
        entries = list(read_po(file, locale="zh_CN"))
    table = {}
    for entry in entries:
        if entry.id and not entry.fuzzy:
            text = entry.string if isinstance(entry.string, str) else entry.string[0]
            for source in entry.id if isinstance(entry.id, (list, tuple)) else (entry.id,):
                table[source] = text
    return table


def fields(text):
    return {name for __, name, *___ in Formatter().parse(text) if name is not None}


def test_every_sentence_has_its_chinese():
    table = catalogue()
    missing = [f"{where} {text!r}" for text, where in sentences().items() if not table.get(text)]

    assert missing == []


def test_the_catalogue_holds_no_sentence_that_nobody_says():
    assert sorted(set(catalogue()) - set(sentences())) == []


def test_translations_keep_the_fields_of_their_sentence():
    off = {text: table for text, table in catalogue().items() if not fields(table) <= fields(text)}

    assert off == {}


def test_the_language_holds_inside_the_block_alone():
    with speaking("zh"):
        assert _("plan") == "方案"
        assert join(["甲", "乙"]) == "甲、乙"
    assert _("plan") == "plan"
    assert join(["a", "b", "c"]) == "a, b and c"


def test_a_language_that_is_not_spoken_is_refused():
    with pytest.raises(ValueError, match="choose one of en, zh"), speaking("fr"):
        pass


@pytest.mark.parametrize(("n", "said"), [(0, "0 catchments are"), (1, "1 catchment is"), (2, "2 catchments are")])
def test_plurals(n, said):
    assert n_("{n} catchment is", "{n} catchments are", n).format(n=n) == said
