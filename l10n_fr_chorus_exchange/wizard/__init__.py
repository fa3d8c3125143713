from . import l10n_fr_chorus_treatment_wizard
