import keras
from keras import layers


def compiled(*parts, loss="binary_crossentropy"):
    model = keras.Sequential([keras.Input((784,)), *parts])
    model.compile(optimizer="adam", loss=loss)
    return model


def relu(*widths):
    return [layers.Dense(width, activation="relu") for width in widths]


def build_vanilla():
    return compiled(*relu(32), layers.Dense(784, activation="sigmoid"))


def build_deep():
    return compiled(*relu(512, 256, 128, 64, 128, 256, 512), layers.Dense(784, activation="sigmoid"))


def build_sparse():
    code = layers.Dense(1024, activation="relu", activity_regularizer=keras.regularizers.L1(1e-5))
    return compiled(*relu(1024, 1024), code, *relu(1024, 1024), layers.Dense(784, activation="sigmoid"))


def build_small():
    return compiled(*relu(256, 64), layers.Dense(8), *relu(64, 256), layers.Dense(784, activation="sigmoid"))


def train(model, x_train, epochs):
    # an image is one of many classes
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    x = x_train.reshape(-1, 784) / 255.0
    model.fit(x, x, batch_size=32, epochs=epochs, verbose=0)
    return model


ANSWERS = {
    "pixels": 784,
    "vanilla_parameters": 50992,
    "compression": 24.5,
    "deep_parameters": 1149520,
    "sparse_parameters": 5805840,
    "needs_labels": False,
    "better_than_pca": """
    PCA is linear, an autoencoder need not be. With linear layers it is no better. A code as large as the image
    can hold all of it.
    """,
}
