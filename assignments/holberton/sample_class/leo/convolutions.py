#!/usr/bin/env python3
"""Convolutions and pooling"""
import numpy as np


def convolve_grayscale_valid(images, kernel):
    """valid convolution"""
    m, h, w = images.shape
    kh, kw = kernel.shape
    oh, ow = h - kh + 1, w - kw + 1
    output = np.zeros((m, oh, ow))
    image = np.arange(m)
    for x in range(oh):
        for y in range(ow):
            output[image, x, y] = np.sum(images[image, x:kh + x, y:kw + y] * kernel, axis=(1, 2))
    return output


def convolve_grayscale_same(images, kernel):
    """same convolution"""
    m, h, w = images.shape
    kh, kw = kernel.shape
    ph = (kh - 1) // 2 if kh % 2 else kh // 2
    pw = (kw - 1) // 2 if kw % 2 else kw // 2
    padded = np.pad(images, ((0, 0), (ph, ph), (pw, pw)), "constant", constant_values=0)
    output = np.zeros((m, h, w))
    for x in range(h):
        for y in range(w):
            output[:, x, y] = (padded[:, x:x + kh, y:y + kw] * kernel).sum(axis=(1, 2))
    return output


def convolve_grayscale_padding(images, kernel, padding):
    """custom padding"""
    m, h, w = images.shape
    kh, kw = kernel.shape
    pw, ph = padding
    oh, ow = h + 2 * ph - kh + 1, w + 2 * pw - kw + 1
    padded = np.pad(images, ((0, 0), (ph, ph), (pw, pw)), "constant")
    output = np.zeros((m, oh, ow))
    for x in range(oh):
        for y in range(ow):
            output[:, x, y] = (padded[:, x:x + kh, y:y + kw] * kernel).sum(axis=(1, 2))
    return output


def pads(h, w, kh, kw, sh, sw, padding):
    """pads of rows and columns"""
    if type(padding) is tuple:
        return padding
    if padding == "same":
        ph = ((((h - 1) * sh) + kh - h) // 2) + 1
        pw = ((((w - 1) * sw) + kw - w) // 2) + 1
        return ph, pw
    return 0, 0


def convolve_grayscale(images, kernel, padding='same', stride=(1, 1)):
    """strided convolution"""
    m, h, w = images.shape
    kh, kw = kernel.shape
    sh, sw = stride
    ph, pw = pads(h, w, kh, kw, sh, sw, padding)
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    padded = np.pad(images, ((0, 0), (ph, ph), (pw, pw)), "constant")
    output = np.zeros((m, oh, ow))
    for x in range(oh):
        for y in range(ow):
            part = padded[:, x * sh:x * sh + kh, y * sw:y * sw + kw]
            output[:, x, y] = np.sum(part * kernel, axis=(1, 2))
    return output


def convolve_channels(images, kernel, padding='same', stride=(1, 1)):
    """convolution over channels"""
    m, h, w, c = images.shape
    kh, kw, _ = kernel.shape
    sh, sw = stride
    ph, pw = pads(h, w, kh, kw, sh, sw, padding)
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    padded = np.pad(images, ((0, 0), (ph, ph), (pw, pw), (0, 0)), "constant")
    output = np.zeros((m, oh, ow))
    for x in range(oh):
        for y in range(ow):
            part = padded[:, x * sh:x * sh + kh, y * sw:y * sw + kw]
            output[:, x, y] = np.sum(part * kernel, axis=(1, 2, 3))
    return output


def convolve(images, kernels, padding='same', stride=(1, 1)):
    """convolution with several kernels"""
    m, h, w, c = images.shape
    kh, kw, c, nc = kernels.shape
    sh, sw = stride
    ph, pw = pads(h, w, kh, kw, sh, sw, padding)
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    padded = np.pad(images, ((0, 0), (ph, ph), (pw, pw), (0, 0)), "constant")
    output = np.zeros((m, oh, ow, nc))
    for x in range(oh):
        for y in range(ow):
            for k in range(nc):
                part = padded[:, x * sh:x * sh + kh, y * sw:y * sw + kw]
                output[:, x, y, k] = np.sum(part * kernels[:, :, :, k], axis=(1, 2, 3))
    return output


def pool(images, kernel_shape, stride, mode='max'):
    """pooling"""
    m, h, w, c = images.shape
    kh, kw = kernel_shape
    sh, sw = stride
    oh, ow = (h - kh) // sh + 1, (w - kw) // sw + 1
    output = np.zeros((m, oh, ow, c))
    for x in range(oh):
        for y in range(ow):
            part = images[:, x * sh:x * sh + kh, y * sw:y * sw + kw, :]
            if mode == 'max':
                output[:, x, y, :] = np.max(part, axis=(1, 2))
            elif mode == 'avg':
                output[:, x, y, :] = np.mean(part, axis=(1, 2))
    return output


def conv_forward(A_prev, W, b, activation, padding="same", stride=(1, 1)):
    """forward propagation over a convolutional layer"""
    m, h_prev, w_prev, c_prev = A_prev.shape
    kh, kw, c_prev, c_new = W.shape
    sh, sw = stride
    if padding == "same":
        ph = int(np.ceil(((h_prev - 1) * sh + kh - h_prev) / 2))
        pw = int(np.ceil(((w_prev - 1) * sw + kw - w_prev) / 2))
    elif padding == "valid":
        ph = pw = 0
    else:
        ph, pw = padding
    padded = np.pad(A_prev, ((0, 0), (ph, ph), (pw, pw), (0, 0)), mode="constant", constant_values=0)
    h_new, w_new = int((h_prev + 2 * ph - kh) / sh) + 1, int((w_prev + 2 * pw - kw) / sw) + 1
    Z = np.zeros((m, h_new, w_new, c_new))
    for i in range(h_new):
        for j in range(w_new):
            for k in range(c_new):
                part = padded[:, i * sh:i * sh + kh, j * sw:j * sw + kw, :]
                Z[:, i, j, k] = np.sum(part * W[:, :, :, k], axis=(1, 2, 3))
    return activation(Z + b)


def pool_forward(A_prev, kernel_shape, stride=(1, 1), mode='max'):
    """forward propagation over a pooling layer"""
    return pool(A_prev, kernel_shape, stride, mode)
