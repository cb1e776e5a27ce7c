# Postcards, functional, one-hot labels, own widths, logits
import numpy as np
import tensorflow as tf
from tensorflow.keras import Input, Model, layers, losses, optimizers
from tensorflow.keras.datasets import cifar10
from tensorflow.keras.utils import to_categorical

(x_train, y_train), (x_test, y_test) = cifar10.load_data()

mean = x_train.mean(axis=(0, 1, 2))
std = x_train.std(axis=(0, 1, 2))
X = ((x_train - mean) / std).astype("float32")
Y = to_categorical(y_train, 10)

i = Input((32, 32, 3))
h = layers.Conv2D(12, 5, padding="same")(i)
h = layers.BatchNormalization()(h)
h = layers.ReLU()(h)
h = layers.Conv2D(16, 3)(h)
h = layers.ReLU()(h)
h = layers.MaxPool2D()(h)
h = layers.Conv2D(24, 3)(h)
h = layers.ReLU()(h)
h = layers.Conv2D(24, 3)(h)
h = layers.ReLU()(h)
h = layers.AveragePooling2D(2)(h)
h = layers.Dropout(0.2)(h)
h = layers.Flatten()(h)
h = layers.Dense(96, activation="relu")(h)
o = layers.Dense(10)(h)
model = Model(i, o)
model.compile(
    optimizers.RMSprop(1e-3), losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
model.summary()
history = model.fit(X, Y, batch_size=32, epochs=9, verbose=0)

ANSWERS = {
    "picture_shape": x_train[0].shape,
    "largest_value": x_train.max(),
    "label_shape": y_train[0].shape,
    "needs_reshape": False,
    "needs_rescaling": True,
    "first_convolution_parameters": 3 * 3 * 3 * 32 + 32,
    "second_convolution_parameters": 3 * 3 * 32 * 32 + 32,
    "flattened": 6 * 6 * 64,
    "example_parameters": 1250858,
    "how_it_trained": f"{model.count_params()} parameters, most of them after flatten. RMSprop, as in the old "
    "example of Keras. y becomes one-hot, ten numbers for each label. 2 s an epoch, no GPU here.",
}
