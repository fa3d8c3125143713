"""What a public body demands on an invoice, in the same words wherever it is told."""


def say_demands(env, body, services):
    """One or two sentences.

    :param body: ``{"service": bool, "engagement": bool, "either": bool}``
    :param services: its open services that may be chosen
    """
    if body["service"] and body["engagement"]:
        return env._("A service code and a commitment number are required.")
    if body["engagement"]:
        return env._("A commitment number is required.")
    return _with_services(env, _without_engagement(env, body), services)


def _without_engagement(env, body):
    if body["service"]:
        return env._("A service code is required.")
    if body["either"]:
        return env._("A service code or a commitment number is required.")
    return env._("Neither service code nor commitment number is required.")


def _with_services(env, first, services):
    demanding = services.filtered("requires_engagement")
    if not demanding:
        return first
    if len(demanding) == len(services):
        return env._("%s A commitment number is required for all its services.", first)
    return env._(
        "%(first)s A commitment number is required for %(some)d of its %(all)d services.",
        first=first,
        some=len(demanding),
        all=len(services),
    )
