import numpy as np


def convolve1d(signal, kernel):
    out = np.zeros(len(signal) + len(kernel) - 1)
    for i in range(len(signal)):
        for j in range(len(kernel)):
            out[i + j] += float(signal[i]) * float(kernel[j])
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    """Needs no memory for the result: what is left of and above the window is not needed any more."""
    work = np.asarray(image, dtype=np.float64)
    kernel = np.asarray(kernel, dtype=np.float64)
    if padding > 0:
        work = np.pad(work, padding)
    kh, kw = kernel.shape
    out_h = (work.shape[0] - kh) // stride + 1
    out_w = (work.shape[1] - kw) // stride + 1
    for i in range(out_h):
        for j in range(out_w):
            y, x = i * stride, j * stride
            work[i, j] = np.sum(work[y:y + kh, x:x + kw] * kernel) + bias
    return work[:out_h, :out_w]


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.array(images, dtype=np.float64)
    n, h, w, c = x.shape
    kh, kw, c, f = np.shape(filters)
    if padding == "same":
        out_h, out_w = int(np.ceil(h / stride)), int(np.ceil(w / stride))
        ph = max((out_h - 1) * stride + kh - h, 0)
        pw = max((out_w - 1) * stride + kw - w, 0)
        x = np.pad(x, ((0, 0), (ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2), (0, 0)))
    else:
        out_h, out_w = (h - kh) // stride + 1, (w - kw) // stride + 1
    out = np.zeros((n, out_h, out_w, f))
    for i in range(out_h):
        for j in range(out_w):
            y0, x0 = i * stride, j * stride
            win = x[:, y0:y0 + kh, x0:x0 + kw, :, None]
            out[:, i, j, :] = np.sum(win * filters, axis=(1, 2, 3)) + biases
    return out
