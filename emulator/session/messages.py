"""What a session says when it refuses. Drivers read some of these texts, so they stand together.

A driver takes an InvalidSessionException whose message matches `Transaction .* has expired` for the end of a
transaction, which it does not retry; any other one makes it open a new session. No second message may match.
"""

TRANSACTION_EXPIRED = "Transaction {transaction_id} has expired"
SESSION_EXPIRED = "Session {session_id} has expired"
NO_SUCH_SESSION = "No such session"
NO_OPEN_TRANSACTION = "No open transaction"
TRANSACTION_ALREADY_OPEN = "Transaction already open"
DIGESTS_DO_NOT_MATCH = "Digests don't match"
SESSION_LIMIT = "Exceeded the session limit of {limit}"
SESSION_TOKEN_NOT_VALID = "The parameter SessionToken is not valid"
PAGE_TOKEN_NOT_VALID = (
    "The parameter NextPageToken is not valid: no page of this transaction waits under it; "
    "a token is good for one FetchPage in the transaction that got it"
)
PARAMETER_NOT_VALID = "The parameter Parameters[{index}] is not valid: {reason}"
PARAMETERS_TOO_LARGE = "The parameters of a statement have {limit} bytes at most, these have {came}"
LEDGER_NOT_FOUND = "The Ledger with name {ledger_name} is not found"
RESULT_IS_NO_ION = "A row of the result is a value that Ion cannot hold: {reason}"
RESULT_TOO_LARGE = "A row of the result would have more than {limit} bytes"
