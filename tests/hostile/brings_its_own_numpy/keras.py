IS_MINE = True
