from . import account_move_reversal
from . import account_move_send_wizard
from . import l10n_fr_chorus_treatment_wizard
from . import l10n_fr_chorus_inbound_fetch
from . import l10n_fr_chorus_inbound_import
from . import l10n_fr_chorus_complete_wizard
from . import l10n_fr_chorus_recycle_wizard
from . import l10n_fr_chorus_validator_wizard
