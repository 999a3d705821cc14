raise Exception("never loaded")
