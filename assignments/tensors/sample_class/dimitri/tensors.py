# Everything by lists and loops.


def numbers(values):
    if hasattr(values, "numpy"):
        values = values.numpy()
    return values.tolist() if hasattr(values, "tolist") else values


def shape_of(values):
    return (len(values), *shape_of(values[0])) if isinstance(values, list) and values else (
        (0,) if isinstance(values, list) else ()
    )


def flat(values):
    return [x for each in values for x in flat(each)] if isinstance(values, list) else [values]


def describe(tensor):
    shape = tuple(int(length) for length in tensor.shape)
    size = 1
    for length in shape:
        size *= length
    return {"rank": len(shape), "shape": shape, "size": size}


def first_second_last(vector):
    first, second, *_ = numbers(vector)
    return first, second, numbers(vector).pop()


def to_row(tensor):
    return [flat(numbers(tensor))]


def times(values, factors, depth):
    """Multiply nested lists; `depth` is how many axes the values have more than the factors."""
    if not isinstance(values, list):
        return values * factors
    if depth > 0 or not isinstance(factors, list):
        return [times(value, factors, depth - 1) for value in values]
    if len(factors) == 1:
        factors = factors * len(values)
    return [times(value, factor, 0) for value, factor in zip(values, factors)]


def scale(tensor, factor):
    values, factors = numbers(tensor), numbers(factor)
    return times(values, factors, len(shape_of(values)) - len(shape_of(factors)))


def add_bias(images, biases):
    biases = numbers(biases)
    return [
        [[[x + b for x, b in zip(pixel, biases)] for pixel in row] for row in image]
        for image in numbers(images)
    ]


def to_batch(image):
    rows = numbers(image)
    if len(shape_of(rows)) == 2:
        rows = [[[x] for x in row] for row in rows]
    return [rows]


ANSWERS = {
    "scalar_rank": 0,
    "vector_rank": 1,
    "matrix_rank": 2,
    "matrix_size": 6,
    "order_3_rank": 3,
    "order_3_size": 16,
    "mnist_rank": 4,
    "mnist_size": 60000 * 28 * 28,
    "mnist_image_shape": (28, 28, 1),
    "broadcast_shape": (3, 4),
    "tensors_can_be_changed": False,
}
