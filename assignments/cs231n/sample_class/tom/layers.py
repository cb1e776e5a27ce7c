import numpy


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param["pad"], conv_param["stride"]
    x_padded = numpy.lib.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant") if hasattr(numpy.lib, "pad") else numpy.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant")
    results = []
    for image in x_padded:
        maps = []
        for kernel, bias in zip(w, b):
            _, hh, ww = kernel.shape
            maps.append([
                [
                    float(numpy.tensordot(image[:, r:r + hh, c:c + ww], kernel, 3)) + bias
                    for c in range(0, image.shape[2] - ww + 1, stride)
                ]
                for r in range(0, image.shape[1] - hh + 1, stride)
            ])
        results.append(maps)
    return numpy.array(results), (x, w, b, conv_param)


def max_pool_forward_naive(x, pool_param):
    hh, ww, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    out = [
        [
            [
                [channel[r:r + hh, c:c + ww].max() for c in range(0, x.shape[3] - ww + 1, stride)]
                for r in range(0, x.shape[2] - hh + 1, stride)
            ]
            for channel in image
        ]
        for image in x
    ]
    return out, (x, pool_param)
