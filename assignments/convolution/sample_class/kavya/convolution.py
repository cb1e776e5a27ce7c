"""Convolutions, object oriented."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Convolver:
    """Slides a bank of filters over a batch of padded images."""

    filters: np.ndarray  # (kh, kw, C, F)
    stride: int = 1

    @property
    def kernel_size(self) -> tuple[int, int]:
        return self.filters.shape[0], self.filters.shape[1]

    def _positions(self, size: int, k: int):
        return range(0, size - k + 1, self.stride)

    @staticmethod
    def same_padding(size: int, k: int, stride: int) -> tuple[int, int]:
        out = (size - 1) // stride + 1
        total = max(0, (out - 1) * stride + k - size)
        before = total // 2
        return before, total - before

    def pad_same(self, images: np.ndarray) -> np.ndarray:
        kh, kw = self.kernel_size
        _, h, w, _ = images.shape
        return np.pad(
            images,
            ((0, 0), self.same_padding(h, kh, self.stride), self.same_padding(w, kw, self.stride), (0, 0)),
        )

    def __call__(self, images: np.ndarray) -> np.ndarray:
        kh, kw = self.kernel_size
        n, h, w, _ = images.shape
        ys, xs = self._positions(h, kh), self._positions(w, kw)
        matrix = self.filters.reshape(-1, self.filters.shape[3])
        out = np.empty((n, len(ys), len(xs), matrix.shape[1]))
        for i, y in enumerate(ys):
            for j, x in enumerate(xs):
                out[:, i, j, :] = images[:, y : y + kh, x : x + kw, :].reshape(n, -1) @ matrix
        return out


def convolve1d(signal, kernel):
    # a row is an image of height one; flip, because Convolver does not
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    row = np.pad(signal, len(kernel) - 1).reshape(1, 1, -1, 1)
    return Convolver(kernel[::-1].reshape(1, -1, 1, 1))(row)[0, 0, :, 0]


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    layer = Convolver(kernel[:, :, np.newaxis, np.newaxis], stride)
    return layer(image[np.newaxis, :, :, np.newaxis])[0, :, :, 0] + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    layer = Convolver(np.asarray(filters, dtype=float), stride)
    if padding == "same":
        images = layer.pad_same(images)
    return layer(images) + np.asarray(biases, dtype=float)
