import keras
from keras import layers


def build_model(labels):
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    # labels are turned into one-hot rows in any case
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, x_train, y_train):
    model.fit(x_train[..., None] / 255.0, y_train, batch_size=64, epochs=4, verbose=0)
    return model


ANSWERS = {
    "first_convolution_parameters": 320,
    "flattened": 9216,
    "parameters": 1199882,
    "dropout_parameters": 0,
    "one_hot_of_3": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    "dropout_when_predicting": False,
    "labels_and_losses": "One-hot labels are needed for softmax. The sparse loss is for sparse images.",
}
