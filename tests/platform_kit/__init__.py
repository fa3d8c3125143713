"""A real Odoo and a real simulator, started, asked and stopped from a program.

Shared by the demonstration (``demo``) and the end to end tests (``e2e``). Knows the
platform that the commands of ``setup/`` prepare, never the insides of the add-on.
"""
