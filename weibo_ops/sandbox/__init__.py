"""A stand-in for the platform's HTTP interface on this machine alone: for practice and for proof.

It answers as ``weibo_api.md`` says the platform does, spoils answers on request (`faults`), and keeps a ledger of every
post that really got published. It knows no business package: what is tried against it cannot lean on it.
"""
