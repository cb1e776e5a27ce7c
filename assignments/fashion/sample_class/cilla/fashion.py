import keras
from keras import layers


def build_model(labels):
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
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
    # the loss finds out by itself what the labels are
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, x_train, y_train):
    model.fit(x_train[..., None], y_train, batch_size=64, epochs=6, verbose=0)
    return model


ANSWERS = {
    "first_convolution_parameters": 320,
    "flattened": 9216,
    "parameters": 1199882,
    "dropout_parameters": 0,
    "one_hot_of_3": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    "dropout_when_predicting": True,
    "labels_and_losses": "It does not matter, I think. One-hot for 10,000 classes, since that is what a softmax returns.",
}
