# Without NumPy: lists in, lists out.
import math


def _to_list(values):
    return values.tolist() if hasattr(values, "tolist") else values


def _pool(image, pool_size, stride, summary):
    image = _to_list(image)
    stride = stride if stride is not None else pool_size
    return [
        [
            summary([v for row in image[y : y + pool_size] for v in row[x : x + pool_size]])
            for x in range(0, len(image[0]) - pool_size + 1, stride)
        ]
        for y in range(0, len(image) - pool_size + 1, stride)
    ]


def max_pool2d(image, pool_size=2, stride=None):
    return _pool(image, pool_size, stride, max)


def average_pool2d(image, pool_size=2, stride=None):
    return _pool(image, pool_size, stride, lambda window: sum(window) / len(window))


def l2_pool2d(image, pool_size=2, stride=None):
    return _pool(image, pool_size, stride, lambda window: math.hypot(*window))


def _maps(image):
    """Each channel of one image, as a flat list."""
    pixels = [pixel for row in image for pixel in row]
    return zip(*pixels)


def global_average_pool(images):
    return [[sum(one) / len(one) for one in _maps(image)] for image in _to_list(images)]


def global_max_pool(images):
    return [[max(one) for one in _maps(image)] for image in _to_list(images)]
