# Zip codes, in the functional form: greys from -1 to 1, probabilities, one-hot labels
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.utils import to_categorical


def block(x, filters):
    x = layers.Conv2D(filters, kernel_size=(3, 3), strides=1, padding="valid", activation="relu")(x)
    return layers.MaxPool2D(pool_size=(2, 2))(x)


def network(filters):
    inputs = keras.Input(shape=(28, 28, 1))
    x = inputs
    for f in filters:
        x = block(x, f)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu")(x)
    outputs = layers.Dense(10, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    return model


def build_base():
    return network([32])


def build_improved():
    return network([32, 64])


def train(model, x_train, y_train):
    x = (x_train.astype("float32") - 127.5) / 127.5
    x = np.expand_dims(x, -1)
    y = to_categorical(y_train, 10)
    model.fit(x, y, epochs=12, batch_size=32, validation_split=0.1, verbose=2)
    return model


ANSWERS = {
    "first_convolution_parameters": 320,
    "base_flattened": 5408,
    "base_parameters": 693962,
    "second_convolution_parameters": 18496,
    "improved_flattened": 1600,
    "improved_parameters": 225034,
    "does_it_improve": """It improves from 0.90 to 0.94 on the test images (the ones of load_data). That is
    more than chance I think, it was so each time I ran it. 12 epochs took 8 s for the base and 10 s for the
    improved one on my laptop. There are fewer parameters because flatten has 1600 numbers instead of 5408.""",
}
