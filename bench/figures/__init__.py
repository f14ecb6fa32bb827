"""The figures at the size of many clinics: computing them and their page."""
