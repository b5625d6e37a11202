"""Quotas of the service, each with its source. "DG limits" is the developer guide's page `limits`."""

# Statements and documents (DG limits; service model of qldb-session)
STATEMENT_CHARACTERS = 100_000
PARAMETER_BYTES = 131_072
PARAMETER_TEXT_CHARACTERS = 1_048_576
DOCUMENT_BYTES = 131_072
DOCUMENTS_PER_TRANSACTION = 40
TRANSACTION_BYTES = 4 * 1024 * 1024
TRANSACTION_LIFETIME_MS = 30_000  # DG limits: "transaction timeout"
SESSION_LIFETIME_MS = 15 * 60_000  # DG: sessions are dropped after 13 to 17 minutes
SESSIONS_PER_LEDGER = 3_000  # DG limits, late edition

# Catalog (DG limits)
ACTIVE_TABLES = 20
TOTAL_TABLES = 40
INDEXES_PER_TABLE = 5
NAME_CHARACTERS = 128

# Control plane (DG limits; service model of qldb)
LEDGERS_PER_REGION = 5
LEDGER_NAME_CHARACTERS = 32
TAGS_PER_RESOURCE = 50
TAG_KEYS_PER_REQUEST = 200
TAG_KEY_CHARACTERS = 128
TAG_VALUE_CHARACTERS = 256
PAGE_RESULTS = 100

# Exports and streams (DG limits; service model of qldb)
EXPORTS_PER_LEDGER = 2
STREAMS_PER_LEDGER = 5
ENDED_JOBS_KEPT_MS = 7 * 24 * 60 * 60_000
S3_PREFIX_CHARACTERS = 128
KINESIS_RECORD_BYTES = 1024 * 1024  # data and partition key (Kinesis: PutRecords)
KINESIS_RECORDS_PER_PUT = 500  # (Kinesis: PutRecords)
KINESIS_BYTES_PER_PUT = 5 * 1024 * 1024  # (Kinesis: PutRecords)

# Ours: the service published none
EXPORT_OBJECT_BLOCKS = 1_000
EXPORT_OBJECT_BYTES = 1 << 20  # an object is closed by the block that reaches it
EXPORT_RETRYING_MS = 60 * 60_000
AGGREGATE_BYTES = 50 * 1024  # of aggregated records: what the Kinesis Producer Library gathers by default
STREAM_BATCH_BYTES = 1 << 20  # of records that are gathered from blocks before they are put
STREAM_IMPAIRED_AFTER_MS = 30_000  # of failures without a known cause
STREAM_RETRYING_MS = 24 * 60 * 60_000
ADDRESS_CHARACTERS = 4_096  # of a block address in Ion text; the model allows any 1,048,576, which take seconds to read
PAGE_VALUES = 200
PAGE_BYTES = 4 * 1024 * 1024
ION_DEPTH = 256
ION_VALUE_BYTES = 16 * 1024 * 1024  # of a value that is written; a small one in memory may hold one part many times
ION_NUMBER_BYTES = 1024  # of an int or a decimal's digits; Python's conversions grow with the square
ION_NUMBER_CHARACTERS = 2500  # of its text
ION_TEXT_ANNOTATIONS = 10_000  # where the Ion library's Python reader has to read them, in quadratic time
ION_DECIMAL_EXPONENT = 2**31 - 1  # what ion-java's BigDecimal holds
ION_FRACTION_DIGITS = 128  # of a timestamp's second
STATEMENT_CHANGES = 131_072  # in documents: a document has no room for more places to change
PARAMETERS_BYTES = 4 * 1024 * 1024  # of one statement, as many as a transaction can write
EXPRESSION_BYTES = 16 * 1024 * 1024  # that expressions read, make and compare for a row; that queries in them keep
NESTED_ROWS = 131_072  # of a query in an expression, which is one value; no document has room for more elements
EXPRESSION_DEPTH = 128  # expressions in expressions of a statement, operators in a row included
JOINED_SOURCES = 128  # of one FROM; each is a loop inside of the one before
REQUEST_BODY_BYTES = 16 * 1024 * 1024
REQUEST_HEAD_BYTES = 64 * 1024
REQUEST_JSON_TOKENS = 200_000  # strings, commas and opening brackets: each may become an object in memory
REQUEST_SILENCE_SECONDS = 30  # of a client in the middle of a request
METRIC_MINUTES = 24 * 60  # of each figure; CloudWatch kept minutes for fifteen days
METERED_LEDGERS = 1_000  # those used last
STATE_CHANGES = 1_000  # of ledgers, kept for whoever asks
