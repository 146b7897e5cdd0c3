"""The page under AppTest: every view says what it computed; wrong addresses get one sentence."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest

from dlviz.core.milestones import MILESTONES
from dlviz.ui.architectures import timeline
from dlviz.ui.components.timeline import script as timeline_script
from tests.ui.node import in_node, needs_node


@pytest.fixture
def links(monkeypatch):
    """AppTest runs a page alone, which knows no others: (page, its address) of every link."""
    found = []
    monkeypatch.setattr(
        "streamlit.page_link",
        lambda page, **options: found.append((page.stem, options["query_params"])),
    )
    return found


@pytest.fixture
def open_view(run_page, links):
    return partial(run_page, "architectures")


def words(test):
    texts = (*test.markdown, *test.caption, *test.info, *test.error, *test.subheader)
    return " ".join(item.value for item in texts).replace("\u202f", " ")


def test_the_timeline_opens_on_1943_and_shows_what_is_asked(open_view):
    assert "1943: Logic neuron" in words(open_view())
    test = open_view(event="alexnet")
    assert "2012: AlexNet" in words(test)
    test.button(key="go net alexnet").click().run()
    assert "AlexNet, 2012" in words(test)
    assert test.query_params["zoo"] in ("alexnet", ["alexnet"])


def test_a_milestone_links_to_other_pages(open_view, links):
    open_view(event="lenet5")
    assert links == [("training", {"preset": "lenet5"})]


def test_what_is_not_there_gets_one_sentence(open_view):
    assert "The link asks for what is not there: a milestone" in words(open_view(event="x<y>"))
    assert "is not there: “nothing” as network" in words(open_view(part="net", zoo="nothing"))
    assert "Choose two different networks." in words(
        open_view(part="pair", left="vgg16", right="vgg16")
    )


@pytest.mark.parametrize("part", ["timeline", "imagenet", "net", "pair", "cost"])
def test_every_view_shows_its_program(open_view, part):
    test = open_view(part=part)
    assert [box.label for box in test.expander][-1] == "Show the code"
    assert "print(" in test.code[0].value


def test_a_milestone_without_a_program_says_why(open_view):
    test = open_view(event="alphago")
    assert not test.code
    assert "dlviz plays no Go" in words(test)


def test_imagenet_with_and_without_further_pictures(open_view):
    assert "25.8 → 16.4 %" in words(open_view(part="imagenet"))
    assert "25.8 → 15.3 %" in words(open_view(part="imagenet", further="1"))


def test_a_network_leads_to_the_two_labs(open_view, links):
    test = open_view(part="net", zoo="resnet18")
    assert "ResNet-18, 2015**, 18 layers deep" in words(test)
    assert "150 528 inputs" in words(test)
    assert links == [("filters", {"model": "resnet18"}), ("training", {"preset": "resnet"})]
    assert len(test.dataframe[0].value) > 20
    assert "torchvision.models.resnet18()" in test.code[0].value


def test_two_networks_and_all_costs(open_view):
    assert "has **5.41 ×** the parameters" in words(open_view(part="pair"))
    assert "**51 times** fewer" in words(open_view(part="cost"))


@needs_node
def test_labels_of_the_timeline_never_overlap():
    entries = [[item.when, f"{item.year} {item.title}"] for item in MILESTONES.values()]
    scale = timeline._scene(MILESTONES["alexnet"])["scale"]
    labels = in_node(
        timeline_script().replace("export default", "export"),
        "timeLanes(value.entries.map(([when]) => 14 + 1092 * timePlace(when, value.scale)), "
        "value.entries.map(([, words]) => words), 1120)",
        {"entries": entries, "scale": scale},
    )
    assert max(label["row"] for label in labels) < 7
    for row in range(7):
        spans = [(one["left"], one["left"] + one["long"]) for one in labels if one["row"] == row]
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))
        assert all(begin >= 0 and end <= 1120 for begin, end in spans)
