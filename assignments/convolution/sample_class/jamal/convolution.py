# No numpy needed for this :-)
# Numbers are turned into Python numbers first, so nothing can overflow.


def _to_list(x):
    """Array (any depth) -> nested lists of Python numbers."""
    if hasattr(x, "tolist"):
        return x.tolist()
    if isinstance(x, (list, tuple)):
        return [_to_list(v) for v in x]
    return x


def convolve1d(signal, kernel):
    signal, kernel = _to_list(signal), _to_list(kernel)
    out = [0] * (len(signal) + len(kernel) - 1)
    for i, s in enumerate(signal):
        for k, w in enumerate(kernel):
            out[i + k] += s * w
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image, kernel = _to_list(image), _to_list(kernel)
    h, w = len(image), len(image[0])
    kh, kw = len(kernel), len(kernel[0])

    def pixel(y, x):
        if 0 <= y < h and 0 <= x < w:
            return image[y][x]
        return 0

    return [
        [
            sum(kernel[a][b] * pixel(y + a, x + b) for a in range(kh) for b in range(kw)) + bias
            for x in range(-padding, w + padding - kw + 1, stride)
        ]
        for y in range(-padding, h + padding - kh + 1, stride)
    ]


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images, filters, biases = _to_list(images), _to_list(filters), _to_list(biases)
    kh, kw = len(filters), len(filters[0])
    channels, n_filters = len(filters[0][0]), len(filters[0][0][0])
    h, w = len(images[0]), len(images[0][0])

    if padding == "same":
        oh, ow = (h + stride - 1) // stride, (w + stride - 1) // stride
        top = max((oh - 1) * stride + kh - h, 0) // 2
        left = max((ow - 1) * stride + kw - w, 0) // 2
    else:
        oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
        top = left = 0

    out = []
    for image in images:
        rows = []
        for i in range(oh):
            row = []
            for j in range(ow):
                acc = list(biases)
                for a in range(kh):
                    y = i * stride - top + a
                    if y < 0 or y >= h:
                        continue
                    for b in range(kw):
                        x = j * stride - left + b
                        if x < 0 or x >= w:
                            continue
                        for c in range(channels):
                            v = image[y][x][c]
                            weights = filters[a][b][c]
                            for f in range(n_filters):
                                acc[f] += v * weights[f]
                row.append(acc)
            rows.append(row)
        out.append(rows)
    return out
