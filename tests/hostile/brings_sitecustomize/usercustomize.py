print("GOT THROUGH: usercustomize was run")
