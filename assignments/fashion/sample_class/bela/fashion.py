# Fashion, functional, logits
import numpy as np
import tensorflow as tf
from tensorflow import keras


def build_model(labels):
    inputs = keras.layers.Input(shape=(28, 28, 1))
    x = keras.layers.Conv2D(32, (3, 3))(inputs)
    x = keras.layers.Activation("relu")(x)
    x = keras.layers.Conv2D(64, (3, 3))(x)
    x = keras.layers.Activation("relu")(x)
    x = keras.layers.MaxPool2D((2, 2))(x)
    x = keras.layers.Dropout(0.25)(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(128)(x)
    x = keras.layers.Activation("relu")(x)
    x = keras.layers.Dropout(0.5)(x)
    outputs = keras.layers.Dense(10)(x)
    model = keras.Model(inputs=inputs, outputs=outputs, name="fashion")
    if labels == "one_hot":
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, optimizer=keras.optimizers.Adam(1e-3), metrics=["accuracy"])
    return model


def train(model, x_train, y_train):
    images = np.expand_dims(x_train, -1).astype(np.float32) / 127.5 - 1
    data = tf.data.Dataset.from_tensor_slices((images, y_train)).shuffle(len(images), seed=1).batch(32)
    model.fit(data, epochs=6, verbose=0)
    return model


ANSWERS = {
    "first_convolution_parameters": 320,
    "flattened": 9216,
    "parameters": 1_199_882,
    "dropout_parameters": 0,
    "one_hot_of_3": list(np.eye(10, dtype=int)[3]),
    "dropout_when_predicting": False,
    "labels_and_losses": """Either way there is a ValueError about shapes. Both losses are the same number. Whole
    numbers for 10,000 classes, because of the memory.""",
}
