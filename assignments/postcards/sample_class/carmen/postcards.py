import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

model = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=10, batch_size=32, validation_data=(x_test, y_test), verbose=0)

ANSWERS = {
    "picture_shape": (32, 32, 3),
    "largest_value": 1.0,
    "label_shape": (1,),
    "needs_reshape": False,
    "needs_rescaling": True,
    "first_convolution_parameters": 320,
    "second_convolution_parameters": 9248,
    "flattened": 2304,
    "example_parameters": 1250858,
    "how_it_trained": "80,234 parameters, Adam. y is fine as it is. One second an epoch.",
}
