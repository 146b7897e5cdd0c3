"""The section about parameters under AppTest: the lecture's numbers, addresses good and bad."""

import pytest
from streamlit.testing.v1 import AppTest

PAGE = "from dlviz.ui.parameters import parameters_section\n\nparameters_section()"
DEFAULTS = {"side": 224, "units": 100, "ksize2": 3, "filters": 100}


def open_section(**address):
    test = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in address.items():
        test.query_params[name] = value
    return sound(test.run())


def sound(test):
    assert not test.exception, test.exception
    return test


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.latex])


def test_it_opens_with_the_lectures_numbers():
    test = open_section()
    for text in ("15,052,800 weights", "2,700 weights", "150{,}528", "**5,575 times**"):
        assert text in texts(test)
    assert "one per unit and one per filter: 100 and 100." in texts(test)
    assert "does not depend on the image size" in texts(test)
    assert not test.query_params


def test_a_control_changes_everything_and_the_address():
    test = open_section()
    sound(test.number_input(key="side").set_value(32).run())
    assert "307,200 weights" in texts(test)
    assert "2,700 weights" in texts(test), "not a matter of the image's size"
    assert "32 \\cdot 32 \\cdot 3" in texts(test)
    assert "side, planes, units, kernel, filters = 32, 3, 100, 3, 100" in test.code[0].value
    assert test.query_params["side"] == "32"
    sound(test.selectbox(key="planes").set_value("1").run())
    assert "102,400 weights" in texts(test)
    assert "900 weights" in texts(test)
    sound(test.number_input(key="side").set_value(224).run())
    assert "side" not in test.query_params
    assert test.query_params["planes"] == "1"


def test_a_link_sets_all_five():
    test = open_section(side="512", planes="1", units="4096", ksize2="11", filters="512")
    assert f"{512 * 512 * 4096:,} weights" in texts(test)
    assert f"{11 * 11 * 512:,} weights" in texts(test)
    assert "one per unit and one per filter: 4,096 and 512." in texts(test)
    assert not test.info


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("side", value) for value in ("7", "513", "7.5", "nan", "", "1e9", "9" * 5000, "<b>")),
        *(("units", value) for value in ("0", "4097")),
        *(("ksize2", value) for value in ("0", "12")),
        *(("filters", value) for value in ("-3", "513")),
    ],
)
def test_a_bad_link_gets_a_sentence_and_the_default(key, value):
    test = open_section(**{key: value})
    assert test.number_input(key=key).value == DEFAULTS[key]
    (told,) = [item.value for item in test.info]
    assert "is a number from" in told
    assert "15,052,800 weights" in texts(test)


def test_unknown_channels_are_three():
    test = open_section(planes="2")
    assert test.selectbox(key="planes").value == "3"
    assert "15,052,800 weights" in texts(test)
