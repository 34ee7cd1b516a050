"""Lines, slots and columns of a page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.columns import find_blocks
from app.marking.layout import boxes_of, find_glyphs, find_lines, symbol_height
from app.marking.page_ink import page_ink
from app.marking.page_layout import lay_out
from app.marking.places import in_columns
from app.marking.slots import take_frames, take_lines
from tests.marking.pages import draw_page, draw_text


def lines_of(page: np.ndarray):
    """The lines of a page's ink."""
    ink = page_ink(page)
    height = symbol_height(ink)
    boxes = boxes_of(ink.pieces)
    return find_lines(find_glyphs(boxes, range(len(boxes)), height), height)


def test_each_problem_of_two_columns_is_a_line():
    texts = [(f"{3 + k % 7}+4=", 80 + 430 * (k % 2), 60 + 90 * (k // 2)) for k in range(16)]
    lines = lines_of(draw_page(texts))
    assert sorted(len(line.glyphs) for line in lines) == [4] * 16  # each = is one glyph of two pieces
    assert all(line.glyphs[-1].is_equals for line in lines)


def test_an_answer_written_larger_and_lower_belongs_to_its_line():
    page = draw_page([("5+4=", 80, 100), ("6+2=", 80, 190)])
    draw_text(page, "90", 300, 112, size=70)
    draw_text(page, "8", 300, 196, size=60)
    assert sorted(len(line.glyphs) for line in lines_of(page)) == [5, 6]


def test_a_scrap_by_the_top_of_a_digit_does_not_part_it_from_the_dots_after_it():
    page = draw_page([("17÷5=3", 80, 100), ("2", 400, 100)])
    cv2.circle(page, (312, 103), 3, 20, -1)
    for x in (330, 352, 374):
        cv2.circle(page, (x, 145), 3, 20, -1)
    (line,) = (line for line in lines_of(page) if len(line.glyphs) > 1)
    assert len(line.glyphs) == 10
    assert not any(300 < g.box[0] < 320 for g in line.glyphs)


@pytest.mark.parametrize("slope", [-0.06, 0.0, 0.06])
def test_sloping_lines_stay_lines(slope: float):
    page = draw_page([("12+34=46", 80, 100 + 85 * k) for k in range(8)], 1000, 900)
    turn = np.array([[1, 0, 0], [slope, 1, 40]], np.float32)
    page = cv2.warpAffine(page, turn, (1000, 1000), borderValue=255)
    assert [len(line.glyphs) for line in lines_of(page)] == [8] * 8


def test_a_fraction_is_one_glyph():
    page = draw_page([("3", 110, 100), ("4", 110, 200), ("+1", 220, 150)])
    cv2.line(page, (90, 175), (170, 175), 20, 5)
    (line,) = lines_of(page)
    assert len(line.glyphs) == 3
    assert len(line.glyphs[0].pieces) == 3


def test_boxes_and_circles_are_slots_and_what_is_in_them_is_kept():
    page = draw_page([("3+", 80, 100), ("7", 205, 103), ("=10", 300, 100), ("234567", 80, 300)])
    cv2.rectangle(page, (190, 88), (260, 165), 20, 3)
    cv2.circle(page, (560, 125), 42, 20, 3)
    ink = page_ink(page)
    pieces, slots = take_frames(ink.pieces, symbol_height(ink), ink.pen)
    assert [s.shape for s in sorted(slots, key=lambda s: s.box[0])] == ["box", "circle"]
    assert len([p for p in pieces if p.blob.box[1] < 200]) == 7  # 3, +, 7, the two bars of =, 1, 0


def test_a_digit_that_touches_its_box_is_parted_from_it():
    page = draw_page([("5+", 80, 100), ("=9", 330, 100)])
    draw_text(page, "4", 230, 106)
    cv2.rectangle(page, (190, 88), (260, 165), 20, 3)
    ink = page_ink(page)
    pieces, slots = take_frames(ink.pieces, symbol_height(ink), ink.pen)
    assert len(slots) == 1
    (inside,) = [p.blob.box for p in pieces if p.blob.box[0] > 185 and p.blob.box[2] < 265]
    assert inside[0] > 215


def test_a_large_zero_is_no_circle():
    page = draw_page([("4+6=1", 80, 100)])
    draw_text(page, "0", 360, 90, size=66)
    ink = page_ink(page)
    assert take_frames(ink.pieces, symbol_height(ink), ink.pen)[1] == []


def lines_to_write_on(page: np.ndarray):
    """The pieces that are lines, and the slots on them."""
    ink = page_ink(page)
    boxes = boxes_of(ink.pieces)
    taken, slots = take_lines(boxes, range(len(boxes)), symbol_height(ink))
    return [ink.pieces[i].blob.box for i in taken], slots


@pytest.mark.parametrize("answer", ["", "4", "12"])
def test_a_line_between_symbols_is_a_place_for_an_answer(answer: str):
    page = draw_page([("3+", 80, 100), ("=7", 320, 100)])
    cv2.line(page, (200, 152), (295, 152), 20, 4)
    if answer:
        draw_text(page, answer, 220, 92)
    taken, slots = lines_to_write_on(page)
    assert [s.shape for s in slots] == ["line"]
    assert len(taken) == 1 and taken[0][2] - taken[0][0] > 80
    assert slots[0].box[1] < 110 < slots[0].box[3]


def test_an_underlined_question_has_no_place_for_an_answer_under_it():
    page = draw_page([("10+10×10=", 80, 100)])
    cv2.line(page, (75, 160), (330, 160), 20, 4)
    taken, slots = lines_to_write_on(page)
    assert len(taken) == 1 and slots == []


def test_signs_and_fractions_have_no_place_for_an_answer():
    page = draw_page([("3", 110, 100), ("4", 110, 200), ("+1-2=0", 220, 150)])
    cv2.line(page, (80, 175), (180, 175), 20, 5)
    assert lines_to_write_on(page) == ([], [])


def column_page(carry: bool) -> np.ndarray:
    """47 + 38 = 85 in columns, with the carry of the ten or without."""
    page = draw_page([("4", 200, 120), ("7", 260, 120), ("3", 200, 200), ("8", 260, 200)], 500, 500)
    draw_text(page, "+", 130, 200)
    draw_text(page, "8", 200, 300)
    draw_text(page, "5", 260, 300)
    cv2.line(page, (120, 272), (310, 268), 20, 5)
    if carry:
        draw_text(page, "1", 215, 82, size=26, pen=4)
    return page


@pytest.mark.parametrize("carry", [False, True])
def test_a_sum_in_columns_is_found_with_its_carry_apart(carry: bool):
    ink = page_ink(column_page(carry))
    (block,) = find_blocks(boxes_of(ink.pieces), symbol_height(ink))
    assert [len(row) for row in block.rows] == [2, 3]
    assert len(block.carries) == carry
    assert len(block.result) == 2


@pytest.mark.parametrize(("size", "y", "carries"), [(18, 200, 1), (18, 206, 1), (45, 203, 0)])
def test_a_small_digit_beside_the_numbers_is_a_carry_if_it_is_raised_at_all(size: int, y: int, carries: int):
    """A carry squeezed into the row it belongs to stands hardly higher than the digits there."""
    page = column_page(False)
    draw_text(page, "1", 180, y, size, pen=3)
    ink = page_ink(page)
    (block,) = find_blocks(boxes_of(ink.pieces), symbol_height(ink))
    assert len(block.carries) == carries
    assert len(block.rows[1]) == 4 - carries


@pytest.mark.parametrize("y", [160.0, 175.0, 205.0])
def test_a_sign_half_way_between_two_numbers_belongs_to_the_lower(y: float):
    digits = [[220.0, 100.0, 260.0, 160.0], [220.0, 200.0, 260.0, 260.0]]
    sign, rule, result = [100.0, y, 150.0, y + 50], [80.0, 280.0, 300.0, 286.0], [220.0, 300.0, 260.0, 360.0]
    (block,) = find_blocks(np.array([*digits, sign, rule, result]), 60.0)
    assert [sorted(row) for row in block.rows] == [[0], [1, 2]]
    assert block.result == (4,)


@pytest.mark.parametrize("size", [22, 30, 48])
@pytest.mark.parametrize("number", ["1)", "12)", "(3)"])
def test_the_number_of_a_sum_stands_beside_it(number: str, size: int):
    page = column_page(False)
    draw_text(page, number, 10, 110, size=size, pen=3)
    ink = page_ink(page)
    (block,) = find_blocks(boxes_of(ink.pieces), symbol_height(ink))
    assert [len(row) for row in block.rows] == [2, 3]
    assert boxes_of(ink.pieces)[list(block.rows[0]), 0].min() > 150


def test_answers_on_lines_under_one_another_are_no_sum():
    page = draw_page([("7+5=", 80, 100), ("12", 330, 95), ("8+6=", 80, 220), ("14", 330, 215)], 700, 330)
    for y in (160, 280):
        cv2.line(page, (310, y), (440, y), 20, 4)
    ink = page_ink(page)
    assert find_blocks(boxes_of(ink.pieces), symbol_height(ink)) == []


def test_an_empty_circle_is_larger_than_the_digits_beside_it():
    page = draw_page([("12", 80, 100), ("15", 320, 100), ("6+24=3", 80, 260)], 700, 400, size=40)
    cv2.circle(page, (230, 120), 42, 20, 3, cv2.LINE_AA)
    cv2.circle(page, (400, 270), 34, 20, 5, cv2.LINE_AA)  # a large zero, behind a digit as large
    draw_text(page, "3", 310, 236, size=68)
    ink = page_ink(page)
    _, slots = take_frames(ink.pieces, 40.0, ink.pen)
    assert [(s.shape, round(s.box[0] / 10)) for s in slots] == [("circle", 19)]


def test_the_frame_of_a_page_joins_nothing():
    page = draw_page([("12-7=5", 200, 200)], 900, 500)
    cv2.rectangle(page, (30, 30), (870, 470), 20, 5)
    (line,) = (line for line in lines_of(page) if len(line.glyphs) > 1)
    assert len(line.glyphs) == 6


def test_brackets_with_room_for_an_answer_are_one_line():
    page = draw_page([("8+(", 80, 100), (")=12", 360, 100)], 900, 250, size=50)
    assert sorted(len(line.glyphs) for line in lines_of(page)) == [7]


def test_an_underlined_line_is_no_column():
    page = draw_page([("3+4=7", 80, 100), ("5+4=9", 80, 180)])
    cv2.line(page, (70, 245), (200, 245), 20, 4)
    ink = page_ink(page)
    assert find_blocks(boxes_of(ink.pieces), symbol_height(ink)) == []


def test_problems_are_numbered_down_each_column():
    left = [(10.0 - k, 100.0 * k, 200.0 - k, 100.0 * k + 40) for k in range(3)]
    right = [(400.0, 100.0 * k - 15, 600.0, 100.0 * k + 25) for k in range(3)]
    places = in_columns([*right, *left])
    assert places == [(2, 1), (2, 2), (2, 3), (1, 1), (1, 2), (1, 3)]


def test_scraps_of_a_wavy_rule_are_no_part_of_the_sum():
    ink = page_ink(column_page(carry=False))
    boxes = boxes_of(ink.pieces)
    height = symbol_height(ink)
    scraps = np.array([[180.0, 266.0, 205.0, 270.0], [250.0, 271.0, 290.0, 276.0]])
    (block,) = find_blocks(np.vstack([boxes, scraps]), height)
    assert [len(row) for row in block.rows] == [2, 3]
    assert len(block.result) == 2 and not block.has_points


def test_points_that_stand_under_one_another_are_decimal_points():
    ink = page_ink(column_page(carry=False))
    points = np.array([[240.0, 162.0, 247.0, 169.0], [241.0, 242.0, 248.0, 249.0]])
    (block,) = find_blocks(np.vstack([boxes_of(ink.pieces), points]), symbol_height(ink))
    assert [len(row) for row in block.rows] == [3, 4] and block.has_points
    apart = points + np.array([[0], [0]]) + np.array([[-45.0, 0, -45.0, 0], [0, 0, 0, 0]])
    (block,) = find_blocks(np.vstack([boxes_of(ink.pieces), apart]), symbol_height(ink))
    assert [len(row) for row in block.rows] == [2, 3] and not block.has_points


def test_joined_digits_of_a_thick_pen_are_nothing_filled():
    page = draw_page([("7+4=", 80, 100)], 900, 300)
    for k in range(4):
        draw_text(page, "9", 360 + 40 * k, 100, pen=16)
    cv2.line(page, (380, 126), (500, 126), 20, 16)
    assert max(p.blob.box[2] - p.blob.box[0] for p in lay_out(page_ink(page)).pieces) > 100


def test_dark_bars_behind_headings_are_left_out():
    page = draw_page([("7+4=11", 80, 200)], 900, 300)
    cv2.rectangle(page, (60, 30), (700, 110), 20, -1)
    assert max(p.blob.box[2] - p.blob.box[0] for p in lay_out(page_ink(page)).pieces) < 100
