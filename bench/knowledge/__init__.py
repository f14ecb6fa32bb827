"""The store of answers at the size of many clinics: importing, looking up, searching, writing out."""
