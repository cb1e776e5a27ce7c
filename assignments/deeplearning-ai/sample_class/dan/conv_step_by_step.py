# without NumPy's help, as lists


def zero_pad(X, pad):
    m, h, w, c = X.shape
    return [
        [
            [
                [
                    float(X[i][r - pad][q - pad][k]) if pad <= r < h + pad and pad <= q < w + pad else 0.0
                    for k in range(c)
                ]
                for q in range(w + 2 * pad)
            ]
            for r in range(h + 2 * pad)
        ]
        for i in range(m)
    ]


def conv_single_step(a, W, b):
    total = 0.0
    for r in range(len(W)):
        for q in range(len(W[0])):
            for k in range(len(W[0][0])):
                total += float(a[r][q][k]) * float(W[r][q][k])
    return total + float(b[0][0][0])


def conv_forward(A_prev, W, b, hparameters):
    s, f = hparameters["stride"], len(W)
    padded = zero_pad(A_prev, hparameters["pad"])
    Z = []
    for image in padded:
        rows = []
        for r in range(0, len(image) - f + 1, s):
            row = []
            for q in range(0, len(image[0]) - f + 1, s):
                window = [line[q:q + f] for line in image[r:r + f]]
                row.append([conv_single_step(window, W[..., n], b[..., n]) for n in range(W.shape[3])])
            rows.append(row)
        Z.append(rows)
    return [Z, (A_prev, W, b, hparameters)]


def pool_forward(A_prev, hparameters, mode="max"):
    s, f = hparameters["stride"], hparameters["f"]
    A = []
    for image in A_prev.tolist():
        rows = []
        for r in range(0, len(image) - f + 1, s):
            row = []
            for q in range(0, len(image[0]) - f + 1, s):
                values = []
                for k in range(len(image[0][0])):
                    flat = [image[y][x][k] for y in range(r, r + f) for x in range(q, q + f)]
                    values.append(max(flat) if mode == "max" else sum(flat) / len(flat))
                row.append(values)
            rows.append(row)
        A.append(rows)
    return A, None
