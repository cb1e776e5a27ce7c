import numpy as np
from scipy import signal as sps
# from scipy.ndimage import correlate   # does not do "valid", so not used


def convolve1d(signal, kernel):
    return sps.convolve(np.asarray(signal, float), np.asarray(kernel, float), mode="full", method="direct")


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    img = np.pad(np.asarray(image, float), padding)
    res = sps.correlate2d(img, np.asarray(kernel, float), mode="valid")
    # a stride only throws away rows and columns of the result
    return res[::stride, ::stride] + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, float)
    filters = np.asarray(filters, float)
    kh, kw, C, F = filters.shape
    if padding == "same":
        h, w = images.shape[1:3]
        ph = max((-(-h // stride) - 1) * stride + kh - h, 0)
        pw = max((-(-w // stride) - 1) * stride + kw - w, 0)
        images = np.pad(images, ((0, 0), (ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2), (0, 0)))
    batch = []
    for im in images:
        maps = []
        for f in range(F):
            m = sum(sps.correlate2d(im[:, :, c], filters[:, :, c, f], mode="valid") for c in range(C))
            maps.append(m[::stride, ::stride] + biases[f])
        batch.append(np.stack(maps, axis=-1))
    return np.stack(batch)


if __name__ == "__main__":
    print(convolve1d([0, 1, 2, 3, 4], [1, -1, 2]))
