"""Signing in at the clinic's own provider (OpenID Connect): the account is ours, who somebody is it says."""
