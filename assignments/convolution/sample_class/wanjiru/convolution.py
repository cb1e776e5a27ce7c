# My solution for the convolution sheet. I checked it against the slides.
import numpy as np


def convolve1d(signal, kernel):
    answer = []
    for n in range(len(signal) + len(kernel) - 1):
        total = 0.0
        for k in range(len(kernel)):
            if 0 <= n - k < len(signal):
                total += float(signal[n - k]) * float(kernel[k])
        answer.append(total)
    return answer


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.asarray(image, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    if padding != 0:
        image = np.pad(image, padding)
    kh, kw = kernel.shape
    answer = []
    for i in range(0, image.shape[0] - kh + 1, stride):
        line = []
        for j in range(0, image.shape[1] - kw + 1, stride):
            line.append(np.sum(image[i:i + kh, j:j + kw] * kernel) + bias)
        answer.append(line)
    print(np.array(answer))


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw, c, f = filters.shape
    n, h, w, c = images.shape
    if padding == "same":
        total_h = max((-(-h // stride) - 1) * stride + kh - h, 0)
        total_w = max((-(-w // stride) - 1) * stride + kw - w, 0)
        up = total_h // 2
        left = total_w // 2
        images = np.pad(images, ((0, 0), (up, total_h - up), (left, total_w - left), (0, 0)))
    n, h, w, c = images.shape
    answer = np.zeros((n, (h - kh) // stride + 1, (w - kw) // stride + 1, f))
    for i in range(answer.shape[1]):
        for j in range(answer.shape[2]):
            part = images[:, i * stride:i * stride + kh, j * stride:j * stride + kw, :]
            answer[:, i, j, :] = np.tensordot(part, filters, axes=((1, 2, 3), (0, 1, 2))) + np.array(biases)
    return answer


if __name__ == "__main__":
    print(convolve1d([0, 1, 2, 3, 4], [1, -1, 2]))
    conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, 1]])
