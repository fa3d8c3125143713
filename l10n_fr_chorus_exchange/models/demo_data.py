"""Public bodies, customers and invoices that do not exist, to try the add-on with.

The bodies are those that the simulator and the portal of qualification know.
"""

# Rows for ``l10n_fr_chorus.body``, see ``_learn``.
BODIES = (
    {
        "identifier": "20000000300012",
        "name": "DEPARTEMENT DU MODELE",
        "requires_either": True,
        "services": [{"code": "ROUTES", "name": "Direction des routes"}],
    },
    {
        "identifier": "20000000400010",
        "name": "METROPOLE DE MODELEVILLE",
        "services": [
            {"code": "DIRECTION_01", "name": "Direction numéro 1"},
            {"code": "DIRECTION_02", "name": "Direction numéro 2"},
        ],
    },
    {
        "identifier": "20000000600015",
        "name": "SYNDICAT DES EAUX DU MODELE",
        "reports_payment": False,
        "services": [{"code": "TRAVAUX", "name": "Service travaux"}],
    },
    {
        "identifier": "12345678200028",
        "name": "DESTINATAIRE SERVICE OBLIGATOIRE",
        "requires_service": True,
        "services": [{"code": "SERVICE_DEST_SERV_OBL", "name": "Service destinataire"}],
    },
    {
        "identifier": "12345678200044",
        "name": "DESTINATAIRE SERVICE ET ENGAGEMENT OBLIGATOIRES",
        "requires_service": True,
        "requires_engagement": True,
        "services": [
            {"code": "SERVICE_PUBLIQUE_1_12345678200044", "name": "Service public 1"}
        ],
    },
)
# What a customer is called in Odoo, where the directory writes in capitals.
CUSTOMERS = {
    "20000000300012": "Département du Modèle",
    "20000000400010": "Métropole de Modeleville",
    "20000000600015": "Syndicat des eaux du Modèle",
    "12345678200028": "Destinataire, service obligatoire",
    "12345678200044": "Destinataire, service et engagement obligatoires",
}
ADDRESS = {
    "street": "1 place de l'Exemple",
    "zip": "99999",
    "city": "MODELEVILLE",
    "country_code": "FR",
}
# Customer, service, commitment number, lines: what is sold, how many, for how much.
INVOICES = (
    (
        "20000000300012",
        "",
        "ENG-DEMO-0001",
        (("Panneaux de signalisation", 12, 85.0),),
    ),
    (
        "20000000400010",
        "DIRECTION_01",
        "",
        (("Fauteuils de bureau", 8, 142.5), ("Livraison et montage", 1, 190.0)),
    ),
    ("20000000600015", "TRAVAUX", "", (("Location d'une pompe, par jour", 5, 64.0),)),
    # Ready but for what is left to the person who tries: a service, a number.
    ("12345678200028", "", "", (("Papier recyclé, la ramette", 60, 4.9),)),
    (
        "12345678200044",
        "SERVICE_PUBLIQUE_1_12345678200044",
        "",
        (("Entretien des espaces verts, par heure", 14, 38.0),),
    ),
)
