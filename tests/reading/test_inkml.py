"""InkML as other people's tools write it, and as nobody should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.errors import ReadingError
from app.reading.inkml import MAX_DEPTH, MAX_ELEMENTS, strokes_from_inkml

NAMESPACE = 'xmlns="http://www.w3.org/2003/InkML"'
EXPECTED = [[[10, 20], [11, 21]], [[5, 6]]]


def read(body: str, attributes: str = NAMESPACE, **limits: int) -> list[list[list[float]]]:
    return [s.tolist() for s in strokes_from_inkml(f"<ink {attributes}>{body}</ink>".encode(), **limits)]


def code_of(data: bytes | str, **limits: int) -> str:
    with pytest.raises(ReadingError) as caught:
        strokes_from_inkml(data.encode() if isinstance(data, str) else data, **limits)
    return caught.value.code


def channels(*names: str) -> str:
    declared = "".join(f'<channel name="{name}" type="decimal"/>' for name in names)
    return f"<traceFormat>{declared}</traceFormat>"


@pytest.mark.parametrize("attributes", [NAMESPACE, "", 'xmlns="http://example.org/other"'])
def test_any_namespace_or_none(attributes: str) -> None:
    assert read("<trace>10 20, 11 21</trace><trace id='1'>5 6</trace>", attributes) == EXPECTED


def test_prefixed_namespace() -> None:
    document = b'<i:ink xmlns:i="http://www.w3.org/2003/InkML"><i:trace>10 20,11 21</i:trace></i:ink>'
    assert strokes_from_inkml(document)[0].tolist() == EXPECTED[0]


def test_channels_in_another_order() -> None:
    body = channels("T", "Y", "F", "X") + "<trace>0 20 99 10, 5 21 98 11</trace><trace>9 6 97 5</trace>"
    assert read(body) == EXPECTED


def test_more_values_than_declared_channels() -> None:
    assert read("<trace>10 20 0 77, 11 21 8 78</trace><trace>5 6 9 79</trace>") == EXPECTED


def test_format_of_a_context_by_reference() -> None:
    body = (
        f'<definitions><context xml:id="c1">{channels("Y", "X")}</context>'
        f'<context xml:id="c2"><inkSource>{channels("X", "Y")}</inkSource></context></definitions>'
        '<trace contextRef="#c1">20 10, 21 11</trace><traceGroup contextRef="#c2"><trace>5 6</trace></traceGroup>'
    )
    assert read(body) == EXPECTED


def test_context_in_place_holds_for_the_traces_after_it() -> None:
    body = (
        f"<context>{channels('Y', 'X')}</context><trace>20 10, 21 11</trace>"
        f"<context>{channels('X', 'Y')}</context><trace>5 6</trace>"
    )
    assert read(body) == EXPECTED


def test_references_in_a_circle_end() -> None:
    body = (
        '<definitions><context xml:id="a" contextRef="#b"/><context xml:id="b" contextRef="#a"/></definitions>'
        '<trace contextRef="#a">10 20, 11 21</trace><trace contextRef="#nowhere">5 6</trace>'
    )
    assert read(body) == EXPECTED


def test_axis_that_grows_the_other_way() -> None:
    body = '<traceFormat><channel name="X"/><channel name="Y" orientation="-ve"/></traceFormat>'
    assert read(body + "<trace>10 -20, 11 -21</trace><trace>5 -6</trace>") == EXPECTED


def test_empty_traces_and_trailing_commas() -> None:
    assert read("<trace/><trace> </trace><trace>10 20,11 21,</trace><trace>\n5 6\n</trace>") == EXPECTED


def test_pen_up_traces_are_no_ink() -> None:
    assert (
        read('<trace>10 20, 11 21</trace><trace type="penUp">7 7</trace><trace type="penDown">5 6</trace>') == EXPECTED
    )


def test_nested_groups_and_views_keep_the_order() -> None:
    body = (
        '<traceGroup><annotation type="truth">x</annotation><traceGroup><trace id="0">10 20, 11 21</trace></traceGroup>'
        '<trace id="1">5 6</trace><traceView traceDataRef="0"/></traceGroup>'
    )
    assert read(body) == EXPECTED


def test_continued_trace_is_one_stroke() -> None:
    body = (
        '<trace xml:id="a" continuation="begin">10 20</trace><trace>5 6</trace>'
        '<trace xml:id="b" continuation="end" priorRef="#a">11 21</trace>'
    )
    assert read(body) == EXPECTED


def test_differences_of_the_recommendation() -> None:
    # The example of section 3.2.1, X and Y: explicit, first differences, second differences.
    points = read("<trace>1125 18432,'23'43,\"7\"-8,3-5,7 -3</trace>")[0]
    assert points == [[1125, 18432], [1148, 18475], [1178, 18510], [1211, 18540], [1251, 18567]]


def test_explicit_prefix_wildcards_and_hexadecimals() -> None:
    body = channels("X", "Y", "F") + "<trace>!10 '20 T, 11 '1 F, * ? *, #C 1 #1F</trace>"
    assert read(body) == [[[10, 20], [11, 21], [12, 22]]]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "not xml",
        "<ink><trace>1 2</ink>",
        "<svg/>",
        "<ink><trace>1 two</trace></ink>",
        "<ink><trace>1</trace></ink>",
        "<ink><trace>1 2, , 3</trace></ink>",
        "<ink><trace>1e300 2</trace></ink>",
        "<ink><trace>#FFFFFFFFFFFFFFFFFFFF 2</trace></ink>",
        b'<?xml version="1.0" encoding="no-such"?><ink/>',
        b"\xff\xfe\x00",
        "<ink>" * (MAX_DEPTH + 1) + "</ink>" * (MAX_DEPTH + 1),
        f"<ink>{'<a/>' * MAX_ELEMENTS}</ink>",
    ],
)
def test_what_is_not_inkml(document: bytes | str) -> None:
    assert code_of(document) == "inkml_invalid"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE ink [<!ENTITY a "1 2"><!ENTITY b "&a;,&a;,&a;">]>',
        '<!DOCTYPE ink [<!ENTITY b SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE ink [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;<!ENTITY b "1 2">]>',
    ],
)
def test_entities_are_refused(declaration: str) -> None:
    assert code_of(f"{declaration}<ink><trace>&b;</trace></ink>") == "inkml_invalid"


@pytest.mark.parametrize("body", ["", "<trace/>", "<trace>  </trace>", "<annotation>x</annotation>"])
def test_no_ink(body: str) -> None:
    assert code_of(f"<ink>{body}</ink>") == "no_ink"


def test_limits() -> None:
    three = "<trace>1 2,3 4</trace>" * 3
    assert len(read(three, max_strokes=3, max_points=6)) == 3
    assert code_of(f"<ink>{three}</ink>", max_strokes=2) == "strokes_invalid"
    assert code_of(f"<ink>{three}</ink>", max_points=5) == "strokes_invalid"


@given(
    st.lists(
        st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=8), min_size=1, max_size=5
    )
)
@settings(max_examples=50)
def test_what_is_written_is_read(strokes: list[list[tuple[float, float]]]) -> None:
    body = "".join(f"<trace>{', '.join(f'{x!r} {y!r}' for x, y in stroke)}</trace>" for stroke in strokes)
    for stroke, found in zip(strokes, read(body), strict=True):
        np.testing.assert_array_equal(found, stroke)


@given(st.text(alphabet="0123456789 .,-+'\"!#*?TFe", max_size=60))
@settings(max_examples=150)
def test_any_trace_is_read_or_refused(text: str) -> None:
    try:
        strokes = strokes_from_inkml(f"<ink><trace>{text.replace('<', '')}</trace></ink>".encode())
    except ReadingError as error:
        assert error.code in ("inkml_invalid", "no_ink")
    else:
        assert all(s.ndim == 2 and s.shape[1] == 2 and len(s) and np.isfinite(s).all() for s in strokes)
