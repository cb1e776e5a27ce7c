# convolution.py
# I return lists because print() shows them with the commas :)

import numpy as np


def convolve1d(signal, kernel):
    return [float(v) for v in np.convolve(np.asarray(signal, dtype=float), kernel)]


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    img = np.pad(np.asarray(image, dtype=float), padding)
    ker = np.asarray(kernel, dtype=float)
    kh, kw = ker.shape
    righe = []
    for y in range(0, img.shape[0] - kh + 1, stride):
        riga = []
        for x in range(0, img.shape[1] - kw + 1, stride):
            riga.append(float((img[y : y + kh, x : x + kw] * ker).sum() + bias))
        righe.append(riga)
    return righe


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    imgs = np.asarray(images, dtype=float)
    fil = np.asarray(filters, dtype=float)
    kh, kw = fil.shape[0], fil.shape[1]
    if padding == "same":
        pads = []
        for size, k in ((imgs.shape[1], kh), (imgs.shape[2], kw)):
            if size % stride == 0:
                total = max(k - stride, 0)
            else:
                total = max(k - size % stride, 0)
            pads.append((total // 2, total - total // 2))
        imgs = np.pad(imgs, [(0, 0), pads[0], pads[1], (0, 0)])
    out = []
    for img in imgs:
        one = []
        for y in range(0, img.shape[0] - kh + 1, stride):
            row = []
            for x in range(0, img.shape[1] - kw + 1, stride):
                patch = img[y : y + kh, x : x + kw, :]
                row.append([float((patch * fil[..., f]).sum() + biases[f]) for f in range(fil.shape[3])])
            one.append(row)
        out.append(one)
    return out


if __name__ == "__main__":
    print(conv2d([[23, 255, 40, 12, 4], [21, 34, 200, 43, 200], [160, 180, 17, 190, 80], [210, 190, 40, 3, 240]],
                 [[0, 1], [1, 0]], bias=-1))
