"""The engines: from a scenario to the meters of every future and month."""
