"""Flame graphs: every frame as wide as its share, and none left out that can be seen."""

from xml.etree import ElementTree

from benchmarks.flame import depth, flame_graph, tree

STACKS = [
    (["Main", "app/lane/lane.py:learn", "app/contracts/decode.py:decode:80"], 300.0),
    (["Main", "app/lane/lane.py:learn", "app/lane/lane.py:_advance:262"], 100.0),
    (["Main", "selectors.py:select:468"], 600.0),
]


def test_a_frame_holds_the_time_of_everything_above_it():
    root = tree(STACKS)
    learn = root.callees["Main"].callees["app/lane/lane.py:learn"]
    assert (root.us, learn.us) == (1_000.0, 400.0)
    assert sorted(frame.us for frame in learn.callees.values()) == [100.0, 300.0]


def test_a_frame_belongs_to_the_part_that_most_of_its_time_belongs_to():
    learn = tree(STACKS).callees["Main"].callees["app/lane/lane.py:learn"]
    assert learn.part == "decode and validate"


def test_frames_too_narrow_to_be_seen_are_not_drawn():
    assert depth(tree(STACKS), scale=1.0) == 4
    assert depth(tree(STACKS), scale=0.0007) == 2


def test_the_graph_is_well_formed_and_tells_each_frame_on_hovering():
    svg = ElementTree.fromstring(flame_graph(tree(STACKS), "a < b", decisions=10))
    titles = [title.text for title in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 6
    assert "app/contracts/decode.py:decode:80: 30.00 µs a decision" in titles
