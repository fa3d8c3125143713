"""An imaginary Chorus Pro portal with state, behind an imaginary PISTE gateway.

It is built from the published contract and from what was measured on the real
portal, never from what a particular client sends; it imports neither Odoo nor the
client library it serves to test. See ``README.rst``.
"""
