"""From an Odoo invoice to the terms of EN 16931, one file per part of the document.

`draft.Draft` carries what every part needs and gathers what is missing, so that the
user reads all of it at once. Nothing here is a model: `account_move_en16931.py` is.
"""
