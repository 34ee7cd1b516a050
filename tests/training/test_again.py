"""What was drawn is seen again, a little changed."""

from __future__ import annotations

import pytest
import torch

from models.rendering import BACKGROUND, CHANNELS, SIZE
from training.again import SeenAgain, moved, moved_rows

CPU = torch.device("cpu")


def batches(count: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Batches whose truth says which they are."""
    return [(torch.full((2, 3), k), torch.tensor([k, k])) for k in range(count)]


def again(times: int, kept: int, count: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    seen = SeenAgain(batches(count), times, kept, lambda images: images + 100, CPU)
    given = list(seen)
    assert len(given) == len(seen)
    return given


def test_every_new_batch_is_followed_by_old_ones_with_their_truth():
    given = again(2, 4, 10)
    for k in range(10):
        assert int(given[3 * k][1][0]) == k and int(given[3 * k][0][0, 0]) == k
        for images, truth in given[3 * k + 1 : 3 * k + 3]:
            assert int(images[0, 0]) == int(truth[0]) + 100
            # Of the latest four, the newest among them.
            assert k - 4 < int(truth[0]) <= k


def test_nothing_comes_again_where_it_is_not_asked_for():
    assert [int(truth[0]) for _, truth in again(0, 4, 5)] == [0, 1, 2, 3, 4]


def test_moved_symbols_stay_what_they_are():
    torch.manual_seed(0)
    images = torch.tensor(BACKGROUND, dtype=torch.uint8)[None, :, None, None].repeat(8, 1, SIZE, SIZE)
    images[:, 0, 8:24, 14:18] = 255
    out = moved(images)
    assert out.shape == (8, CHANNELS, SIZE, SIZE) and out.dtype == torch.uint8
    assert not torch.equal(out, images)
    # Where nothing was drawn there is nothing still, at the edges too.
    for channel in range(1, CHANNELS):
        assert (out[:, channel] == BACKGROUND[channel]).all()
    ink, before = out[:, 0].float().sum((1, 2)), images[:, 0].float().sum((1, 2))
    assert ((ink / before).log().abs() < 0.5).all()


@pytest.mark.parametrize("width", [20, 300])
def test_moved_rows_keep_their_ends(width: int):
    torch.manual_seed(1)
    rows = torch.zeros(16, 36, width, dtype=torch.uint8)
    rows[:, 12:24, :4] = 255
    rows[:, 12:24, -4:] = 255
    out = moved_rows(rows).float()
    assert out.shape == rows.shape
    assert (out[:, 14:22, : width // 4].amax((1, 2)) > 100).all()
    assert (out[:, 14:22, -width // 3 :].amax((1, 2)) > 100).all()
