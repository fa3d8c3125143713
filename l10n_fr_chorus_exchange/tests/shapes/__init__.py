"""Every shape of invoice a supplier may send, built in Odoo and proven.

``registry`` says what a shape is; the catalogue (``documents``, ``parties``, ``vat``,
``amounts``, ``payments``, ``contents``) holds one function per shape; ``verdicts`` asks
the official rules, ``round_trip`` reads the document back, ``board`` keeps the table.
"""
