# Overfitting, functional; the transferred network as one model in the new one
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

SHAPE = (80, 80, 3)
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def base_of(x):
    for filters in (8, 16, 32):
        x = layers.Conv2D(filters, 3, padding="same")(x)
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return x


def head_of(x, dropout):
    x = layers.Flatten()(x)
    if dropout:
        x = layers.Dropout(0.3)(x)
    x = layers.Dense(64, activation="relu")(x)
    return layers.Dense(8)(x)


def finish(inputs, outputs):
    model = keras.Model(inputs, outputs)
    model.compile("adam", LOSS, metrics=["accuracy"])
    return model


def build_plain():
    inputs = keras.Input(SHAPE)
    return finish(inputs, head_of(base_of(inputs), dropout=False))


def build_dropout():
    inputs = keras.Input(SHAPE)
    return finish(inputs, head_of(base_of(inputs), dropout=True))


def build_augmented():
    inputs = keras.Input(SHAPE)
    x = layers.RandomTranslation(0.12, 0.12, fill_mode="nearest")(inputs)
    x = layers.RandomFlip("horizontal")(x)
    return finish(inputs, head_of(base_of(x), dropout=True))


def build_transfer(trained=None):
    if trained is None:
        trained = build_plain()
    last = [layer for layer in trained.layers if isinstance(layer, layers.MaxPooling2D)][-1]
    base = keras.Model(trained.inputs, last.output, name="base")
    base.trainable = False
    inputs = keras.Input(SHAPE)
    x = base(inputs, training=False)
    return finish(inputs, head_of(x, dropout=True))


def turned(pictures):
    quarters = np.repeat(np.arange(4), len(pictures))
    return np.concatenate([np.rot90(pictures, turns, axes=(1, 2)) for turns in range(4)]), quarters


def build_turns():
    inputs = keras.Input(SHAPE)
    x = layers.Flatten()(base_of(inputs))
    x = layers.Dense(64, activation="relu")(x)
    return finish(inputs, layers.Dense(4)(x))


def train_best(x_train, y_train):
    pictures = x_train.astype("float32") / 255
    turns = build_turns()
    turns.fit(*turned(pictures), epochs=4, batch_size=64, verbose=0)
    model = build_transfer(turns)
    model.fit(pictures, y_train, epochs=10, batch_size=32, verbose=0)
    return model


ANSWERS = {
    "classes": 8,
    "which_is_overfitting": "a",
    "dropout_rate_when_predicting": 0.0,
    "augment_test_pictures": False,
    "frozen_parameters": 3 * 3 * 3 * 8 + 8 + 3 * 3 * 8 * 16 + 16,
    "underfitting_needs_pictures": False,
    "what_helped": "0.99 and 0.84 plain, 0.90 and 0.86 with dropout, 0.99 and 0.92 with transfer "
    "from turned pictures. Transfer, because its filters know shapes already, from four times as many pictures.",
}
