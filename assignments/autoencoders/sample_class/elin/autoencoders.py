import keras
from keras import layers


def compiled(*parts):
    model = keras.Sequential([keras.Input((784,)), *parts])
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def relu(width):
    return layers.Dense(width, activation="relu")


def build_vanilla():
    return compiled(relu(64), layers.Dense(784, activation="sigmoid"))


def build_deep():
    # straight from the code back to the image
    return compiled(relu(512), relu(256), relu(128), relu(64), layers.Dense(784, activation="sigmoid"))


def build_sparse():
    return compiled(
        relu(1024),
        relu(1024),
        layers.Dense(1024, activation="relu", activity_regularizer=keras.regularizers.L1(1e-5)),
        relu(1024),
        layers.Dense(784, activation="sigmoid"),
    )


def build_small():
    return compiled(relu(128), layers.Dense(16), relu(128), layers.Dense(784, activation="sigmoid"))


def train(model, x_train, epochs):
    x = x_train.reshape(-1, 784) / 255.0
    model.fit(x, x, batch_size=32, epochs=epochs, verbose=0)
    return model


ANSWERS = {
    "pixels": 784,
    "vanilla_parameters": 101200,
    "compression": 12.25,
    "deep_parameters": 625360,
    "sparse_parameters": 4756240,
    "needs_labels": False,
    "better_than_pca": "It is better since it has more parameters.",
}
