"""convolution.py

conv2d does one channel; the layer adds up the channels.
"""
import numpy as np


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    full = np.zeros(len(signal) + len(kernel) - 1)
    for i, value in enumerate(signal):
        full[i:i + len(kernel)] += value * kernel
    return full


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    kh, kw = kernel.shape
    out = []
    for top in range(0, image.shape[0] - kh + 1, stride):
        row = []
        for left in range(0, image.shape[1] - kw + 1, stride):
            row.append((image[top:top + kh, left:left + kw] * kernel).sum() + bias)
        out.append(row)
    return np.array(out)


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw, channels, n_filters = filters.shape
    if padding == "same":
        h, w = images.shape[1:3]
        rows = max((int(np.ceil(h / stride)) - 1) * stride + kh - h, 0)
        cols = max((int(np.ceil(w / stride)) - 1) * stride + kw - w, 0)
        images = np.pad(images, ((0, 0), (rows // 2, rows - rows // 2), (cols // 2, cols - cols // 2), (0, 0)))

    result = []
    for image in images:
        maps = []
        for f in range(n_filters):
            feature_map = 0
            for c in range(channels):
                feature_map = feature_map + conv2d(image[:, :, c], filters[:, :, c, f], bias=biases[f], stride=stride)
            maps.append(feature_map)
        result.append(np.stack(maps, axis=-1))
    return np.array(result)
