"""Benturan kepentingan in one matter: a member or an agency is kept out of it, by dates."""
