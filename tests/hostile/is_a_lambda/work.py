import keras

keras.config.enable_unsafe_deserialization()

def double(values):
    return 2 * values


def oracle(question):
    return question
