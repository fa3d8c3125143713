"""The main job on a real Odoo and a real simulator, shown or checked step by step."""
