print("GOT THROUGH: sitecustomize was run")
