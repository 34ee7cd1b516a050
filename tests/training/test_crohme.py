import zipfile

import pytest

from models.layout_tree import Relation
from training.crohme import parse, read_archive

INKML = b"""<ink xmlns="http://www.w3.org/2003/InkML">
<annotationXML type="truth"><math xmlns="http://www.w3.org/1998/Math/MathML">
 <msup><mi xml:id="x_1">x</mi><mn xml:id="2_1">2</mn></msup></math></annotationXML>
<trace id="0">0 0, 10 10</trace><trace id="1">10 0, 0 10</trace><trace id="2">14 -8, 18 -8, 14 -2, 18 -2</trace>
<traceGroup><annotation type="truth">Segmentation</annotation>
 <traceGroup><annotation type="truth">2</annotation><traceView traceDataRef="2"/>
  <annotationXML href="2_1"/></traceGroup>
 <traceGroup><annotation type="truth">x</annotation><traceView traceDataRef="0"/><traceView traceDataRef="1"/>
  <annotationXML href="x_1"/></traceGroup>
</traceGroup></ink>"""


def test_symbols_strokes_and_layout_belong_together():
    e = parse("one", INKML)
    assert e.labels == ("2", "x") and e.groups == ((2,), (0, 1))
    assert e.tree.nodes[0].relation is Relation.SUPERSCRIPT and e.tree.nodes[0].parent == 1
    assert not e.arithmetic


def test_unknown_labels_are_refused():
    with pytest.raises(ValueError, match="symbol"):
        parse("bad", INKML.replace(b'"truth">x<', b'"truth">nonsense<'))


def test_broken_files_are_left_out(tmp_path):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/good.inkml", INKML)
        archive.writestr("a/broken.inkml", INKML[:200])
        archive.writestr("a/notes.txt", "none")
    assert [e.name for e in read_archive(path)] == ["good"]
