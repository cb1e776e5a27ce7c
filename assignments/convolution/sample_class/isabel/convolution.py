"""
Tarea: convolution
==================

Instead of moving the kernel over the image I move the image under each weight of the kernel:
kh * kw additions of whole arrays, and no loop over pixels.
"""
import numpy as np


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype="float64")
    y = np.zeros(signal.shape[0] + len(kernel) - 1)
    for shift, weight in enumerate(np.asarray(kernel, dtype="float64")):
        y[shift:shift + signal.shape[0]] += weight * signal
    return y


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    return conv2d_layer(
        np.pad(np.asarray(image, dtype="float64"), padding)[None, ..., None],
        np.asarray(kernel, dtype="float64")[..., None, None],
        [bias],
        stride=stride,
    )[0, ..., 0]


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    if padding not in ("valid", "same"):
        raise ValueError("padding must be 'valid' or 'same'; received padding=%r" % (padding,))
    images = np.asarray(images, dtype="float64")
    filters = np.asarray(filters, dtype="float64")
    k = filters.shape[:2]
    size = images.shape[1:3]
    if padding == "same":
        out = [-(-s // stride) for s in size]
        total = [max((o - 1) * stride + kk - s, 0) for o, kk, s in zip(out, k, size)]
        images = np.pad(images, [(0, 0)] + [(t // 2, t - t // 2) for t in total] + [(0, 0)])
    else:
        out = [(s - kk) // stride + 1 for kk, s in zip(k, size)]
    result = np.zeros((images.shape[0], out[0], out[1], filters.shape[3]))
    for dy, dx in np.ndindex(*k):
        shifted = images[:, dy:dy + stride * (out[0] - 1) + 1:stride, dx:dx + stride * (out[1] - 1) + 1:stride]
        result += np.einsum("nyxc,cf->nyxf", shifted, filters[dy, dx])
    return result + np.asarray(biases)


def _test():
    image = np.array([[1, 4, 12, 11, 0, 2], [9, 15, 3, 0, 4, 17], [1, 4, 8, 6, 6, 10],
                      [16, 10, 0, 11, 13, 6], [0, 2, 9, 3, 0, 8], [2, 14, 12, 5, 14, 1]])
    kernel = np.array([[3, 0, 8], [1, 5, 10], [0, 2, 9]])
    assert (conv2d(image, kernel, stride=2) == [[293, 145], [218, 263]]).all()
    assert conv2d(image, kernel, padding=1)[0, 0] == 198   # 90 on the slide is a misprint
    print("all fine")


if __name__ == "__main__":
    _test()
