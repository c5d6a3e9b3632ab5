// says: error:
