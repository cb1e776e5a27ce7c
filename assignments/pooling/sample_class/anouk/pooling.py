# Plain loops, one window at a time.
import numpy as np


def max_pool2d(image, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    rows = (len(image) - pool_size) // stride + 1
    columns = (len(image[0]) - pool_size) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            largest = image[i * stride][j * stride]
            for a in range(pool_size):
                for b in range(pool_size):
                    value = image[i * stride + a][j * stride + b]
                    if value > largest:
                        largest = value
            result[i][j] = largest
    return result


def average_pool2d(image, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    rows = (len(image) - pool_size) // stride + 1
    columns = (len(image[0]) - pool_size) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for a in range(pool_size):
                for b in range(pool_size):
                    result[i][j] += image[i * stride + a][j * stride + b]
            result[i][j] /= pool_size * pool_size
    return result


def l2_pool2d(image, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    rows = (len(image) - pool_size) // stride + 1
    columns = (len(image[0]) - pool_size) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for a in range(pool_size):
                for b in range(pool_size):
                    result[i][j] += float(image[i * stride + a][j * stride + b]) ** 2
            result[i][j] = result[i][j] ** 0.5
    return result


def global_average_pool(images):
    n, h, w, channels = images.shape
    result = np.zeros((n, channels))
    for i in range(n):
        for c in range(channels):
            for y in range(h):
                for x in range(w):
                    result[i][c] += images[i][y][x][c]
            result[i][c] /= h * w
    return result


def global_max_pool(images):
    n, h, w, channels = images.shape
    result = np.full((n, channels), -np.inf)
    for i in range(n):
        for c in range(channels):
            for y in range(h):
                for x in range(w):
                    result[i][c] = max(result[i][c], images[i][y][x][c])
    return result
