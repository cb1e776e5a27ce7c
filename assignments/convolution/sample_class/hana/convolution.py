import numpy as np

EMPTY = np.nan  # not a value of the image; plt.imshow leaves it white


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    out = np.zeros(signal.size + kernel.size - 1)
    for k in range(kernel.size):
        out[k : k + signal.size] += kernel[k] * signal
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.asarray(image, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    h, w = image.shape
    kh, kw = kernel.shape
    canvas = np.full((h + 2 * padding, w + 2 * padding), EMPTY)
    canvas[padding : padding + h, padding : padding + w] = image
    out = np.zeros(((canvas.shape[0] - kh) // stride + 1, (canvas.shape[1] - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(canvas[i * stride : i * stride + kh, j * stride : j * stride + kw] * kernel)
    return out + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    n, h, w, c = images.shape
    kh, kw, _, f = filters.shape
    if padding == "same":
        oh, ow = int(np.ceil(h / stride)), int(np.ceil(w / stride))
        eh, ew = max((oh - 1) * stride + kh - h, 0), max((ow - 1) * stride + kw - w, 0)
        canvas = np.zeros((n, h + eh, w + ew, c))
        canvas[:, eh // 2 : eh // 2 + h, ew // 2 : ew // 2 + w] = images
    else:
        oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
        canvas = images
    out = np.zeros((n, oh, ow, f))
    for i in range(oh):
        for j in range(ow):
            window = canvas[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, i, j] = np.tensordot(window, filters, axes=3)
    return out + np.asarray(biases)
