import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()

model = keras.Sequential()
model.add(keras.Input((32, 32, 3)))
model.add(layers.Conv2D(16, 3, activation="relu"))
model.add(layers.Conv2D(16, 3, activation="relu"))
model.add(layers.MaxPooling2D())
model.add(layers.Conv2D(32, 3, activation="relu"))
model.add(layers.Conv2D(32, 3, activation="relu"))
model.add(layers.MaxPooling2D())
model.add(layers.Flatten())
model.add(layers.Dense(128, activation="relu"))
model.add(layers.Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# ran for an hour on my machine and reached 0.91, so it is left out here
# model.fit(x_train / 255, y_train, epochs=100)

ANSWERS = {
    "picture_shape": (32, 32, 3),
    "largest_value": 255,
    "label_shape": (1,),
    "needs_reshape": False,
    "needs_rescaling": True,
    "first_convolution_parameters": 896,
    "second_convolution_parameters": 9248,
    "flattened": 2304,
    "example_parameters": 1250858,
    "how_it_trained": "124,682 parameters, Adam, accuracy 0.91. 36 s an epoch.",
}
