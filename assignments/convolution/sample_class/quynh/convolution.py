import numpy as np

# helper: number of places where a kernel of size k fits
def places(n, k, stride):
    return (n - k) // stride + 1

def convolve1d(signal, kernel):
    n, m = len(signal), len(kernel)
    y = np.zeros(n + m - 1)
    for i in range(n + m - 1):
        for j in range(m):
            if i - j >= 0 and i - j < n:
                y[i] = y[i] + kernel[j] * float(signal[i - j])
    return y

def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    img = np.asarray(image, dtype=float)
    ker = np.asarray(kernel, dtype=float)
    if padding:
        # zeros around the image
        img = np.vstack([np.zeros((padding, img.shape[1])), img])
        img = np.hstack([np.zeros((img.shape[0], padding)), img])
    oh = places(img.shape[0], ker.shape[0], stride)
    ow = places(img.shape[1], ker.shape[1], stride)
    y = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            cut = img[i*stride : i*stride + ker.shape[0], j*stride : j*stride + ker.shape[1]]
            y[i, j] = np.sum(cut * ker) + bias
    return y

def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.asarray(images, dtype=float)
    ker = np.asarray(filters, dtype=float)
    if padding == "same":
        for ax, k in ((1, ker.shape[0]), (2, ker.shape[1])):
            size = x.shape[ax]
            out = (size + stride - 1) // stride
            total = max((out - 1) * stride + k - size, 0)
            before = total // 2
            after = total - before
            shape = list(x.shape)
            shape[ax] = before
            zb = np.zeros(shape)
            shape[ax] = after
            za = np.zeros(shape)
            x = np.concatenate([zb, x, za], axis=ax)
    oh = places(x.shape[1], ker.shape[0], stride)
    ow = places(x.shape[2], ker.shape[1], stride)
    y = np.zeros((len(x), oh, ow, ker.shape[3]))
    for n in range(len(x)):
        for i in range(oh):
            for j in range(ow):
                cut = x[n, i*stride : i*stride + ker.shape[0], j*stride : j*stride + ker.shape[1]]
                for f in range(ker.shape[3]):
                    y[n, i, j, f] = np.sum(cut * ker[:, :, :, f]) + biases[f]
    return y
