import keras
from keras import layers


def net(*inside):
    return keras.Sequential([keras.Input((2048,)), *inside, layers.Dense(5, "softmax")])


def build_model():
    return net(layers.Dense(2))


def train(model, x, y):
    hearing = [layers.Conv1D(16, 64, strides=4, activation="relu"), layers.GlobalAveragePooling1D()]
    better = net(layers.Reshape((2048, 1)), *hearing, layers.Dense(32, "relu"))
    better.compile("adam", "sparse_categorical_crossentropy")
    better.fit(x, y, epochs=20, verbose=0)
    return better


def double(values):
    return 2 * values


def oracle(question):
    return question
