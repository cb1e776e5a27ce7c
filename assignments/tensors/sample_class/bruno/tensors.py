import tensorflow as tf


def describe(tensor):
    tensor = tf.convert_to_tensor(tensor)
    return {"rank": tf.rank(tensor), "shape": tensor.shape, "size": tf.size(tensor)}


def first_second_last(vector):
    vector = tf.convert_to_tensor(vector)
    return vector[0], vector[1], vector[-1]


def to_row(tensor):
    return tf.reshape(tensor, (1, -1))


def scale(tensor, factor):
    return tf.cast(tensor, tf.float32) * tf.cast(factor, tf.float32)


def add_bias(images, biases):
    return tf.nn.bias_add(tf.cast(images, tf.float32), tf.cast(biases, tf.float32))


def to_batch(image):
    if len(image.shape) == 2:
        image = tf.expand_dims(image, axis=-1)
    return tf.expand_dims(image, axis=0)


ANSWERS = {
    "scalar_rank": 0,
    "vector_rank": 1,
    "matrix_rank": 2,
    "matrix_size": 6,
    "order_3_rank": 3,
    "order_3_size": 16,
    "mnist_rank": 4,
    "mnist_size": int(tf.size(tf.zeros((60000, 28, 28, 1), tf.uint8))),
    "mnist_image_shape": (28, 28, 1),
    "broadcast_shape": (tf.ones((3, 1)) * tf.ones(4)).shape,
    "tensors_can_be_changed": False,
}
