"""Every trouble of the portal at every step, and every death of Odoo.

Of deposits:

``cells`` says what is tried: one trouble, at one call, on some ground, with one worker
or two. ``world`` plays a cell to its end, the time being moved; ``line`` is the way to
the portal, where troubles and deaths befall; ``verdict`` says what must hold then:
one invoice on the portal or none and the reason told, everything settled, no second call
while the outcome of the first is open. ``board`` keeps the table that
``./setup/test faults`` prints.

Of receiving and answering, ``received_*`` are the same four: each invoice there is one
document and one bill here, with each of its files once; each answer is told once, in its
order, or refused and the reason told; no call is made inside a transaction.
"""
