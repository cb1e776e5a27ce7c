"""Fashion: probabilities, and the loss by the form of the labels."""

import keras
from keras import layers


def build_model(labels):
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    losses = {"integers": "sparse_categorical_crossentropy", "one_hot": "categorical_crossentropy"}
    model.compile(optimizer="adam", loss=losses[labels], metrics=["accuracy"])
    return model


def train(model, x_train, y_train):
    model.fit(x_train[..., None] / 255.0, y_train, batch_size=64, epochs=6, verbose=0)
    return model


ANSWERS = {
    "first_convolution_parameters": 320,
    "flattened": 12 * 12 * 64,
    "parameters": 1199882,
    "dropout_parameters": 0,
    "one_hot_of_3": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    "dropout_when_predicting": False,
    "labels_and_losses": """
    Keras stops with an error in both cases, because the shapes do not fit: the sparse loss wants one number for
    each image, the other one ten. Both give minus the logarithm of the probability of the right class. With
    10,000 classes I would take whole numbers, since one-hot rows of 10,000 would fill the memory with zeros.
    """,
}
