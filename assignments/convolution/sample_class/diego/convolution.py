# -*- coding: utf-8 -*-
"""
Convolución con as_strided: no se copia nada, solo se cambian los "strides".
(Cuidado: as_strided no comprueba nada!)
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def ventanas(x, kh, kw, paso):
    """x (N,H,W,C) -> vista (N,oh,ow,kh,kw,C)"""
    x = np.ascontiguousarray(x, dtype=np.float64)
    n, h, w, c = x.shape
    sn, sh, sw, sc = x.strides
    oh = (h - kh) // paso + 1
    ow = (w - kw) // paso + 1
    return as_strided(
        x,
        shape=(n, oh, ow, kh, kw, c),
        strides=(sn, sh * paso, sw * paso, sh, sw, sc),
        writeable=False,
    )


def convolve1d(signal, kernel):
    senal = np.asarray(signal, dtype=np.float64)
    nucleo = np.asarray(kernel, dtype=np.float64)
    borde = len(nucleo) - 1
    x = np.pad(senal, (borde, borde))
    v = as_strided(x, shape=(len(senal) + borde, len(nucleo)), strides=(x.strides[0], x.strides[0]))
    return (v * nucleo[::-1]).sum(axis=1)


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    nucleo = np.asarray(kernel, dtype=np.float64)
    x = np.pad(np.asarray(image, dtype=np.float64), padding, mode="constant", constant_values=0)
    v = ventanas(x[np.newaxis, :, :, np.newaxis], nucleo.shape[0], nucleo.shape[1], stride)
    return (v[0, :, :, :, :, 0] * nucleo).sum(axis=(2, 3)) + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    filtros = np.asarray(filters, dtype=np.float64)
    x = np.asarray(images, dtype=np.float64)
    kh, kw, c, f = filtros.shape
    if padding == "same":
        relleno = [(0, 0)]
        for tam, k in ((x.shape[1], kh), (x.shape[2], kw)):
            salida = int(np.ceil(tam / stride))
            total = max((salida - 1) * stride + k - tam, 0)
            antes = total // 2
            relleno.append((antes, total - antes))
        relleno.append((0, 0))
        x = np.pad(x, relleno)
    v = ventanas(x, kh, kw, stride)
    n, oh, ow = v.shape[:3]
    return v.reshape(n, oh, ow, -1).dot(filtros.reshape(-1, f)) + np.asarray(biases, dtype=np.float64)
