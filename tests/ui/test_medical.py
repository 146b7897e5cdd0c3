"""The medical page under AppTest: each view opens with torch kept out, answers, and refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.medical_cards import MEDICAL_CARDS
from dlviz.ui.medical.views import MEDICAL_VIEWS

Open = Callable[..., AppTest]


def words(test: AppTest) -> str:
    """All prose of the page."""
    return "\n".join(item.value for item in [*test.markdown, *test.caption])


def told(test: AppTest) -> list[str]:
    return [item.value for item in [*test.error, *test.warning, *test.info]]


@pytest.mark.parametrize("view", MEDICAL_VIEWS)
def test_a_view_opens_with_its_question_and_its_code(view: str, run_page: Open) -> None:
    test = run_page("medical", chapter=view)
    assert MEDICAL_VIEWS[view].question in words(test)
    assert not told(test)
    assert len(test.code) == 1


@pytest.mark.parametrize("name", MEDICAL_CARDS)
def test_a_card_opens_without_a_sentence_about_what_is_not_there(name: str, run_page: Open) -> None:
    card = MEDICAL_CARDS[name]
    settings = {**card.settings, **card.then, "try": name}
    test = run_page("medical", **settings)
    assert not told(test)
    assert card.question in words(test)
    assert test.segmented_control(key="chapter").value == settings.get("chapter", "threshold")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"cut": "900"}, "hundredths is from 0 to 100"),
        ({"cut": "x"}, "hundredths is from 0 to 100"),
        ({"ill": "0.3"}, "asks for what is not there"),
        ({"sample": "-1"}, "from 0 to 99"),
        ({"chapter": "training", "frame": "99"}, "from 0 to 19"),
        ({"chapter": "labels", "case": "5000"}, "from 0 to 1183"),
        ({"chapter": "chexnet", "alike": "21"}, "from 0 to 20"),
        ({"chapter": "readers", "noise": "²"}, "from 0 to 20"),
    ],
)
def test_what_is_not_there_gets_one_sentence(
    address: dict[str, str], sentence: str, run_page: Open
) -> None:
    test = run_page("medical", **address)
    (said,) = told(test)
    assert sentence in said
    assert not ({*address} - {"chapter"}) & {*test.query_params}  # told once
    assert not told(test.run())


def test_precision_falls_and_roc_stays(run_page: Open) -> None:
    test = run_page("medical", ill="0.02")
    said = words(test)
    assert "AUC **0.865** (0.767–0.948), and 0.859 of all held-out pictures" in said
    assert "98 % of these 800 pictures" in said
    assert "not patients" in said
    assert "calibration error **0.306**" in said
    test.toggle(key="prior").set_value(True).run()
    assert "calibration error **0.003**" in words(test)
    assert "AUC **0.865**" in words(test)  # the order stays


def test_a_weight_costs_the_scores_their_truth(run_page: Open) -> None:
    test = run_page("medical", chapter="training")
    assert "finds **13 %** of the ill" in words(test)
    assert "calibration error 0.02 → 0.20" in words(test)
    test.selectbox(key="learnt").set_value("0.5").run()
    assert "nothing to balance" in words(test)


def test_the_table_of_labels_has_thresholds_of_their_own(run_page: Open) -> None:
    test = run_page("medical", chapter="labels")
    assert "opacity, effusion and large heart" in words(test)
    assert "F1 at 0.50" in words(test)
    test.number_input(key="level").set_value(0.3).run()
    assert "F1 at 0.30" in words(test)
    test.number_input(key="case").set_value(1183).run()
    assert not told(test)


def test_the_papers_numbers_stand_in_prose(run_page: Open) -> None:
    said = words(run_page("medical", chapter="chexnet"))
    for number in ("0.051 (0.005–0.084)", "0.387 (0.330–0.442)", "0.435 (0.387–0.481)", "0.442"):
        assert number in said
    # As the authors have it: five labels a picture, each reader judged by the other four.
    assert "by each of the other four labels" in said
    assert "Sample 1 was chosen" in said
    assert "in 20 of 100 samples" in said


def test_a_place_of_a_thousand_digits_gets_the_sentence_too(run_page: Open) -> None:
    (said,) = told(run_page("medical", cut="9" * 4400))
    assert "the threshold in hundredths is from 0 to 100" in said


@pytest.mark.parametrize("view", [
    view if view == "training" else pytest.param(view, marks=pytest.mark.acceptance)
    for view in MEDICAL_VIEWS
])  # fmt: skip
def test_the_code_of_a_view_runs(view: str, run_page: Open, tmp_path: Path) -> None:
    script = tmp_path / "shown.py"
    script.write_text(run_page("medical", chapter=view).code[0].value, "utf-8")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": "", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {
        "threshold": "precision 0.771",
        "training": "recall 0.650, F1 0.391",
        "labels": "[0.87 0.83 0.1  0.79]",
        "chexnet": "B − A 0.047 (-0.063, 0.161)",
        "readers": "by the other three: [0.687 0.696 0.661 0.697]",
    }[view] in done.stdout


def test_no_view_needs_torch() -> None:
    """All of it is NumPy: a cold server shows it at once."""
    program = (
        "import sys\n"
        "from dlviz.ui.medical.cases import generated\n"
        "from dlviz.ui.medical.threshold import screened\n"
        "from dlviz.ui.medical.training import _work\n"
        "from dlviz.ui.medical import chexnet, labels, readers\n"
        "from dlviz.figures import medical_labels, medical_readers\n"
        "screened(generated(), 0.5, 0, moved=False), _work(0.1, 0), labels._head()\n"
        "sys.exit('torch' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
