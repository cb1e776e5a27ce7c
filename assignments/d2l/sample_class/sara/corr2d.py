# lists, without an import


def corr2d(X, K):
    rows, cols = len(X) - len(K) + 1, len(X[0]) - len(K[0]) + 1
    return [
        [
            sum(X[i + a][j + b] * K[a][b] for a in range(len(K)) for b in range(len(K[0])))
            for j in range(cols)
        ]
        for i in range(rows)
    ]


def pool2d(X, pool_size, mode='max'):
    def value(i, j):
        window = [X[i + a][j + b] for a in range(pool_size[0]) for b in range(pool_size[1])]
        return max(window) if mode == 'max' else sum(window) / len(window)

    return [
        [value(i, j) for j in range(len(X[0]) - pool_size[1] + 1)]
        for i in range(len(X) - pool_size[0] + 1)
    ]


def corr2d_multi_in(X, K):
    maps = [corr2d(x, k) for x, k in zip(X, K)]
    return [[sum(values) for values in zip(*rows)] for rows in zip(*maps)]


def corr2d_multi_in_out(X, K):
    return [corr2d_multi_in(X, k) for k in K]
