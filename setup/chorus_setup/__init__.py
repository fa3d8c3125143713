"""Prepares Odoo 19, PostgreSQL and Python, and runs the commands of `setup/`.

Standard library only: it runs before anything is installed.
"""
