"""Every public name says what it takes and gives, in what shape and unit, what it refuses, and shows itself at work."""

import inspect
import re

import pytest

import seatcast

NAMES = [
    name for name in seatcast.__all__ if inspect.isclass(getattr(seatcast, name)) or callable(getattr(seatcast, name))
]
ERRORS = [name for name in NAMES if name.endswith("Error")]
CLASSES = [name for name in NAMES if inspect.isclass(getattr(seatcast, name)) and name not in ERRORS]
VERBS = [name for name in NAMES if name not in CLASSES and name not in ERRORS]
METHODS = [
    f"{name}.{member}"
    for name in CLASSES
    for member, value in vars(getattr(seatcast, name)).items()
    if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property | classmethod))
]
HEADINGS = "Attributes|Parameters|Returns|Yields|Raises|References|Examples|Notes|See Also"
# What a table or an array of numbers is told by: dimensions or columns.
LABELLED = re.compile(r"DataArray|DataFrame|Series")
SHAPE = re.compile(r"\(|year|column|index|row|by ", re.IGNORECASE)


def found(name):
    first, *rest = name.split(".")
    value = getattr(seatcast, first)
    for part in rest:
        value = inspect.getattr_static(value, part)
    if isinstance(value, property):
        return value.fget
    return value.__func__ if isinstance(value, classmethod) else value


def parts(text):
    """Return the sections of a docstring by heading; the summary under ""."""
    pieces = re.split(rf"^({HEADINGS})\n-+\n", inspect.cleandoc(text or ""), flags=re.MULTILINE)
    return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}


def entries(section):
    """Return the names that a section explains, each with its type and its text."""
    told = {}
    for block in re.split(r"\n(?=\S)", section.strip("\n")):
        head, _, text = block.partition("\n")
        names, _, kind = head.partition(" : ")
        for name in names.replace("*", "").split(", "):
            told[name.strip()] = (kind, text)
    return told


def taken(function):
    """Return the parameters of a function, without the noun itself."""
    return {name: p for name, p in inspect.signature(function).parameters.items() if name not in ("self", "cls")}


@pytest.mark.parametrize("name", [*NAMES, *METHODS])
def test_it_says_in_a_sentence_what_it_is(name):
    summary = parts(found(name).__doc__)[""]

    assert summary.split("\n")[0].rstrip().endswith((".", ":")), summary


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_explains_all_it_takes_gives_and_refuses(name):
    function = found(name)
    told = parts(function.__doc__)
    explained = entries(told.get("Parameters", ""))

    assert set(explained) >= set(taken(function))
    for parameter, given in taken(function).items():
        kind, text = explained[parameter]
        if LABELLED.search(str(given.annotation)):
            assert SHAPE.search(kind + text), parameter
    if str(inspect.signature(function).return_annotation) not in ("None", "Iterator[None]"):
        assert "Returns" in told or re.search(r"Return ", told[""])
    if re.search(r"^\s+raise \w", inspect.getsource(function), re.MULTILINE):
        assert "Raises" in told


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_shows_itself_at_work_or_says_where_it_comes_from(name):
    told = parts(found(name).__doc__)

    assert "Examples" in told or "References" in told


@pytest.mark.parametrize("name", CLASSES)
def test_a_noun_explains_its_parts_with_shape_and_unit(name):
    noun = found(name)
    told = parts(noun.__doc__)
    explained = entries(told.get("Attributes", "") + "\n" + told.get("Parameters", ""))
    fields = {k: v for k, v in getattr(noun, "__dataclass_fields__", {}).items() if "ClassVar" not in str(v.type)}

    assert set(explained) >= {field for field in fields if not field.endswith("_zh")} - {"name"}
    for field, given in fields.items():
        if field in explained and LABELLED.search(str(given.type)):
            kind, text = explained[field]
            assert SHAPE.search(kind + text), field
        if field in explained and "DataArray" in str(given.type):
            kind, text = explained[field]
            assert "," in kind, f"{field} has no unit"


@pytest.mark.parametrize("name", METHODS)
def test_a_method_explains_what_it_takes_or_says_it_in_its_sentence(name):
    function = found(name)
    text = function.__doc__ or ""

    for parameter in taken(function) if inspect.isfunction(function) else ():
        if parameter not in ("ax", "changes"):
            assert re.search(rf"\b{parameter}\b", text) or parameter.rstrip("s") in text, parameter
