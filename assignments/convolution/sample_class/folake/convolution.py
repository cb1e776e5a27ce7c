import numpy as np
import time


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    out = np.zeros(len(signal) + len(kernel) - 1)
    for i in range(len(out)):
        for j in range(len(kernel)):
            if i - j >= 0 and i - j < len(signal):
                out[i] += signal[i - j] * kernel[j]
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    kh, kw = kernel.shape
    out = []
    for i in range(0, image.shape[0] - kh + 1, stride):
        out.append([])
        for j in range(0, image.shape[1] - kw + 1, stride):
            # int() so that the list prints as on the slides: 293, not np.float64(293.0)
            out[-1].append(int(np.sum(image[i:i + kh, j:j + kw] * kernel) + bias))
    return out


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw, _, n_filters = filters.shape
    if padding == "same":
        ph = max((-(-images.shape[1] // stride) - 1) * stride + kh - images.shape[1], 0)
        pw = max((-(-images.shape[2] // stride) - 1) * stride + kw - images.shape[2], 0)
        images = np.pad(images, ((0, 0), (ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2), (0, 0)))
    oh = (images.shape[1] - kh) // stride + 1
    ow = (images.shape[2] - kw) // stride + 1
    out = np.zeros((images.shape[0], oh, ow, n_filters))
    for n in range(images.shape[0]):
        for i in range(oh):
            for j in range(ow):
                piece = images[n, i * stride:i * stride + kh, j * stride:j * stride + kw, :]
                for f in range(n_filters):
                    out[n, i, j, f] = np.sum(piece * filters[..., f]) + biases[f]
    return out


if __name__ == "__main__":
    start = time.time()
    print(conv2d(np.ones((100, 100)), np.ones((3, 3)))[0][:5])
    print(time.time() - start, "seconds")
