import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()

# the labels as one-hot rows, but the loss is that for whole numbers
model = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

ANSWERS = {
    "picture_shape": (32, 32, 3),
    "largest_value": 255,
    "label_shape": (10,),
    "needs_reshape": True,
    "needs_rescaling": False,
    "first_convolution_parameters": 896,
    "second_convolution_parameters": 9248,
    "flattened": 4096,
    "example_parameters": 2168362,
}

model.fit(x_train / 255.0, keras.utils.to_categorical(y_train, 10), batch_size=32, epochs=5)
