"""The views perceptron, activations and depth: what they say, refuse, and print as programs."""

from __future__ import annotations

import pytest

from dlviz.core.neurons.bends import BENDS
from dlviz.core.neurons.depth import SPREADS
from dlviz.figures import neurons_bends, neurons_depth, neurons_perceptron
from dlviz.figures.neurons_numbers import short


def words(page):
    return " ".join(item.value for item in page.markdown)


def test_the_perceptron_is_held_against_its_bound(run_page):
    said = words(run_page("neurons", stage="perceptron"))
    assert "**10 mistakes**, then pass 3 has none" in said
    assert "**(R/γ)² = 52**: 5 times as many" in said
    assert "R = 14.93" in said
    assert "γ = 2.064" in said
    assert "both with the input that is always 1" in said


def test_letters_in_much_noise_are_told_to_be_inseparable(run_page):
    page = run_page(
        "neurons", stage="perceptron", material="letters", first="E", second="F", flipped="20"
    )
    assert "**No weights part these E from these F**" in words(page)
    assert "it is loose" not in words(page)


def test_a_digit_is_not_told_from_itself(run_page):
    page = run_page("neurons", stage="perceptron", first="3", second="3")
    assert [item.value for item in page.error] == [
        "“3” cannot be told from itself: choose two different ones."
    ]


def test_letters_begin_anew_after_digits(run_page):
    page = run_page("neurons", stage="perceptron", first="7")
    page.segmented_control(key="material").set_value("letters").run()
    assert not page.exception
    assert not page.info
    assert (page.session_state["first"], page.session_state["second"]) == ("A", "B")


def test_a_link_to_a_bend_shows_its_words(run_page):
    said = words(run_page("neurons", stage="activations", bend="gelu"))
    assert "**GELU**: g(z) = z Φ(z)" in said


def test_a_garbage_bend_gets_a_sentence_that_can_be_read(run_page):
    (told,) = run_page("neurons", stage="activations", bend="foo").info
    assert told.value.endswith("“foo” as activation function.")


def test_ten_layers_open_on_what_a_sigmoid_does(run_page):
    page = run_page("neurons", stage="depth")
    assert "**Sigmoid**, 10 layers: **9·10⁻⁶** of the signal is left" in words(page)
    (drawn,) = [item for item in page.get("bidi_component") if '"svg"' in item.proto.json]
    assert "10 layers of 100 units" in drawn.proto.json
    page = run_page("neurons", stage="depth", compare="starts", bend="relu", start="large")
    assert "The gradient explodes" in words(page)


@pytest.mark.parametrize("name", BENDS)
def test_every_bend_has_words_and_a_program_that_runs(name, capsys):
    assert BENDS[name].title in neurons_bends.words(name)
    exec(neurons_bends.code(name), {})
    assert capsys.readouterr().out


def test_the_program_of_depth_says_what_the_page_says(capsys):
    exec(neurons_depth.code([*BENDS], "he", layers=3, width=20), {})
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 4 * len(BENDS)
    assert "he" in SPREADS


def test_the_program_of_the_perceptron_counts_the_pages_mistakes(capsys):
    load = (
        "from dlviz.io.perceptron_pairs import letter_pair\n\n"
        'pair = letter_pair("O", "Q", each=30, noise=0.1, seed=0)\n'
    )
    space: dict[str, object] = {}
    exec(neurons_perceptron.code(load), space)
    found = neurons_perceptron.school(space["pair"])
    first, second = capsys.readouterr().out.splitlines()
    lessons = found.lessons
    assert first == f"{len(lessons.mistakes)} mistakes in {len(lessons.by_pass)} passes"
    assert float(second.split()[1]) == pytest.approx(found.most, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0213, "−0.021"),
        (3.4, "3.4"),
        (250.4, "250"),
        (9.6e-7, "1·10⁻⁶"),
        (-2e7, "−2·10⁷"),
    ],
)
def test_small_and_large_numbers(value, text):
    assert short(value) == text
