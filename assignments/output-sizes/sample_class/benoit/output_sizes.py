"""Devoir : tailles et paramètres."""

from math import floor, prod


def output_size(size, kernel_size, stride=1, padding=0):
    return floor((size - kernel_size + 2 * padding) / stride) + 1


def same_padding(kernel_size):
    return kernel_size // 2


def conv_parameters(kernel_size, in_channels, filters, use_bias=True):
    hauteur, largeur = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 2
    return (hauteur * largeur * in_channels + use_bias) * filters


def dense_parameters(inputs, units, use_bias=True):
    return (inputs + use_bias) * units


def network_shapes(input_shape, layers):
    formes = [input_shape]
    for couche in layers:
        match couche:
            case {"type": "conv", "filters": filtres, "kernel_size": noyau}:
                pas = couche.get("strides", 1)
                marge = same_padding(noyau) if couche.get("padding") == "same" else 0
                tailles = [output_size(n, noyau, stride=pas, padding=marge) for n in formes[-1][:2]]
                formes.append((*tailles, filtres))
            case {"type": "max_pool"}:
                fenetre = couche.get("pool_size", 2)
                pas = couche.get("strides", fenetre)
                tailles = [output_size(n, fenetre, stride=pas) for n in formes[-1][:2]]
                formes.append((*tailles, formes[-1][2]))
            case {"type": "flatten"}:
                formes.append((prod(formes[-1]),))
            case {"type": "dense", "units": unites}:
                formes.append((unites,))
    return formes[1:]


ANSWERS = {
    "size_at_stride_1": 7,
    "size_at_stride_2": 4,
    "size_at_stride_3": 3,
    "two_filters_shape": (7, 7, 2),
    "colour_shape": (4, 4, 10),
    "filter_tensor_shape": (3, 3, 1, 2),
    "dense_weights": 3200,
    "conv_weights": 288,
    "large_grey_weights": 1_690_000_000,
    "large_colour_weights": 5_070_000_000,
    "conv_weights_depend_on_image_size": False,
    "what_flattening_hides": """
    La valeur de chaque pixel reste, mais on ne sait plus quels pixels étaient voisins. On mélange les pixels
    de toutes les images de la même façon : le réseau dense apprend aussi bien, le CNN non.
    """,
}
