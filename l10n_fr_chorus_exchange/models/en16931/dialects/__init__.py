"""The two ways of speaking EN 16931 to the French public sector.

What is deposited on Chorus Pro itself speaks *direct*; the platforms of the electronic
invoicing reform speak *reform* (XP Z12-012). One document cannot be both: BT-23 and the
legal identifiers exclude each other. Terms are made in the direct dialect; these pure
functions turn them into the other one, or add to the direct one what both allow.
"""

DIRECT = "direct"
REFORM = "reform"
